package actors

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/anthdm/hollywood/actor"
)

// Failures of asking itself, apart from what the actor answers.
var (
	// ErrStopped says that the actor is gone: the process is shutting down.
	ErrStopped = errors.New("the actor has stopped")
	// ErrOverloaded says that too many messages wait already; try again later.
	ErrOverloaded = errors.New("the actor's mailbox is full")
	// ErrInternal says that handling the request panicked.
	ErrInternal = errors.New("the actor failed to handle the request")
)

// maxMailbox is how many messages may wait before asking is refused. The
// engine's own inbox knows no bound.
const maxMailbox = 10_000

// Ref is the address of an actor. The zero Ref is nobody.
type Ref struct {
	engine *actor.Engine
	pid    *actor.PID
	// waiting counts the messages sent and not yet handled; nil for probes,
	// which are spoken to too seldom to count.
	waiting *atomic.Int64
}

// request is a message that wants an answer of type T. Its channel holds one
// answer, so answering never blocks and an asker may leave at any time.
type request[M interface{ replies(T) }, T any] struct {
	msg    M
	answer chan answer[T]
}

type answer[T any] struct {
	value T
	err   error
}

func (r *request[M, T]) respond(value T, err error) { r.answer <- answer[T]{value, err} }

// fail answers a request that nobody handled. A request that was answered
// already keeps its answer.
func (r *request[M, T]) fail(err error) {
	select {
	case r.answer <- answer[T]{err: err}:
	default:
	}
}

// failer is what may be waiting for an answer: a request, or a message that
// carries some.
type failer interface{ fail(error) }

// Ask sends a request and waits for the answer or the end of ctx, which
// should have a deadline. The message's type fixes the answer's. Besides what
// the actor answers it fails with ctx's error, [ErrStopped], [ErrOverloaded]
// or [ErrInternal].
func Ask[M interface{ replies(T) }, T any](ctx context.Context, to Ref, msg M) (T, error) {
	var zero T
	if to.waiting != nil && to.waiting.Load() >= maxMailbox {
		return zero, fmt.Errorf("ask %T: %w", msg, ErrOverloaded)
	}
	r := &request[M, T]{msg: msg, answer: make(chan answer[T], 1)}
	to.tell(r)
	select {
	case a := <-r.answer:
		return a.value, a.err
	case <-ctx.Done():
		return zero, fmt.Errorf("ask %T: %w", msg, context.Cause(ctx))
	}
}

func (r Ref) tell(msg any) {
	if r.pid == nil {
		return
	}
	if r.waiting != nil {
		r.waiting.Add(1)
	}
	r.engine.Send(r.pid, msg)
}

// Waiting is the number of messages sent and not yet handled, 0 for probes.
func (r Ref) Waiting() int64 {
	if r.waiting == nil {
		return 0
	}
	return r.waiting.Load()
}
