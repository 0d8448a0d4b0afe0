package app_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestTrafficIsShown: what the gateway carried is on the record and in the
// metrics.
func TestTrafficIsShown(t *testing.T) {
	w := newWorld(t, apptest.Config(t))
	up := upstreamtest.SSE(t, "tool")
	w.register(t, "/sse-only", up.URL)
	broken := failing(t)
	w.register(t, "/calls", broken.url)
	if r := w.record(t, "/calls"); r.Traffic != nil {
		t.Errorf("before any call: %+v", r.Traffic)
	}
	for range 3 {
		w.ask(t, call("/calls", "forecast", ""), http.StatusOK)
	}
	w.ask(t, call("/calls", "invented by a caller", ""), http.StatusOK)
	broken.off.Store(true)
	w.ask(t, call("/calls", "forecast", ""), http.StatusBadGateway)
	// An answer is there before it is counted.
	eventually(t, "five requests, one error", func() bool {
		r := w.record(t, "/calls").Traffic
		return r != nil && r.Requests == 5 && r.Errors == 1 && r.P50Ms != nil && *r.P50Ms > 0 && *r.P99Ms >= *r.P50Ms && r.OpenStreams == 0
	})

	_, leave := w.stream(t, "/sse-only/sse")
	eventually(t, "a stream is open", func() bool { r := w.record(t, "/sse-only").Traffic; return r != nil && r.OpenStreams == 1 })
	leave()
	eventually(t, "the stream has ended", func() bool { return w.record(t, "/sse-only").Traffic.OpenStreams == 0 })
	eventually(t, "the upstream hears of the end", func() bool { return up.Live() == 0 })

	metrics := w.ask(t, request{path: "/metrics"}, http.StatusOK)
	for _, want := range []string{
		`mcpgateway_gateway_calls_total{method="tools/call",service="/calls",tool="forecast"} 4`,
		`mcpgateway_gateway_calls_total{method="tools/call",service="/calls",tool="other"} 1`,
		`mcpgateway_gateway_requests_total{outcome="ok",service="/calls"} 4`,
		`mcpgateway_gateway_requests_total{outcome="unreachable",service="/calls"} 1`,
		`mcpgateway_gateway_open_streams{service="/sse-only"} 0`,
		`mcpgateway_http_request_duration_seconds_count{code="200",method="POST",route="gateway"} 4`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s\n%s", want, strings.Join(regexp.MustCompile(`(?m)^mcpgateway_(gateway|http_request_duration_seconds_count).*`).FindAllString(metrics, -1), "\n"))
		}
	}
	if strings.Contains(metrics, "invented") {
		t.Error("a caller made a series")
	}
	w.ask(t, request{method: http.MethodDelete, path: "/api/server_details/calls"}, http.StatusNoContent)
	if strings.Contains(w.ask(t, request{path: "/metrics"}, http.StatusOK), `service="/calls"`) {
		t.Error("a service that is gone has series")
	}
}

// TestFailingCallsBringACheck, which alone says whether the service is up.
func TestFailingCallsBringACheck(t *testing.T) {
	t.Parallel()                        // It waits for the least time between two such checks.
	w := newWorld(t, apptest.Config(t)) // Checks come by the hour.
	up := failing(t)
	w.register(t, "/s", up.url)
	checks := up.checks.Load()
	up.off.Store(true)
	w.ask(t, call("/s", "forecast", ""), http.StatusBadGateway)
	eventually(t, "a check", func() bool { return up.checks.Load() > checks })
	if status := w.record(t, "/s").Health.Status; status != "healthy" {
		t.Errorf("calls fail, the check does not: %s", status)
	}

	// Now the checks fail, too. One of them does not turn the status.
	up.dead.Store(true)
	checks = up.checks.Load()
	turned := time.Now()
	eventually(t, "the status turns", func() bool {
		w.ask(t, call("/s", "forecast", ""), http.StatusBadGateway)
		return w.record(t, "/s").Health.Status != "healthy"
	})
	if n := up.checks.Load() - checks; n < 2 {
		t.Errorf("the status turned after %d failed checks, %s", n, time.Since(turned))
	}
}

// unreliable is a server that fails in parts.
type unreliable struct {
	url string
	// off breaks calls of tools, dead whatever comes.
	off, dead atomic.Bool
	// checks counts what is no call of a tool.
	checks atomic.Int64
}

// failing starts an unreliable server that does not fail yet.
func failing(t *testing.T) *unreliable {
	t.Helper()
	u := new(unreliable)
	good := upstreamtest.Scripted(func(string) string {
		return `{"tools":[{"name":"forecast","inputSchema":{"type":"object"}}]}`
	})
	u.url = upstreamtest.Serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		isCall := r.Header.Get("Mcp-Method") == "tools/call"
		if !isCall {
			u.checks.Add(1)
		}
		switch {
		case u.dead.Load(), isCall && u.off.Load():
			upstreamtest.Reset().ServeHTTP(rw, r)
		case isCall:
			rw.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(rw).Encode(map[string]any{"jsonrpc": "2.0", "id": 1, "result": map[string]any{"content": []any{}}})
		default:
			good.ServeHTTP(rw, r)
		}
	}))
	return u
}
