package chart

import (
	"slices"
	"time"
)

const (
	// longPause is how many usual distances make a pause.
	longPause = 4
	// leastPause keeps the jitter of checks that are seconds apart from being
	// one.
	leastPause = 10 * time.Second
)

// pausesOf are the distances that are far longer than usual, by the index of
// the check after them: the service was switched off, or the gateway.
func pausesOf(points []Point) map[int]time.Duration {
	usual := usualDistance(points)
	pauses := make(map[int]time.Duration)
	for i := 1; i < len(points); i++ {
		if d := points[i].At.Sub(points[i-1].At); d >= leastPause && d > longPause*usual {
			pauses[i] = d
		}
	}
	return pauses
}

// usualDistance is the median of the distances to the regular checks, or of all
// where none is regular. Of an even number it is the shorter of the middle two:
// one check and one pause are a pause.
func usualDistance(points []Point) time.Duration {
	var regular, all []time.Duration
	for i := 1; i < len(points); i++ {
		d := points[i].At.Sub(points[i-1].At)
		all = append(all, d)
		if !points[i].Manual {
			regular = append(regular, d)
		}
	}
	if len(regular) == 0 {
		regular = all
	}
	if len(regular) == 0 {
		return 0
	}
	slices.Sort(regular)
	return regular[(len(regular)-1)/2]
}
