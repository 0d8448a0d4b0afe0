package actors

import (
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"github.com/anthdm/hollywood/actor"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The broadcaster actor owns the subscribers and what was last said of each
// path. Subscribers hear, in order, everything that happens after their
// snapshot: one that cannot keep up is cut off, never waited for and never
// skipped, so that what it heard is always a prefix of the truth.

type (
	// servicesLoaded: the registry started with these.
	servicesLoaded struct{ services []*registry.Service }

	// serviceChanged: a service is new or other than before.
	serviceChanged struct{ service *registry.Service }

	// serviceRemoved: a service is gone; this is its last state.
	serviceRemoved struct {
		service *registry.Service
		version uint64
	}

	// gatherEnded: the window closed in which changes were gathered.
	gatherEnded struct{}
)

func (gatherEnded) expendable() {}

// gatherFor is how long changes are gathered before they are told: the newest
// of each path goes out, in as few messages as hold it. A removal is always
// told, at once when its path is taken again.
const gatherFor = 10 * time.Millisecond

type broadcasterActor struct {
	log  *slog.Logger
	self Ref

	subscribers map[Subscriber]struct{}
	// known is what is known of each path; told is what subscribers know.
	known known
	told  map[registry.Path]healthEntry
	// pending are the encoded members to be told when the window closes.
	pending   map[registry.Path][]byte
	gathering bool

	broadcasts  uint64
	failedSends uint64
}

func newBroadcaster(log *slog.Logger) *broadcasterActor {
	return &broadcasterActor{
		log:         log,
		subscribers: make(map[Subscriber]struct{}),
		known:       newKnown(),
		told:        make(map[registry.Path]healthEntry),
		pending:     make(map[registry.Path][]byte),
	}
}

func (b *broadcasterActor) Receive(c *actor.Context) {
	switch m := c.Message().(type) {
	case actor.Started:
		b.self = Ref{engine: c.Engine(), pid: c.PID()}
	case servicesLoaded:
		for _, s := range m.services {
			b.known.note(s)
			b.told[s.Path] = b.known.entries[s.Path]
		}
	case serviceChanged:
		b.change(m.service)
	case serviceRemoved:
		b.remove(m)
	case gatherEnded:
		b.tellPending()
	case *request[Subscribe, struct{}]:
		b.subscribe(m.msg.Subscriber)
		m.respond(struct{}{}, nil)
	case *request[Unsubscribe, struct{}]:
		delete(b.subscribers, m.msg.Subscriber)
		m.respond(struct{}{}, nil)
	case *request[GetHealth, []byte]:
		_, whole := b.known.all()
		m.respond(whole, nil)
	case *request[GetBroadcastStats, BroadcastStats]:
		m.respond(BroadcastStats{
			Subscribers: len(b.subscribers),
			Pending:     len(b.pending),
			Broadcasts:  b.broadcasts,
			FailedSends: b.failedSends,
		}, nil)
	case actor.Stopped:
		b.end()
	}
}

func (b *broadcasterActor) change(s *registry.Service) {
	_, known := b.known.entries[s.Path]
	if _, waits := b.pending[s.Path]; waits && !known {
		// A removal, which all are to hear of before there is another service.
		b.tellPending()
	}
	b.known.note(s)
	told, heard := b.told[s.Path]
	if heard && !b.known.entries[s.Path].news(told) {
		// Back to what subscribers know, within one window.
		delete(b.pending, s.Path)
		return
	}
	b.gather(s.Path, b.known.members[s.Path])
}

func (b *broadcasterActor) remove(m serviceRemoved) {
	path := m.service.Path
	b.known.forget(path)
	if _, heard := b.told[path]; !heard {
		delete(b.pending, path)
		return
	}
	b.gather(path, removedEntry(m.service, m.version).encode(path))
}

func (b *broadcasterActor) gather(path registry.Path, member []byte) {
	b.pending[path] = member
	b.arm()
}

// arm closes the window in a while, unless it is going to close already.
func (b *broadcasterActor) arm() {
	if b.gathering {
		return
	}
	b.gathering = true
	self := b.self
	time.AfterFunc(gatherFor, func() { self.tell(gatherEnded{}) })
}

// tellPending sends what was gathered to everybody.
func (b *broadcasterActor) tellPending() {
	b.gathering = false
	if len(b.pending) == 0 {
		return
	}
	members := make([][]byte, 0, len(b.pending))
	for _, path := range slices.Sorted(maps.Keys(b.pending)) {
		members = append(members, b.pending[path])
		if e, there := b.known.entries[path]; there {
			b.told[path] = e
		} else {
			delete(b.told, path)
		}
	}
	clear(b.pending)
	messages := joinMembers(members, MaxMessageBytes)
	for s := range b.subscribers {
		b.send(s, messages)
	}
	b.broadcasts += uint64(len(messages))
}

// subscribe gives the snapshot and the membership in one step, so that no
// change is missed or overtaken. What is pending is told to the others first:
// the snapshot has it.
func (b *broadcasterActor) subscribe(s Subscriber) {
	b.tellPending()
	snapshot, _ := b.known.all()
	b.subscribers[s] = struct{}{}
	b.send(s, snapshot)
}

// send gives a subscriber messages, or forgets it when it does not take them.
func (b *broadcasterActor) send(s Subscriber, messages [][]byte) {
	err := b.shielded(func() error {
		for _, m := range messages {
			if err := s.Send(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		delete(b.subscribers, s)
		b.failedSends++
		b.log.Debug("a subscriber was cut off", "error", err)
	}
}

// end tells what is pending and ends all subscribers.
func (b *broadcasterActor) end() {
	b.tellPending()
	for s := range b.subscribers {
		_ = b.shielded(func() error { s.End(); return nil }) // A panic is logged.
	}
	clear(b.subscribers)
}

// shielded keeps the panic of one subscriber from the others.
func (b *broadcasterActor) shielded(call func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			b.log.Error("a subscriber panicked", "reason", reason, "stack", string(debug.Stack()))
			err = ErrInternal
		}
	}()
	return call()
}

// recovered closes a window that the panic may have left open.
func (b *broadcasterActor) recovered() {
	b.gathering = false
	if len(b.pending) > 0 {
		b.arm()
	}
}
