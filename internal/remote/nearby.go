package remote

import (
	"cmp"
	"slices"
	"strings"
)

// maxNearby bounds the names that a message suggests.
const maxNearby = 5

// nearby are the names most like the one that was given, the best first.
func nearby(given string, names []string) string {
	sorted := slices.Clone(names)
	slices.SortStableFunc(sorted, func(a, b string) int {
		return cmp.Compare(distance(given, a), distance(given, b))
	})
	for i, name := range sorted {
		sorted[i] = Line(name, 100)
	}
	more := ""
	if len(sorted) > maxNearby {
		sorted, more = sorted[:maxNearby], ", …"
	}
	return strings.Join(sorted, ", ") + more
}

// distance is Levenshtein's, in bytes of at most 255 each, without regard to
// case; a name that contains the other is near.
func distance(a, b string) int {
	a, b = strings.ToLower(a[:min(len(a), 255)]), strings.ToLower(b[:min(len(b), 255)])
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
