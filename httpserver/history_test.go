package httpserver_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func (c *caller) history(path string) gen.HealthHistory {
	c.t.Helper()
	var h gen.HealthHistory
	decode(c.t, []byte(c.get("/api/health_history"+path).is(http.StatusOK).body), &h)
	return h
}

// refusing answers well until it is told otherwise.
func refusing(down *atomic.Bool) func(context.Context, registry.Target, bool) registry.Outcome {
	up := healthy("alpha")
	return func(ctx context.Context, target registry.Target, discover bool) registry.Outcome {
		if !down.Load() {
			o := up(ctx, target, discover)
			o.Steps = []registry.Step{{Method: "POST", URL: target.Upstream, Purpose: "server/discover", Status: 200, MediaType: "application/json", Took: time.Millisecond}}
			return o
		}
		return registry.Outcome{
			Status: registry.Status{Kind: registry.Unhealthy, Reason: "connection refused"},
			Detail: "POST " + target.Upstream + ": connection refused.",
			Steps:  []registry.Step{{Method: "POST", URL: target.Upstream, Purpose: "server/discover", Problem: "connection refused", Took: time.Millisecond}},
		}
	}
}

func TestHealthHistory(t *testing.T) {
	down := new(atomic.Bool)
	e := newEdge(t, setup{check: refusing(down)})
	c := e.signedIn(t)
	c.register("/team/weather")
	if h := c.history("/team/weather"); len(h.Checks) != 0 || len(h.Steps) != 0 || len(h.Changes) != 1 || h.NextCheckISO != nil || h.Changes[0].Status != "disabled" {
		t.Errorf("registered: %+v", h)
	}
	began := time.Now().Add(-time.Second)
	c.form("/toggle/team/weather", "enabled=on").is(http.StatusOK)
	down.Store(true)
	c.post("/api/refresh/team/weather").is(http.StatusOK)

	h := c.history("/team%2Fweather/")
	record := c.record("/team/weather")
	if h.ServicePath != "/team/weather" || h.Health.Version != record.Health.Version || h.Health.Detail == nil || *h.Health.Detail != *record.Health.Detail {
		t.Errorf("the health is %+v, in the record %+v", h.Health, record.Health)
	}
	if h.NextCheckISO == nil || h.NextCheckISO.Before(time.Now()) {
		t.Errorf("the next check is at %v", h.NextCheckISO)
	}
	if len(h.Steps) != 1 || h.Steps[0].Problem == nil || *h.Steps[0].Problem != "connection refused" || h.Steps[0].Status != nil {
		t.Errorf("the steps are %+v", h.Steps)
	}
	// Switching on runs a check or joins the one that begins by itself.
	last, before := h.Checks[len(h.Checks)-1], h.Checks[len(h.Checks)-2]
	if before.Status != "healthy" || before.LatencyMs == nil || before.AtISO.Before(began) {
		t.Errorf("the check before the last is %+v", before)
	}
	if last.Status != "unhealthy: connection refused" || last.LatencyMs != nil || !last.Manual || !last.Changed || last.Number != before.Number+1 {
		t.Errorf("the last check is %+v", last)
	}
	var changes []string
	for _, change := range h.Changes {
		changes = append(changes, change.Status)
	}
	if got, want := strings.Join(changes, ", "), "disabled, checking, healthy, unhealthy: connection refused"; got != want {
		t.Errorf("the changes are %s, want %s", got, want)
	}
	newest := h.Changes[len(h.Changes)-1]
	if !newest.AtISO.Equal(h.Health.SinceISO) || newest.Detail == nil {
		t.Errorf("the newest change is %+v, the health %+v", newest, h.Health)
	}

	c.delete("/api/server_details/team/weather").is(http.StatusNoContent)
	c.get("/api/health_history/team/weather").problem(http.StatusNotFound)
	c.register("/team/weather")
	if h := c.history("/team/weather"); len(h.Checks) != 0 || len(h.Changes) != 1 {
		t.Errorf("registered anew: %+v", h)
	}
}

// There is no history of all services at once, and none of no service.
func TestHealthHistoryOfNothing(t *testing.T) {
	c := newEdge(t, setup{}).signedIn(t)
	c.register("/weather")
	c.get("/api/health_history/all").problem(http.StatusNotFound)
	c.get("/api/health_history/nosuch").problem(http.StatusNotFound)
	c.get("/api/health_history/weather/..").problem(http.StatusBadRequest)
	c.post("/api/health_history/weather").problem(http.StatusMethodNotAllowed)
}

// An agent learns how its services are, not what is behind them.
func TestHealthHistoryForTokens(t *testing.T) {
	down := new(atomic.Bool)
	down.Store(true)
	e := newEdge(t, setup{check: refusing(down)})
	c := e.signedIn(t)
	for _, path := range []string{"/weather", "/other"} {
		c.register(path)
		c.form("/toggle"+path, "enabled=on").is(http.StatusOK)
	}
	agent := e.program(t, auth.ScopeGateway, "/weather")
	agent.get("/api/health_history/other").problem(http.StatusNotFound)
	for name, who := range map[string]*caller{"limited": agent, "unlimited": e.program(t, auth.ScopeGateway)} {
		h := who.history("/weather")
		if n := len(h.Checks); n == 0 || h.Checks[n-1].Status != "unhealthy: connection refused" || len(h.Changes) < 3 {
			t.Errorf("%s: got %+v", name, h)
		}
		if body := who.get("/api/health_history/weather").body; strings.Contains(body, "localhost:8000") {
			t.Errorf("%s: it tells the address: %s", name, body)
		}
	}
	e.program(t, auth.ScopeMetrics).get("/api/health_history/weather").problem(http.StatusForbidden)
	e.stranger(t).get("/api/health_history/weather").problem(http.StatusUnauthorized)
	if body := e.program(t, auth.ScopeAdmin).get("/api/health_history/weather").body; !strings.Contains(body, "localhost:8000") {
		t.Errorf("an administrator does not see it either: %s", body)
	}
}
