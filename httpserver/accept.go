package httpserver

import (
	"mime"
	"slices"
	"strconv"
	"strings"
)

// prefersHTML says whether Accept names text/html and likes it at least as well
// as any JSON it names. Wildcards alone, as of curl, are no preference.
func prefersHTML(accept []string) bool {
	if !slices.ContainsFunc(accept, namesHTML) {
		return false // Nearly all programs.
	}
	html := liking(accept, "text/html", "application/xhtml+xml")
	return html > 0 && html >= liking(accept, "application/json", "application/problem+json")
}

// namesHTML says whether it can name a type of HTML, in any case.
func namesHTML(accept string) bool {
	const html = "html"
	for i := range len(accept) - len(html) + 1 {
		if strings.EqualFold(accept[i:i+len(html)], html) {
			return true
		}
	}
	return false
}

// prefersEvents says the same of a stream of events, over all else it names.
func prefersEvents(accept []string) bool {
	events := liking(accept, "text/event-stream")
	return events > 0 && events >= liking(accept, "application/json", "text/html", "application/xhtml+xml")
}

// liking is the greatest weight that Accept (RFC 9110, section 12.5.1) gives to
// one of the types by name; 0 if it names none.
func liking(accept []string, types ...string) float64 {
	var most float64
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, params, err := mime.ParseMediaType(item)
		if err != nil || !slices.Contains(types, kind) {
			continue
		}
		q := 1.0
		if given, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(given, 64); err != nil {
				continue
			}
		}
		most = max(most, q)
	}
	return most
}
