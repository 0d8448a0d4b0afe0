package registry

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// chronicle takes down what a change that was applied adds to the history, and
// checks that nothing is missing, comes twice or contradicts the service.
func (m *machine) chronicle(t *rapid.T, ch Change) {
	if ch.After == nil {
		delete(m.past, ch.Path())
		return
	}
	s, h := ch.After, m.past[ch.Path()]
	if ch.Check.Number > 0 {
		h.Checks = append(h.Checks, ch.Check)
		if ch.Check.Path != s.Path || !ch.Check.At.Equal(s.Health.LastChecked) || ch.Check.Latency != s.Health.Latency {
			t.Fatalf("the history has the check %+v, the service %+v", ch.Check, s.Health)
		}
	}
	entered := s.Recorded.Changes != uint64(len(h.Changes))
	if entered {
		h.Changes = append(h.Changes, s.Entered())
	}
	m.past[s.Path] = h
	if s.Recorded != (Recorded{uint64(len(h.Checks)), uint64(len(h.Changes))}) {
		t.Fatalf("%s counts %+v of %d checks and %d changes", s.Path, s.Recorded, len(h.Checks), len(h.Changes))
	}
	last := h.Changes[len(h.Changes)-1]
	if last.Number != s.Recorded.Changes || last.Status.Kind != s.Health.Status.Kind || !last.At.Equal(s.Health.Since) {
		t.Fatalf("%s is %s since %s; the history ends with %+v", s.Path, s.Health.Status, s.Health.Since, last)
	}
	if ch.Check.Changed != (entered && ch.Check.Number > 0) {
		t.Fatalf("the check %+v brought the change %+v", ch.Check, last)
	}
}

// What a check saw is kept also where the service stays as it was.
func TestRecordOfAFailureThatFlipsNothing(t *testing.T) {
	c, before := checked(t, 2)
	ch, _ := c.Finish(CheckResult{
		Path: before.Path, Generation: before.Generation, Outcome: failed("timeout"), Next: noon.Add(time.Hour),
	})
	want := CheckRecord{Path: before.Path, Number: 2, At: noon.Add(time.Minute), Status: Status{Unhealthy, "timeout"}}
	if diff := cmp.Diff(want, ch.Check); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ch.After.Recorded != (Recorded{Checks: 2, Changes: before.Recorded.Changes}) || !ch.After.NextCheck.Equal(noon.Add(time.Hour)) {
		t.Errorf("after it: %+v, next %s", ch.After.Recorded, ch.After.NextCheck)
	}
}

// Another reason for the same kind of status is no change.
func TestChangesAreOfKinds(t *testing.T) {
	c, s := checked(t, 1)
	was := s.Recorded.Changes
	for _, reason := range []string{"timeout", "connection refused", "timeout"} {
		s = finish(t, c, s, failed(reason), false)
	}
	if want := (StatusChange{was + 1, noon.Add(time.Minute), Status{Unhealthy, "timeout"}, "Why: timeout."}); s.Entered() != want {
		t.Errorf("entered %+v, want %+v", s.Entered(), want)
	}
}

// The steps are those of the last check, of this start.
func TestStepsOfTheLastCheck(t *testing.T) {
	c, s := with(t, 2, true)
	o := Outcome{Status: Status{Kind: Healthy}, At: noon, Steps: []Step{{Method: "POST"}}}
	s = finish(t, c, s, o, false)
	if diff := cmp.Diff(o.Steps, s.Steps); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s = apply(t, c)(c.SetEnabled(s.Path, false, noon))
	if s.Steps != nil || !s.NextCheck.IsZero() {
		t.Errorf("switched off: steps %+v, next %s", s.Steps, s.NextCheck)
	}
}

func TestHistoryWith(t *testing.T) {
	numbered := func(from, to uint64) []CheckRecord {
		var checks []CheckRecord
		for n := from; n <= to; n++ {
			checks = append(checks, CheckRecord{Number: n})
		}
		return checks
	}
	for _, tt := range []struct {
		name         string
		stored, more []CheckRecord
		first, last  uint64
	}{
		{"nothing stored", nil, numbered(1, 3), 1, 3},
		{"nothing more", numbered(1, 3), nil, 1, 3},
		{"next to each other", numbered(1, 3), numbered(4, 5), 1, 5},
		{"overlapping", numbered(1, 4), numbered(2, 5), 1, 5},
		{"all known", numbered(1, 4), numbered(2, 3), 1, 4},
		{"full", numbered(1, MaxHistory), numbered(MaxHistory+1, MaxHistory+2), 3, MaxHistory + 2},
		{"more than full", nil, numbered(1, 3*MaxHistory), 2*MaxHistory + 1, 3 * MaxHistory},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stored, more := slices.Clone(tt.stored), slices.Clone(tt.more)
			got := History{Checks: tt.stored}.With(tt.more)
			if diff := cmp.Diff(numbered(tt.first, tt.last), got.Checks); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !slices.Equal(stored, tt.stored) || !slices.Equal(more, tt.more) {
				t.Error("it changed what it was given")
			}
		})
	}
}
