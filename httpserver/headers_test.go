package httpserver_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	headerValue = "the-value-of-a-header"
	withHeaders = `{"name":"Weather","path":"/weather","proxy_pass_url":"http://localhost:8000","upstream_headers":{"x-api-key":"` +
		headerValue + `","Authorization":"Bearer ` + headerValue + `"}}`
)

// TestUpstreamHeaders: they reach the checks, their names the administrator,
// and their values nobody.
func TestUpstreamHeaders(t *testing.T) {
	sent := make(chan registry.Headers, 100)
	e := newEdge(t, setup{check: func(_ context.Context, target registry.Target, _ bool) registry.Outcome {
		sent <- target.Headers
		return registry.Outcome{Status: registry.Status{Kind: registry.Healthy}}
	}})
	c := e.signedIn(t)
	c.get("/api/server_details/all").is(http.StatusOK)
	var bodies []string
	names := func(a answer, want ...string) {
		t.Helper()
		bodies = append(bodies, a.body)
		if got := c.record("/weather").UpstreamHeaderNames; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	names(c.json("/register", withHeaders).is(http.StatusCreated), "Authorization", "X-Api-Key")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	if got := <-sent; !slices.Equal(got.Names(), []string{"Authorization", "X-Api-Key"}) {
		t.Errorf("the check was given %v", got)
	}
	for _, target := range []string{"/", "/edit/weather", "/tools/weather", "/api/server_details/weather", "/api/server_details/all", "/ws/health_status", "/metrics"} {
		bodies = append(bodies, c.get(target).is(http.StatusOK).body)
	}
	if page := c.get("/edit/weather").body; !strings.Contains(page, `name="header_remove" value="X-Api-Key"`) {
		t.Error("the page does not name the headers")
	}

	names(c.json("/edit/weather", `{"num_stars":1,"upstream_headers":null}`).is(http.StatusOK), "Authorization", "X-Api-Key")
	names(c.form("/edit/weather", "proxy_pass_url=http://localhost:8000/mcp").is(http.StatusSeeOther), "Authorization", "X-Api-Key")
	names(c.json("/edit/weather", `{"upstream_headers":{"Cookie":"`+headerValue+`"}}`).is(http.StatusOK), "Cookie")
	names(c.json("/edit/weather", `{"proxy_pass_url":"http://localhost:9000","upstream_headers":{"Cookie":"x"}}`).is(http.StatusOK), "Cookie")
	names(c.form("/edit/weather", "proxy_pass_url=http://localhost:9001").is(http.StatusSeeOther))
	names(c.json("/edit/weather", `{"upstream_headers":{"Cookie":"x"}}`).is(http.StatusOK), "Cookie")
	names(c.json("/edit/weather", `{"upstream_headers":{}}`).is(http.StatusOK))
	for _, body := range bodies {
		if strings.Contains(body, headerValue) {
			t.Errorf("a value is shown: %s", body)
		}
	}
}

// TestUpstreamHeadersAreRefused with a sentence that repeats no value, in the
// form of a browser neither.
func TestUpstreamHeadersAreRefused(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for given, says := range map[string]string{
		`{"Host":"` + headerValue + `"}`:    "Remove the header Host",
		`{"X-Key":"` + headerValue + `\n"}`: "The value of X-Key holds a character",
		`{"X Key":"` + headerValue + `"}`:   "Use only letters",
		`{"X-Key":""}`:                      "The value of X-Key is empty",
		`{"X-Key":null}`:                    "The value of X-Key is empty",
		`{"X-Key":123456}`:                  "Give an object of strings",
		`{"X-Key":["` + headerValue + `"]}`: "Give an object of strings",
		`"` + headerValue + `"`:             "Give an object of strings",
		`["` + headerValue + `"]`:           "Give an object of strings",
		`{"X-Key":"` + headerValue + `","x-key":"` + headerValue + `"}`: "Give the header X-Key once",
	} {
		for _, target := range []string{"/edit/weather", "/register"} {
			body := `{"upstream_headers":` + given + `}`
			if target == "/register" {
				body = `{"name":"N","path":"/new","proxy_pass_url":"http://h",` + body[1:]
			}
			p := c.json(target, body).refuses("upstream_headers")
			if m := p.Errors[0].Message; !strings.HasPrefix(m, says) || strings.Contains(p.Detail+m, headerValue) || strings.Contains(m, "123456") {
				t.Errorf("%s: %q %q", given, p.Detail, m)
			}
			page := c.with("Accept", "text/html").json(target, body)
			if strings.Contains(page.body, headerValue) {
				t.Errorf("%s: the page shows the value", given)
			}
		}
	}
	c.form("/edit/weather", "upstream_headers=x&name=Same").is(http.StatusBadRequest)
	if r := c.record("/weather"); len(r.UpstreamHeaderNames) > 0 {
		t.Errorf("a form set %q", r.UpstreamHeaderNames)
	}
}
