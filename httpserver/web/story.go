package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver/chart"
)

// shownChanges is how many changes of status are seen at once.
const shownChanges = 6

// storyView is what the story template needs.
type storyView struct {
	Service ServiceCard
	Now     time.Time
	Steps   []Step
	// Next is when the next check is due; zero when that is not known.
	Next  time.Time
	Chart chartView
	// Recent and Earlier are the changes, the newest first.
	Recent, Earlier []changeView
}

// chartView is the checks as they are drawn, and in words.
type chartView struct {
	chart.Chart
	// Checks are those of the chart's marks, in their order; Rows are the same,
	// the newest first.
	Checks, Rows []checkView
	// Kinds are the kinds of status that occur, for the legend.
	Kinds []string
	// Pauses are how long the chart's breaks lasted.
	Pauses []string
	// Summary is the chart in a sentence or two.
	Summary string
	// Manual and Changed say whether there are such checks.
	Manual, Changed bool
}

// checkView is a check, its place in the chart, and the pause before it, if it
// was long.
type checkView struct {
	PastCheck
	chart.Mark
	Pause time.Duration
}

// Few says whether the checks leave the left of the chart empty.
func (v chartView) Few() bool { return len(v.Marks) > 0 && v.Marks[0].Left > 0.01 }

// changeView is a change of status and what it changed.
type changeView struct {
	PastChange
	// From is the kind before; empty where it is not known.
	From string
	// Until is when the next change came; zero if it is the last.
	Until time.Time
}

// Lasted is how long the status held, once that is over.
func (c changeView) Lasted() time.Duration { return c.Until.Sub(c.At) }

func newStory(s Shell, service ServiceCard, story Story) storyView {
	v := storyView{Service: service, Now: s.Now, Steps: story.Steps, Next: story.NextCheck, Chart: newChart(story.Checks)}
	changes := make([]changeView, len(story.Changes))
	for i, c := range story.Changes {
		changes[i].PastChange = c
		if i > 0 {
			changes[i].From = story.Changes[i-1].Kind
			changes[i-1].Until = c.At
		}
	}
	slices.Reverse(changes)
	v.Recent = changes[:min(len(changes), shownChanges)]
	v.Earlier = changes[len(v.Recent):]
	return v
}

func newChart(checks []PastCheck) chartView {
	points := make([]chart.Point, len(checks))
	for i, c := range checks {
		points[i] = chart.Point{At: c.At, Latency: c.Latency, Failed: failing(c.Kind), Manual: c.Manual}
	}
	v := chartView{Chart: chart.Of(points), Summary: summaryOf(checks)}
	for i, c := range checks {
		v.Checks = append(v.Checks, checkView{PastCheck: c, Mark: v.Marks[i]})
		v.Manual, v.Changed = v.Manual || c.Manual, v.Changed || c.Changed
		if !slices.Contains(v.Kinds, c.Kind) {
			v.Kinds = append(v.Kinds, c.Kind)
		}
	}
	for _, b := range v.Breaks {
		v.Checks[b.Before].Pause = b.Lasted
		v.Pauses = append(v.Pauses, lasting(b.Lasted))
	}
	v.Rows = slices.Clone(v.Checks)
	slices.Reverse(v.Rows)
	return v
}

func failing(kind string) bool { return kind == "unhealthy" || kind == "error" }

// summaryOf tells what a glance at the chart would.
func summaryOf(checks []PastCheck) string {
	var kinds []string
	counts := make(map[string]int)
	var latencies []time.Duration
	for _, c := range checks {
		if counts[c.Kind]++; counts[c.Kind] == 1 {
			kinds = append(kinds, c.Kind)
		}
		if c.Latency > 0 {
			latencies = append(latencies, c.Latency)
		}
	}
	slices.SortStableFunc(kinds, func(a, b string) int { return counts[b] - counts[a] })
	parts := make([]string, len(kinds))
	for i, kind := range kinds {
		parts[i] = fmt.Sprintf("%d %s", counts[kind], strings.ToLower(Word(kind)))
	}
	text := strings.Join(parts, ", ") + "."
	if len(latencies) == 0 {
		return text + " No answer was timed."
	}
	slices.Sort(latencies)
	half := "less than 1 ms"
	if median := latencies[(len(latencies)-1)/2]; median >= time.Millisecond {
		// Rounded up, for that to be so.
		half = took(median+time.Millisecond/2-1) + " or less"
	}
	return text + fmt.Sprintf(" Half of the answers took %s, the slowest %s.", half, took(latencies[len(latencies)-1]))
}

// Steady says whether the service has been in the status that is shown since
// its last change: not while a check that somebody asked for covers it.
func (p HealthPage) Steady() bool {
	n := len(p.Story.Changes)
	return n > 0 && p.Story.Changes[n-1].Kind == p.Service.Kind
}

// changesView is a list of changes and when it is drawn.
type changesView struct {
	Now  time.Time
	List []changeView
}

func newChanges(now time.Time, list []changeView) changesView { return changesView{now, list} }

// blankStep is what scripts clone and fill.
func blankStep() Step { return Step{} }
