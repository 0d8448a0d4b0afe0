package traffic

import (
	"math"
	"sync/atomic"
	"time"
)

// A histogram's buckets grow by a constant factor, so that a quantile is off by
// at most (growth-1)/(growth+1) of itself, 9.9 %, wherever it lies between
// shortest and longest. What is beyond counts as the nearest of the two.
const (
	shortest = 100 * time.Microsecond
	longest  = 5 * time.Minute
	growth   = 1.22
	// logGrowth is the natural logarithm of growth.
	logGrowth = 0.19885085874516517
	// buckets is log(longest/shortest)/log(growth), rounded up, and one for what
	// is shorter still.
	buckets = 76
)

type histogram [buckets]atomic.Uint32

// observe counts one duration.
func (h *histogram) observe(d time.Duration) { h[bucketOf(d)].Add(1) }

// bucketOf is 0 below shortest, and i for [shortest·growth^(i-1),
// shortest·growth^i).
func bucketOf(d time.Duration) int {
	if d < shortest {
		return 0
	}
	i := 1 + int(math.Log(float64(d)/float64(shortest))/logGrowth)
	return min(i, buckets-1)
}

// durationOf is the duration whose relative distance to both ends of a bucket
// is the same.
func durationOf(bucket int) time.Duration {
	if bucket == 0 {
		return shortest
	}
	low := float64(shortest) * math.Pow(growth, float64(bucket-1))
	return min(longest, time.Duration(low*2*growth/(1+growth)))
}

// distribution is the sum of histograms.
type distribution [buckets]int64

func (d *distribution) add(h *histogram) {
	for i := range h {
		d[i] += int64(h[i].Load())
	}
}

// quantile is the duration that the share q of all does not exceed, or 0 if
// there are none; q lies in (0, 1].
func (d *distribution) quantile(q float64) time.Duration {
	var total int64
	for _, n := range d {
		total += n
	}
	if total == 0 {
		return 0
	}
	rank := int64(math.Ceil(q * float64(total)))
	for i, n := range d {
		if rank -= n; rank <= 0 {
			return durationOf(i)
		}
	}
	return longest
}
