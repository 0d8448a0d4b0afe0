package registry

import (
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strings"
)

// ParseHeaders makes Headers of names and values. The error is an
// *[InvalidError] on the field "upstream_headers". It may repeat a name, and
// never a value.
func ParseHeaders(given map[string]string) (Headers, error) {
	refuse := func(format string, args ...any) (Headers, error) {
		return Headers{}, Invalid("upstream_headers", format, args...)
	}
	if len(given) == 0 {
		return Headers{}, nil
	}
	if len(given) > MaxHeaders {
		return refuse("Use at most %d headers.", MaxHeaders)
	}
	l, size := &headerList{}, 0
	for _, raw := range slices.SortedFunc(maps.Keys(given), canonicalOrder) {
		value := given[raw]
		if why := badHeaderName(raw); why != "" {
			return refuse("%s", why)
		}
		name := textproto.CanonicalMIMEHeaderKey(raw)
		if why := setElsewhere(name); why != "" {
			return refuse("Remove the header %s: %s", name, why)
		}
		if why := badHeaderValue(value); why != "" {
			return refuse("The value of %s %s", name, why)
		}
		if n := len(l.names); n > 0 && l.names[n-1] == name {
			return refuse("Give the header %s once; upper and lower case are the same.", name)
		}
		size += len(name) + len(value)
		l.names, l.values = append(l.names, name), append(l.values, value)
	}
	if size > MaxHeadersBytes {
		return refuse("Use at most %d bytes for all headers together.", MaxHeadersBytes)
	}
	return Headers{&l}, nil
}

// RestoreHeaders makes Headers of what came out of [Headers.All] once, and was
// kept since. It refuses nothing, so that rules which were made later lock
// nobody out of what is stored.
func RestoreHeaders(kept map[string]string) Headers {
	if len(kept) == 0 {
		return Headers{}
	}
	l := &headerList{names: slices.Sorted(maps.Keys(kept))}
	for _, name := range l.names {
		l.values = append(l.values, kept[name])
	}
	return Headers{&l}
}

// canonicalOrder sorts by canonical name. Names that have none come as they are.
func canonicalOrder(a, b string) int {
	return strings.Compare(textproto.CanonicalMIMEHeaderKey(a), textproto.CanonicalMIMEHeaderKey(b))
}

// badHeaderName says why a name is no token (RFC 9110, section 5.6.2). It does
// not repeat what might be a value in the wrong place.
func badHeaderName(name string) string {
	switch {
	case name == "":
		return "Give each header a name."
	case len(name) > MaxHeaderNameBytes:
		return fmt.Sprintf("Use at most %d bytes in a header's name.", MaxHeaderNameBytes)
	}
	for i := range len(name) {
		if c := name[i]; !alphanumeric(c) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return "Use only letters, digits and !#$%&'*+-.^_`|~ in a header's name, such as X-Api-Key."
		}
	}
	return ""
}

// badHeaderValue says, to go on from the header's name, why a value cannot be
// sent as it is (RFC 9110, section 5.5).
func badHeaderValue(value string) string {
	switch {
	case value == "":
		return "is empty; give one, or remove the header."
	case len(value) > MaxHeaderValueBytes:
		return fmt.Sprintf("is too long; use at most %d bytes.", MaxHeaderValueBytes)
	case strings.Trim(value, " \t") != value:
		return "begins or ends with a blank; remove it."
	}
	for i := range len(value) {
		if c := value[i]; c != '\t' && (c < ' ' || c > '~') {
			return "holds a character that a header cannot carry; use visible ASCII characters and blanks."
		}
	}
	return ""
}
