package httpserver

import (
	"regexp"
	"testing"
)

func TestRequestIDs(t *testing.T) {
	form, seen := regexp.MustCompile(`^[A-Z2-7]{26}$`), map[string]bool{}
	for range 1000 {
		id := requestID("not an id")
		if !form.MatchString(id) || seen[id] {
			t.Fatalf("%q has another form, or was made before", id)
		}
		seen[id] = true
	}
	for _, fine := range []string{"a", "A-b_c.9"} {
		if got := requestID(fine); got != fine {
			t.Errorf("%q became %q", fine, got)
		}
	}
}

func TestPrefersHTML(t *testing.T) {
	for accept, want := range map[string]bool{
		"": false, "*/*": false, "htm": false, "application/json, text/event-stream": false,
		"text/html": true, "Text/HTML;q=0.5": true, "application/xHTML+xml": true,
		"text/html;q=0.4, application/json;q=0.5": false, "text/htmlx": false, `application/json;a="text/html"`: false,
	} {
		if got := prefersHTML([]string{"image/png", accept}); got != want {
			t.Errorf("%q: %v", accept, got)
		}
	}
}
