package traffic

import (
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Board has the counters of all services. All its methods may be called at any
// time, by anybody.
type Board struct {
	// start is when the first slot began. Slots are counted by the monotonic
	// clock, so one that is set anew moves nothing.
	start time.Time

	mu       sync.Mutex
	counters map[registry.Path]*Counter
	// labels is how many tools have a label, over all services.
	labels int
}

// NewBoard makes a board without services.
func NewBoard() *Board {
	return &Board{start: time.Now(), counters: make(map[registry.Path]*Counter)}
}

// Counter is a service's counter. It is made at the first call, and the same
// from then on until the service is forgotten.
func (b *Board) Counter(path registry.Path) *Counter {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.counters[path]
	if !ok {
		c = &Counter{board: b}
		b.counters[path] = c
	}
	return c
}

// Forget drops a service that was removed. Exchanges that are still open may
// end on its counter, which nobody reads any more.
func (b *Board) Forget(path registry.Path) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c, ok := b.counters[path]; ok {
		c.tools.set(b, nil)
		delete(b.counters, path)
	}
}

// Summary is a service's traffic of the last five minutes, and the streams
// that are open now. It is false for a service that never had any traffic.
func (b *Board) Summary(path registry.Path) (registry.Traffic, bool) {
	b.mu.Lock()
	c := b.counters[path]
	b.mu.Unlock()
	if c == nil {
		return registry.Traffic{}, false
	}
	l := c.ledger.Load()
	if l == nil {
		return registry.Traffic{}, false
	}
	t := l.recent.summary(b.slot(time.Now()))
	t.OpenStreams = l.openStreams.Load()
	return t, true
}

// slot is the number of the slot that a moment falls in.
func (b *Board) slot(now time.Time) int64 { return max(0, int64(now.Sub(b.start)/slotLength)) }
