package registry

import (
	"fmt"
	"maps"
	"slices"
)

// HeaderChange changes some headers and keeps the rest, for those who cannot
// read the values back: a form, for instance.
type HeaderChange struct {
	// Set gives values by name, in place of those of the same names.
	Set map[string]string
	// Remove lists names, in any case of letters. One that is not there, or is
	// set as well, is no error.
	Remove []string
}

// With makes the headers that the change leaves. The error is an
// *[InvalidError] as of [ParseHeaders], about what is set or about all together.
func (h Headers) With(c HeaderChange) (Headers, error) {
	set, err := ParseHeaders(c.Set)
	if err != nil {
		return Headers{}, err
	}
	left, size := make(map[string]string, len(h.Names())+len(set.Names())), 0
	for name, value := range h.All() {
		if !slices.ContainsFunc(c.Remove, func(gone string) bool { return canonicalOrder(gone, name) == 0 }) {
			left[name] = value
		}
	}
	maps.Insert(left, set.All())
	for name, value := range left {
		size += len(name) + len(value)
	}
	switch {
	case set.IsZero(): // Less of what is stored is never too much.
	case len(left) > MaxHeaders:
		return Headers{}, Invalid("upstream_headers", "Use at most %d headers.", MaxHeaders)
	case size > MaxHeadersBytes:
		return Headers{}, Invalid("upstream_headers", "Use at most %d bytes for all headers together.", MaxHeadersBytes)
	}
	return RestoreHeaders(left), nil
}

// Format shows no value.
func (c HeaderChange) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "set %v, remove %q", slices.Sorted(maps.Keys(c.Set)), c.Remove)
}
