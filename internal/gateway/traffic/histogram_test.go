package traffic

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// maxError is the relative error of a quantile that is promised.
const maxError = 0.1

func TestQuantilesAreCloseToTheTruth(t *testing.T) {
	durations := rapid.SliceOfN(rapid.Int64Range(int64(shortest), int64(longest)), 1, 200)
	rapid.Check(t, func(t *rapid.T) {
		given := durations.Draw(t, "durations")
		var h histogram
		for _, d := range given {
			h.observe(time.Duration(d))
		}
		var sum distribution
		sum.add(&h)
		slices.Sort(given)
		for _, q := range []float64{0.5, 0.99, 1} {
			truth := float64(given[int(math.Ceil(q*float64(len(given))))-1])
			if got := float64(sum.quantile(q)); math.Abs(got-truth) > maxError*truth {
				t.Errorf("quantile %v = %v, the truth is %v", q, time.Duration(got), time.Duration(truth))
			}
		}
	})
}

func TestWhatIsBeyondCountsAsTheNearest(t *testing.T) {
	for _, c := range []struct{ given, want time.Duration }{
		{-time.Second, shortest},
		{0, shortest},
		{shortest - 1, shortest},
		{longest, longest},
		{time.Hour, longest},
		{math.MaxInt64, longest},
	} {
		if got := durationOf(bucketOf(c.given)); math.Abs(float64(got-c.want)) > maxError*float64(c.want) {
			t.Errorf("%v counts as %v, want about %v", c.given, got, c.want)
		}
	}
}

func TestQuantileOfNothing(t *testing.T) {
	if got := new(distribution).quantile(0.5); got != 0 {
		t.Errorf("quantile = %v, want 0", got)
	}
}
