package httpserver

import (
	"mime"
	"strconv"
	"strings"
)

// prefersHTML says whether Accept (RFC 9110, section 12.5.1) names text/html
// and likes it at least as well as any JSON it names. Wildcards alone, as of
// curl, are no preference.
func prefersHTML(accept []string) bool {
	var html, json float64
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, params, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		q := 1.0
		if given, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(given, 64); err != nil {
				continue
			}
		}
		switch kind {
		case "text/html", "application/xhtml+xml":
			html = max(html, q)
		case "application/json", "application/problem+json":
			json = max(json, q)
		}
	}
	return html > 0 && html >= json
}
