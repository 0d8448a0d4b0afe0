package registry

import (
	"cmp"
	"slices"
	"time"
)

// MaxHistory bounds each of the two lists of a [History]. Storage places the
// entries by it: another bound needs a migration.
const MaxHistory = 50

// History is what happened to the health of one service: its last checks, and
// apart from them its last changes of status, so that however many checks fail
// the beginning of an outage stays. Both lists begin with the oldest and have
// at most [MaxHistory] entries.
type History struct {
	Checks  []CheckRecord
	Changes []StatusChange
}

// CheckRecord is one check as the history keeps it.
type CheckRecord struct {
	Path Path
	// Number counts the checks of the service, from 1. Numbers may be missing:
	// a crash loses the last few.
	Number uint64
	// At is when the check ended.
	At time.Time
	// Status is what this check saw, be it not enough to change the service's.
	Status Status
	// Latency is how long the upstream took to answer; 0 when it did not.
	Latency time.Duration
	// Manual is true if a person asked for it.
	Manual bool
	// Changed is true if the service entered another kind of status with it.
	Changed bool
}

// StatusChange is how a service entered a kind of status: by a check, or
// because somebody registered it, switched it or changed its upstream. The At
// of the newest is the service's [Health.Since].
type StatusChange struct {
	// Number counts the changes of the service, from 1.
	Number uint64
	At     time.Time
	Status Status
	// Detail is what was said then; it may be empty.
	Detail string
}

// Recorded is how many checks and changes of status a service has had. The
// counts are what keeps a history bounded: an entry's place follows from its
// number.
type Recorded struct{ Checks, Changes uint64 }

// With is the history with checks that it may not have yet, of the same
// service and in the order of their numbers.
func (h History) With(checks []CheckRecord) History {
	var newest uint64
	if n := len(h.Checks); n > 0 {
		newest = h.Checks[n-1].Number
	}
	from, _ := slices.BinarySearchFunc(checks, newest+1, func(c CheckRecord, number uint64) int {
		return cmp.Compare(c.Number, number)
	})
	h.Checks = slices.Concat(h.Checks, checks[from:])
	h.Checks = h.Checks[max(0, len(h.Checks)-MaxHistory):]
	return h
}

// record counts a check whose result the service has taken in, and says what
// the history keeps of it.
func (s *Service) record(r CheckResult, before *Service) CheckRecord {
	s.Recorded.Checks++
	return CheckRecord{
		Path:    s.Path,
		Number:  s.Recorded.Checks,
		At:      r.Outcome.At,
		Status:  r.Outcome.Status,
		Latency: r.Outcome.Latency,
		Manual:  r.Manual,
		Changed: s.Health.Status.Kind != before.Health.Status.Kind,
	}
}

// entered says whether a service entered its status with a change. Before is
// nil for a new one.
func (s *Service) entered(before *Service) bool {
	return before == nil || s.Health.Status.Kind != before.Health.Status.Kind || !s.Health.Since.Equal(before.Health.Since)
}

// Entered is how the service entered its status, as its health tells it now.
// A number is told with every change from then on, so it is the first telling
// that is to be kept.
func (s *Service) Entered() StatusChange {
	return StatusChange{Number: s.Recorded.Changes, At: s.Health.Since, Status: s.Health.Status, Detail: s.Health.Detail}
}
