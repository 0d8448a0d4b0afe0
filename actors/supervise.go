package actors

import (
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"sync/atomic"

	"github.com/anthdm/hollywood/actor"
)

// recoverer is an actor with something to mend after a panic in Receive, such
// as a timer that was not armed again.
type recoverer interface{ recovered() }

// spawn starts an actor under supervision: a panic in Receive is logged,
// answers the request that caused it, and leaves the actor running with its
// state. The engine itself would rerun the producer, and end the process
// after the third panic of a lifetime.
func spawn(e *actor.Engine, log *slog.Logger, receiver actor.Receiver, kind, id string, inbox int, box *mailbox) Ref {
	supervised := func(next actor.ReceiveFunc) actor.ReceiveFunc {
		return func(c *actor.Context) {
			defer func() {
				reason := recover()
				if reason == nil {
					return
				}
				log.Error("an actor panicked", "actor", kind, "id", id, "reason", reason, "stack", string(debug.Stack()))
				if f, ok := c.Message().(failer); ok {
					f.fail(ErrInternal)
				}
				if r, ok := receiver.(recoverer); ok {
					r.recovered()
				}
			}()
			if box != nil {
				switch c.Message().(type) {
				case actor.Initialized, actor.Started:
				case actor.Stopped:
					defer close(box.gone)
				default:
					box.waiting.Add(-1)
				}
			}
			next(c)
		}
	}
	pid := e.Spawn(func() actor.Receiver { return receiver }, kind,
		actor.WithID(id),
		actor.WithInboxSize(inbox),
		actor.WithMaxRestarts(math.MaxInt32),
		actor.WithRestartDelay(0),
		actor.WithMiddleware(supervised),
	)
	return Ref{engine: e, pid: pid, box: box}
}

// expendable marks messages that may find their actor gone: a timer or a
// goroutine of an actor that was stopped meanwhile sent them.
type expendable interface{ expendable() }

// undertaker hears of messages that reached nobody. It logs them, counts
// those that should not have happened, and fails the requests among them.
type undertaker struct {
	log   *slog.Logger
	count *atomic.Int64
}

func (u *undertaker) Receive(c *actor.Context) {
	letter, ok := c.Message().(actor.DeadLetterEvent)
	if !ok {
		return
	}
	if f, ok := letter.Message.(failer); ok {
		f.fail(ErrStopped)
		return
	}
	if _, ok := letter.Message.(expendable); ok {
		return
	}
	u.count.Add(1)
	u.log.Warn("a message reached nobody", "to", letter.Target.String(), "message", fmt.Sprintf("%T", letter.Message))
}
