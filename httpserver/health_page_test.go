package httpserver_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/auth"
)

func TestHealthPage(t *testing.T) {
	down := new(atomic.Bool)
	e := newEdge(t, setup{check: refusing(down)})
	c := e.signedIn(t)
	c.register("/team/weather")
	if body := c.get("/health/team/weather").is(http.StatusOK).body; !strings.Contains(body, "Switch the service on") {
		t.Error("the page of a new service does not teach")
	}
	c.form("/toggle/team/weather", "enabled=on").is(http.StatusOK)
	down.Store(true)
	c.post("/api/refresh/team/weather").is(http.StatusOK)
	body := c.get("/health/team%2Fweather/").is(http.StatusOK).body
	for _, want := range []string{
		`data-kind="unhealthy"`, "connection refused", "server/discover", `href="/edit/team/weather#check"`,
		`class="plot-change" data-kind="unhealthy"`, `data-say="due"`, `action="/api/refresh/team/weather"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	down.Store(false)
	c.post("/api/refresh/team/weather").is(http.StatusOK)
	if body := c.get("/health/team/weather").is(http.StatusOK).body; !strings.Contains(body, "Unhealthy <span") || strings.Contains(body, "Find out why") {
		t.Error("the page of a service that recovered does not say so")
	}
}

// What is behind the gateway is for those who run it.
func TestHealthPageIsForPeople(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	c.get("/health/nosuch").problem(http.StatusNotFound)
	c.get("/health/all").problem(http.StatusNotFound)
	c.get("/health/weather/..").problem(http.StatusBadRequest)
	c.post("/health/weather").problem(http.StatusMethodNotAllowed)
	e.program(t, auth.ScopeGateway, "/weather").get("/health/weather").problem(http.StatusForbidden)
	e.program(t, auth.ScopeMetrics).get("/health/weather").problem(http.StatusForbidden)
	e.program(t, auth.ScopeAdmin).get("/health/weather").is(http.StatusOK)
	if at := e.stranger(t).get("/health/weather").is(http.StatusSeeOther).header.Get("Location"); at != "/login?next=/health/weather" {
		t.Errorf("a stranger is sent to %s", at)
	}
	// The plain answer for monitors stays, and no service can stand in its way.
	e.stranger(t).get("/health").is(http.StatusOK)
	form := least("/health/weather")
	c.form("/register", form.Encode()).problem(http.StatusBadRequest)
}

// A form leads back to the page that it was on, if that is one of ours.
func TestFormsLeadBackToTheHealthPage(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for from, want := range map[string]string{
		e.url + "/health/weather":     "/health/weather",
		e.url + "/health/weather?x=1": "/health/weather",
		e.url + "/health/other":       "/",
		e.url + "/":                   "/",
		"":                            "/",
		"http://elsewhere.example/health/weather": "/",
		"%": "/",
	} {
		for _, path := range []string{"/toggle/weather", "/api/refresh/weather"} {
			got := c.browser().with("Referer", from).form(path, "enabled=on").is(http.StatusSeeOther).header.Get("Location")
			if got != want {
				t.Errorf("%s from %q leads to %s, want %s", path, from, got, want)
			}
		}
	}
}
