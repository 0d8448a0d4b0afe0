package chart

import (
	"strconv"
	"time"
)

// Point is one check.
type Point struct {
	// At is when it ended.
	At time.Time
	// Latency is how long the upstream took to answer; 0 when it did not.
	Latency time.Duration
	// Failed is true for a check that found the service in trouble.
	Failed bool
	// Manual is true if a person asked for it. Such checks come in between the
	// regular ones, and say nothing about how far apart these are.
	Manual bool
}

// Chart is where everything stands. Time goes from left to right, one slot a
// check: they come in bursts, and by the clock a burst would be one blot.
type Chart struct {
	// Marks are the checks, in the order given.
	Marks []Mark
	// Links join neighbours that both answered and did not fail.
	Links []Link
	// Bands are the runs of failed checks.
	Bands []Band
	// Breaks are the pauses that are too long for the distance they have here.
	Breaks []Break
	// Ticks are the latencies of the scale, the longest first; none if no check
	// was answered.
	Ticks []Tick
	// Silence is the height at which checks without an answer stand, above the
	// scale, or in the middle where there is none; Ceiling is where the scale
	// ends.
	Silence, Ceiling Percent
}

// Mark is the place of one check.
type Mark struct {
	// X and Y are its middle.
	X, Y Percent
	// Left and Width are its slot.
	Left, Width Percent
	// Answered is false for one that stands at [Chart.Silence].
	Answered bool
}

// Link is a line from one mark to the next.
type Link struct{ X1, Y1, X2, Y2 Percent }

// Band is a run of neighbouring slots.
type Band struct{ Left, Width Percent }

// Break stands where nothing was checked for a while.
type Break struct {
	// X is its middle; Left and Width are its room.
	X, Left, Width Percent
	// Lasted is the time from the check before to the one after.
	Lasted time.Duration
	// Before is the index of the check after the break.
	Before int
}

// Tick is a latency of the scale, and its height.
type Tick struct {
	Label string
	Y     Percent
}

// Percent is a share of the width or the height, from 0 to 100.
type Percent float64

// String is the length as SVG writes it, to a hundredth.
func (p Percent) String() string {
	return strconv.FormatFloat(float64(p), 'f', 2, 64) + "%"
}

const (
	// fewest is how many slots there are at least: a new service fills the chart
	// from the right, and its first check is not as wide as all of it.
	fewest = 30
	// breakSlots is the room of a break, in slots.
	breakSlots = 1.5

	silence = Percent(8)
	middle  = Percent(50) // where there is no scale
	ceiling = Percent(18)
	top     = Percent(24) // of the scale
	bottom  = Percent(94)
)

// Of lays out checks, the oldest first.
func Of(points []Point) Chart {
	c := Chart{Silence: silence, Ceiling: ceiling, Marks: make([]Mark, 0, len(points))}
	if len(points) == 0 {
		return c
	}
	scale := scaleOf(points)
	c.Ticks = scale.ticks()
	if scale.empty {
		c.Silence = middle
	}
	pauses := pausesOf(points)
	taken := float64(len(points)) + breakSlots*float64(len(pauses))
	slots := max(taken, fewest)
	slot := Percent(100 / slots)
	at := Percent(100 * (slots - taken) / slots)
	for i, p := range points {
		if lasted, broke := pauses[i]; broke {
			room := breakSlots * slot
			c.Breaks = append(c.Breaks, Break{X: at + room/2, Left: at, Width: room, Lasted: lasted, Before: i})
			at += room
		}
		m := Mark{X: at + slot/2, Y: c.Silence, Left: at, Width: slot, Answered: p.Latency > 0}
		if m.Answered {
			m.Y = scale.height(p.Latency)
		}
		c.Marks = append(c.Marks, m)
		_, broke := pauses[i]
		c.join(points, i, broke)
		at += slot
	}
	return c
}

// join adds what the mark of a check has in common with the one before it.
func (c *Chart) join(points []Point, i int, broke bool) {
	m, near := c.Marks[i], i > 0 && !broke
	switch {
	case points[i].Failed && near && points[i-1].Failed:
		c.Bands[len(c.Bands)-1].Width += m.Width
	case points[i].Failed:
		c.Bands = append(c.Bands, Band{Left: m.Left, Width: m.Width})
	case near && !points[i-1].Failed && m.Answered && c.Marks[i-1].Answered:
		from := c.Marks[i-1]
		c.Links = append(c.Links, Link{X1: from.X, Y1: from.Y, X2: m.X, Y2: m.Y})
	}
}
