package chart

import (
	"math"
	"time"
)

// scale is logarithmic, in whole decades: a timeout of five seconds and answers
// of three milliseconds have both to be read off, and so has the difference
// between three and nine.
type scale struct {
	// low and high are powers of ten, in milliseconds.
	low, high int
	empty     bool
}

const (
	lowest  = -1 // 0.1 ms, below which nothing is told apart
	highest = 5  // 100 s
	// leastDecades keeps what jitters by a tenth from looking like a storm.
	leastDecades = 2
)

func scaleOf(points []Point) scale {
	shortest, longest := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if p.Latency > 0 {
			shortest, longest = min(shortest, power(p.Latency)), max(longest, power(p.Latency))
		}
	}
	if math.IsInf(shortest, 1) {
		return scale{empty: true}
	}
	s := scale{
		low:  min(max(int(math.Floor(shortest)), lowest), highest-leastDecades),
		high: min(max(int(math.Ceil(longest)), lowest), highest),
	}
	// Upwards, where slow answers would come.
	s.high = max(s.high, s.low+leastDecades)
	return s
}

// power is the latency as a power of ten of milliseconds.
func power(latency time.Duration) float64 {
	return math.Log10(float64(latency) / float64(time.Millisecond))
}

// height is where a latency stands; what is beyond the scale stands at its end.
func (s scale) height(latency time.Duration) Percent {
	share := (power(latency) - float64(s.low)) / float64(s.high-s.low)
	return bottom - (bottom-top)*Percent(min(max(share, 0), 1))
}

// ticks are the powers of ten, the longest first.
func (s scale) ticks() []Tick {
	if s.empty {
		return nil
	}
	labels := [...]string{"0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"}
	out := make([]Tick, 0, s.high-s.low+1)
	for n := s.high; n >= s.low; n-- {
		share := Percent(n-s.low) / Percent(s.high-s.low)
		out = append(out, Tick{Label: labels[n-lowest], Y: bottom - (bottom-top)*share})
	}
	return out
}
