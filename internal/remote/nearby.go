package remote

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// maxNearby bounds the names that a message suggests.
	maxNearby = 5
	// maxCompared bounds what is compared of a name, in bytes: there may be ten
	// thousand of them.
	maxCompared = 100
)

// nearby are the names most like the one that was given, at most five: the
// closest first, and those that are equally close by name.
func nearby(given string, names []string) string {
	type candidate struct {
		name     string
		distance int
	}
	sorted := make([]candidate, len(names))
	for i, name := range names {
		sorted[i] = candidate{name, distance(given, name)}
	}
	slices.SortFunc(sorted, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), strings.Compare(a.name, b.name))
	})
	var b strings.Builder
	for i, c := range sorted {
		if i == maxNearby {
			b.WriteString(", …")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Line(c.name, 100))
	}
	return b.String()
}

// distance is Levenshtein's, in the first bytes of each, without regard to
// case; a name that contains the other is near.
func distance(a, b string) int {
	a, b = strings.ToLower(a[:min(len(a), maxCompared)]), strings.ToLower(b[:min(len(b), maxCompared)])
	if strings.Contains(b, strings.Trim(a, "/")) {
		return 0
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
