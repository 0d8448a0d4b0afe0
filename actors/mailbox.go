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

// maxRoutineMailbox is how many may wait for the clock still to add to them:
// checks that are due, and batches to be written. Those under way, of which a
// service has one, still come; what people ask for has the room above.
const maxRoutineMailbox = 1000

// Ref is the address of an actor. The zero Ref is nobody.
type Ref struct {
	engine *actor.Engine
	pid    *actor.PID
	// box is nil for those who are never asked from outside.
	box *mailbox
}

// mailbox is what can be seen of an actor's mailbox from outside.
type mailbox struct {
	// waiting counts the messages sent and not yet handled.
	waiting atomic.Int64
	// gone is closed once the actor has handled its last message. What comes
	// while the engine takes an actor away is lost without a word.
	gone chan struct{}
}

func newMailbox() *mailbox { return &mailbox{gone: make(chan struct{})} }

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

// respond answers the request, unless it was answered already.
func (r *request[M, T]) respond(value T, err error) {
	select {
	case r.answer <- answer[T]{value, err}:
	default:
	}
}

// fail answers a request that nobody handled to its end.
func (r *request[M, T]) fail(err error) {
	var zero T
	r.respond(zero, err)
}

// failer is what may be waiting for an answer: a request, or a message that
// carries some.
type failer interface{ fail(error) }

// Ask sends a request and waits for the answer or the end of ctx, which
// should have a deadline. The message's type fixes the answer's. Besides what
// the actor answers it fails with ctx's error, [ErrStopped], [ErrOverloaded]
// or [ErrInternal]. A request whose asker left is handled all the same, unless
// ctx had ended before it was sent.
func Ask[M interface{ replies(T) }, T any](ctx context.Context, to Ref, msg M) (T, error) {
	var zero T
	if err := to.refuses(ctx); err != nil {
		return zero, fmt.Errorf("ask %T: %w", msg, err)
	}
	r := &request[M, T]{msg: msg, answer: make(chan answer[T], 1)}
	to.tell(r)
	select {
	case a := <-r.answer:
		return a.value, a.err
	case <-ctx.Done():
		return zero, fmt.Errorf("ask %T: %w", msg, context.Cause(ctx))
	case <-to.box.gone:
	}
	// The answer may have been its last word.
	r.fail(fmt.Errorf("ask %T: %w", msg, ErrStopped))
	a := <-r.answer
	return a.value, a.err
}

// refuses says why there is no use in asking now.
func (r Ref) refuses(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case r.box == nil || r.stopped():
		return ErrStopped
	case r.box.waiting.Load() >= maxMailbox:
		return ErrOverloaded
	}
	return nil
}

func (r Ref) stopped() bool {
	select {
	case <-r.box.gone:
		return true
	default:
		return false
	}
}

func (r Ref) tell(msg any) {
	if r.pid == nil {
		return
	}
	if r.box != nil {
		r.box.waiting.Add(1)
	}
	r.engine.Send(r.pid, msg)
}

// Waiting is the number of messages sent and not yet handled.
func (r Ref) Waiting() int64 {
	if r.box == nil {
		return 0
	}
	return r.box.waiting.Load()
}
