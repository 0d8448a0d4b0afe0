package registry

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"strings"
)

// Bounds of the headers that a service adds towards its upstream, in bytes but
// for MaxHeaders.
const (
	MaxHeaders          = 32
	MaxHeaderNameBytes  = 128
	MaxHeaderValueBytes = 4096
	// MaxHeadersBytes bounds all names and values together.
	MaxHeadersBytes = 16 << 10
)

// Headers are what the gateway and the checks add to each request to an
// upstream, an API key for instance: canonical names, each once, in order. They
// are made by [ParseHeaders] and never change; the zero Headers are none.
//
// Values are secrets. Every formatter, logger and encoder shows the names only.
type Headers struct {
	// Behind two pointers, of which a formatter follows one at most: where it
	// meets Headers in an unexported field it calls no method of theirs, and
	// prints an address.
	list **headerList
}

type headerList struct {
	names []string
	// values are cut at their ends, so that appending to a part copies it.
	values []string
}

// IsZero says whether there are none.
func (h Headers) IsZero() bool { return h.list == nil }

// Names lists the canonical names in order. The slice is shared: do not write
// to it.
func (h Headers) Names() []string {
	if h.list == nil {
		return nil
	}
	return (*h.list).names
}

// All goes through names and values, in the order of the names.
func (h Headers) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i, name := range h.Names() {
			if !yield(name, (*h.list).values[i]) {
				return
			}
		}
	}
}

// AddTo puts the headers into a request's [net/http.Header], in place of those
// of the same names. It allocates nothing: the value slices are shared, and
// nobody may write to them.
func (h Headers) AddTo(header map[string][]string) {
	for i, name := range h.Names() {
		header[name] = (*h.list).values[i : i+1 : i+1]
	}
}

// Equal compares names and values.
func (h Headers) Equal(o Headers) bool {
	if h.list == nil || o.list == nil {
		return h.list == o.list
	}
	return slices.Equal((*h.list).names, (*o.list).names) && slices.Equal((*h.list).values, (*o.list).values)
}

// String lists the names.
func (h Headers) String() string { return "[" + strings.Join(h.Names(), " ") + "]" }

// Format writes String, whatever the verb.
func (h Headers) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, h.String()) }

// LogValue lists the names.
func (h Headers) LogValue() slog.Value { return slog.StringValue(h.String()) }

// MarshalJSON makes a list of the names. Nothing reads it back.
func (h Headers) MarshalJSON() ([]byte, error) {
	return json.Marshal(append([]string{}, h.Names()...))
}
