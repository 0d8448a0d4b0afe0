package registry

import (
	"testing"
	"time"
)

// Whatever the clock says, what came later counts: a machine whose clock is put
// back a year, or forwards, goes on to learn of its services, and keeps the order.
func TestClockJumps(t *testing.T) {
	c, s := checked(t, 2)
	before := s.Recorded
	for i, jump := range []time.Duration{-365 * 24 * time.Hour, time.Minute, 365 * 24 * time.Hour} {
		o := failed("timeout")
		if i%2 == 1 {
			o = Outcome{Status: Status{Kind: Healthy}}
		}
		o.At = noon.Add(jump)
		version := s.Version
		s = finish(t, c, s, o, true)
		if s.Health.Status != o.Status || !s.Health.LastChecked.Equal(o.At) || !s.Health.Since.Equal(o.At) {
			t.Errorf("checked at %s: %+v", o.At, s.Health)
		}
		if s.Version <= version || s.Recorded.Checks != before.Checks+uint64(i)+1 {
			t.Errorf("version %d after %d, %+v after %+v", s.Version, version, s.Recorded, before)
		}
	}
	if _, err := c.SetEnabled(s.Path, false, noon.Add(-24*time.Hour)); err != nil {
		t.Error(err)
	}
}
