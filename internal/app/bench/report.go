package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// report is what a run found.
type report struct {
	machine string
	notes   []string
	ratios  [][]string // Rows under ratioHead.
	tables  []*table
}

// table is the figures of one subject.
type table struct {
	title string
	head  []string
	rows  [][]string
}

// ratioHead is the head of the first table. The aims are those that the
// project has set itself.
var ratioHead = []string{"", "ratio", "aim", "ours", "beside"}

// ratio adds a line to the first table: ours to what is beside it, in the
// unit, and what it ought to be.
func (r *report) ratio(what string, ratio float64, aim, ours, beside string) {
	r.ratios = append(r.ratios, []string{what, fmt.Sprintf("%.2f", ratio), aim, ours, beside})
}

// table adds a table.
func (r *report) table(title string, head ...string) *table {
	t := &table{title: title, head: head}
	r.tables = append(r.tables, t)
	return t
}

// row adds a line of cells.
func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// String is the report in Markdown.
func (r *report) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\n", r.machine)
	for _, note := range r.notes {
		fmt.Fprintf(&out, "Note: %s.\n\n", note)
	}
	if len(r.ratios) > 0 {
		write(&out, ratioHead, r.ratios)
	}
	for _, t := range r.tables {
		fmt.Fprintf(&out, "\n### %s\n\n", t.title)
		write(&out, t.head, t.rows)
	}
	return out.String()
}

func write(out *strings.Builder, head []string, rows [][]string) {
	line := func(cells []string) { fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	fmt.Fprintf(out, "|%s\n", strings.Repeat("---|", len(head)))
	for _, row := range rows {
		line(row)
	}
}

// rate writes how often a second something happens.
func rate(v float64) string {
	if v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return whole(v)
}

// whole writes a number with commas between the thousands.
func whole(v float64) string {
	text := fmt.Sprintf("%.0f", v)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// short writes a time with about three digits.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", float64(d)/1e6)
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// size writes a number of bytes.
func size(bytes float64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%.1f KiB", bytes/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", bytes/(1<<20))
}

// median is the middle of the values, or between the two; 0 if there are none.
func median[T int | float64 | time.Duration](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// percentile is the value that p of 100 values do not exceed.
func percentile[T int | float64 | time.Duration](values []T, p int) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

// over is the median of the ratios of a to b, round by round.
func over[T int | float64 | time.Duration](a, b []T) float64 {
	ratios := make([]float64, 0, len(a))
	for i := range min(len(a), len(b)) {
		if b[i] != 0 {
			ratios = append(ratios, float64(a[i])/float64(b[i]))
		}
	}
	return median(ratios)
}
