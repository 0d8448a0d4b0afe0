package traffic

import (
	"sync/atomic"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The window that summaries look at: whole slots, and the one that is being
// filled. So it reaches back five minutes, and up to slotLength more.
const (
	window     = 5 * time.Minute
	slotLength = 20 * time.Second
	slots      = int(window/slotLength) + 1
)

// ring has the slots of the window. Slots are never reset: the first writer of
// a new one puts it in the place of that which left the window. Whoever still
// holds the old one counts where it belongs, so nothing is lost or counted in
// another's time.
type ring [slots]atomic.Pointer[slot]

// slot is what was counted in one slotLength.
type slot struct {
	// number counts the slots since the board was made.
	number   int64
	requests atomic.Uint32
	errors   atomic.Uint32
	latency  histogram
}

// at is the slot with a number, or nil if that has left the window already: a
// goroutine may have slept between reading the clock and counting.
func (r *ring) at(number int64) *slot {
	place := &r[number%int64(slots)]
	for {
		s := place.Load()
		switch {
		case s != nil && s.number == number:
			return s
		case s != nil && s.number > number:
			return nil
		}
		if fresh := (&slot{number: number}); place.CompareAndSwap(s, fresh) {
			return fresh
		}
	}
}

// count counts one exchange.
func (s *slot) count(e Exchange) {
	s.requests.Add(1)
	if e.Outcome.failed() {
		s.errors.Add(1)
	}
	if e.Outcome.timed() {
		s.latency.observe(e.Latency)
	}
}

// summary adds up the slots of the window that ends with the slot of a number.
func (r *ring) summary(number int64) registry.Traffic {
	var t registry.Traffic
	var latency distribution
	for i := range r {
		s := r[i].Load()
		if s == nil || s.number <= number-int64(slots) {
			continue
		}
		t.Requests += int64(s.requests.Load())
		t.Errors += int64(s.errors.Load())
		latency.add(&s.latency)
	}
	t.P50, t.P99 = latency.quantile(0.50), latency.quantile(0.99)
	return t
}
