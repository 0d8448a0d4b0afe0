package traffic

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// scrape is what Prometheus gets of a board.
func scrape(t testing.TB, b *Board) string {
	t.Helper()
	all := prometheus.NewPedanticRegistry()
	all.MustRegister(NewCollector(b))
	w := httptest.NewRecorder()
	promhttp.HandlerFor(all, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Errorf("a scrape answers %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestCollector(t *testing.T) {
	b := NewBoard()
	b.Counter("/idle").SetTools(named("forecast"))
	c := b.Counter(weather)
	c.SetTools(named("forecast", "uncalled"))
	for _, e := range []Exchange{
		{Outcome: OK, Method: methodCallTool, Tool: "forecast", Latency: 20 * time.Millisecond, Received: 100, Sent: 2000},
		{Outcome: OK, Method: methodCallTool, Tool: "invented", Latency: 10 * time.Millisecond},
		{Outcome: ClientError, Method: "\xff"},
		{Outcome: Timeout, Method: "tools/list", Latency: 61 * time.Second},
		{Outcome: Unreachable, Latency: time.Minute},
	} {
		carry(c, e)
	}
	c.Begin()
	c.OpenStream(1)
	c.AddBytes(0, 30)
	want := `# HELP mcpgateway_gateway_bytes_total Bytes of bodies, received from callers and sent to them.
# TYPE mcpgateway_gateway_bytes_total counter
mcpgateway_gateway_bytes_total{direction="received",service="/weather"} 100
mcpgateway_gateway_bytes_total{direction="sent",service="/weather"} 2030
# HELP mcpgateway_gateway_calls_total JSON-RPC messages of callers, by method; of tools/call, by tool.
# TYPE mcpgateway_gateway_calls_total counter
mcpgateway_gateway_calls_total{method="other",service="/weather",tool=""} 1
mcpgateway_gateway_calls_total{method="tools/call",service="/weather",tool="forecast"} 1
mcpgateway_gateway_calls_total{method="tools/call",service="/weather",tool="other"} 1
mcpgateway_gateway_calls_total{method="tools/list",service="/weather",tool=""} 1
# HELP mcpgateway_gateway_open_requests Requests through the gateway that are not answered yet.
# TYPE mcpgateway_gateway_open_requests gauge
mcpgateway_gateway_open_requests{service="/weather"} 1
# HELP mcpgateway_gateway_open_streams Open event streams.
# TYPE mcpgateway_gateway_open_streams gauge
mcpgateway_gateway_open_streams{service="/weather"} 1
# HELP mcpgateway_gateway_request_duration_seconds Time from a request to the first byte of the upstream's answer, or to the timeout.
# TYPE mcpgateway_gateway_request_duration_seconds histogram
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="0.01"} 2
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="0.05"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="0.1"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="0.25"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="0.5"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="1"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="2.5"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="10"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="60"} 3
mcpgateway_gateway_request_duration_seconds_bucket{service="/weather",le="+Inf"} 4
mcpgateway_gateway_request_duration_seconds_sum{service="/weather"} 61.03
mcpgateway_gateway_request_duration_seconds_count{service="/weather"} 4
# HELP mcpgateway_gateway_requests_total Requests through the gateway, by how they ended.
# TYPE mcpgateway_gateway_requests_total counter
mcpgateway_gateway_requests_total{outcome="cancelled",service="/weather"} 0
mcpgateway_gateway_requests_total{outcome="client_error",service="/weather"} 1
mcpgateway_gateway_requests_total{outcome="ok",service="/weather"} 2
mcpgateway_gateway_requests_total{outcome="refused",service="/weather"} 0
mcpgateway_gateway_requests_total{outcome="server_error",service="/weather"} 0
mcpgateway_gateway_requests_total{outcome="timeout",service="/weather"} 1
mcpgateway_gateway_requests_total{outcome="unreachable",service="/weather"} 1
`
	if diff := cmp.Diff(want, scrape(t, b)); diff != "" {
		t.Errorf("the metrics (-want +got):\n%s", diff)
	}
}

// Nothing that never had any traffic is shown.
func TestIdleServicesHaveNoSeries(t *testing.T) {
	b := NewBoard()
	b.Counter(weather).SetTools(named("forecast"))
	if got := scrape(t, b); got != "" {
		t.Errorf("the metrics are:\n%s", got)
	}
}
