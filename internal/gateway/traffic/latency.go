package traffic

import (
	"slices"
	"sync/atomic"
	"time"
)

// bounds are the upper bounds of the buckets that Prometheus gets, in seconds;
// the last bucket has none.
var bounds = [...]float64{.01, .05, .1, .25, .5, 1, 2.5, 10, 60}

// latency is a histogram since the start.
type latency struct {
	counts [len(bounds) + 1]atomic.Uint64
	nanos  atomic.Int64
}

func (l *latency) observe(d time.Duration) {
	i, _ := slices.BinarySearch(bounds[:], d.Seconds())
	l.counts[i].Add(1)
	l.nanos.Add(int64(d))
}

// read gives the histogram as Prometheus takes it: cumulative, by upper bound.
func (l *latency) read() (count uint64, seconds float64, upTo map[float64]uint64) {
	upTo = make(map[float64]uint64, len(bounds))
	for i := range l.counts {
		count += l.counts[i].Load()
		if i < len(bounds) {
			upTo[bounds[i]] = count
		}
	}
	return count, time.Duration(l.nanos.Load()).Seconds(), upTo
}
