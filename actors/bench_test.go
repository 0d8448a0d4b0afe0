package actors

import (
	"fmt"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// benched is a system of n enabled services, far from their first checks.
func benched(b *testing.B, n int) *world {
	return newWorld(b, func(o *Options) {
		o.Store, o.Checker, o.Interval = taken(n), forgetful{}, patience
	})
}

func BenchmarkAsk(b *testing.B) {
	w := benched(b, 1)
	for b.Loop() {
		mustAsk(w, w.Registry, GetService{"/s0000"})
	}
}

func BenchmarkSwitch(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("services=%d", n), func(b *testing.B) {
			w := benched(b, n)
			on := false
			for b.Loop() {
				mustAsk(w, w.Registry, SetEnabled{"/s0050", on})
				on = !on
			}
		})
	}
}

func BenchmarkGetHealth(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("services=%d", n), func(b *testing.B) {
			w := benched(b, n)
			for b.Loop() {
				mustAsk(w, w.Broadcaster, GetHealth{})
			}
		})
	}
}

// quiet is a Subscriber that takes everything and keeps nothing.
type quiet struct{ bytes int }

func (q *quiet) Send(m []byte) error { q.bytes += len(m); return nil }
func (q *quiet) End()                {}

// One change told to a thousand subscribers, without the wait for the window.
func BenchmarkFanOut(b *testing.B) {
	c := newBroadcaster(discard)
	for range 1000 {
		c.subscribe(new(quiet))
	}
	s := &registry.Service{Path: "/a", Health: registry.Health{Status: registry.Status{Kind: registry.Healthy}}}
	for b.Loop() {
		s.Version++
		c.known.note(s)
		c.pending[s.Path] = c.known.members[s.Path]
		c.tellPending()
	}
}
