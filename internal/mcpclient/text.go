package mcpclient

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxReason and maxDetail bound what a status says, in bytes.
	maxReason = 120
	maxDetail = 600
	// maxQuote bounds what a detail quotes from an upstream, in bytes.
	maxQuote = 160
)

// line makes one line of hostile text: valid UTF-8, only what can be printed,
// white space run together, at most limit bytes.
func line(s string, limit int) string {
	s = head(s, 8*limit)
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return cut(strings.Join(strings.Fields(s), " "), limit)
}

// prose keeps the lines of hostile text: valid UTF-8, no control characters
// but tabs and line ends, at most limit bytes. It tells whether it had to cut.
func prose(s string, limit int) (string, bool) {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if len(kept) <= limit {
		return strings.Clone(kept), false
	}
	return cut(kept, limit), true
}

// cut shortens valid UTF-8 to at most limit bytes; an ellipsis, counted in,
// shows where it did.
func cut(s string, limit int) string {
	const ellipsis = "…"
	if len(s) <= limit {
		return s
	}
	if limit < len(ellipsis) {
		return ""
	}
	return head(s, limit-len(ellipsis)) + ellipsis
}

// head is the first limit bytes at most, ending at a rune's edge.
func head(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// visible percent-encodes what is no visible ASCII in a query, as browsers do.
// url.Parse keeps it as it came: terminals would obey it, and pages turn around.
func visible(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; ' ' < c && c <= '~' {
			b.WriteByte(c)
		} else {
			_, _ = fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// shown is a URL as a detail may name it: without user info, and without the
// query, which may hold a key.
func shown(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "the URL"
	}
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	s := plain.String()
	if u.RawQuery != "" {
		s += "?…"
	}
	return line(s, maxQuote)
}
