package gateway

import (
	"testing"
	"time"
)

func TestSuspicionsAreRare(t *testing.T) {
	s := new(state)
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i, step := range []struct {
		after time.Duration
		want  bool
	}{
		{0, true},
		{0, false},
		{suspectEvery - 1, false},
		{suspectEvery, true},
		{-time.Hour, true}, // The clock was put back.
		{-time.Hour + suspectEvery/2, false},
		{-time.Hour + suspectEvery, true},
		{24 * time.Hour, true}, // And forwards.
	} {
		if got := s.suspect(noon.Add(step.after)); got != step.want {
			t.Errorf("step %d, %s after noon: %v", i, step.after, got)
		}
	}
}
