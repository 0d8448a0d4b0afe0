package actors

import (
	"slices"
	"sync"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// stepTold: the check with this number took a step, or learned more of one.
type stepTold struct {
	number   uint64
	progress registry.Progress
}

func (stepTold) expendable() {}

// Steps shows somebody who waits for a check what it has done so far: see
// [CheckService]. The probe writes and never waits; the reader reads when it
// likes, and misses at most what was newer a moment later.
type Steps struct {
	changed chan struct{}

	mu sync.Mutex
	// taken is replaced, never changed.
	taken []registry.Progress
}

// NewSteps makes Steps for one request.
func NewSteps() *Steps { return &Steps{changed: make(chan struct{}, 1)} }

// Changed has a value once there is something that was not read.
func (s *Steps) Changed() <-chan struct{} { return s.changed }

// Read is the steps so far, by their numbers: at most [registry.MaxSteps], and
// not to be changed.
func (s *Steps) Read() []registry.Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// show replaces the steps. Nobody may follow.
func (s *Steps) show(taken []registry.Progress) {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.taken = taken
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// tellStep shows a step of the check in flight to all who wait for it.
func (b *probe) tellStep(m stepTold) {
	r := b.running
	if r == nil || r.number != m.number {
		return
	}
	// Those who read have what was before.
	taken := slices.Clone(r.steps)
	switch at := m.progress.Number - 1; {
	case at == len(taken) && at < registry.MaxSteps:
		taken = append(taken, m.progress)
	case 0 <= at && at < len(taken):
		taken[at] = m.progress
	default:
		return
	}
	r.steps = taken
	for _, waiting := range r.waiting {
		waiting.msg.Follow.show(taken)
	}
}
