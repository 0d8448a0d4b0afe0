package httpserver_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver"
)

func TestHealthOfTheGateway(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	if got := strings.TrimSpace(c.get("/health").is(http.StatusOK).body); got != `{"service":"mcp-gateway-registry","status":"healthy"}` {
		t.Errorf("/health is %s", got)
	}
	for _, target := range []string{"/livez", "/readyz"} {
		if got := strings.TrimSpace(c.get(target).is(http.StatusOK).body); got != `{"status":"ok"}` {
			t.Errorf("%s is %s", target, got)
		}
	}
}

func TestReadinessWithoutItsDatabase(t *testing.T) {
	for name, lose := range map[string]func(*testing.T, *edge){
		"closed": func(t *testing.T, e *edge) {
			if err := e.store.Close(); err != nil {
				t.Fatal(err)
			}
		},
		"removed": func(t *testing.T, e *edge) {
			files, err := filepath.Glob(filepath.Join(e.dir, "*.db*"))
			if err != nil || len(files) == 0 {
				t.Fatalf("the files are %v: %v", files, err)
			}
			for _, file := range files {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t, setup{})
			me, c := e.signedIn(t), e.stranger(t)
			e.faults.closed.Store(true)
			lose(t, e)
			a := c.get("/readyz")
			p := a.problem(http.StatusServiceUnavailable)
			if !strings.Contains(p.Detail, "database") || strings.Contains(a.body, e.dir) || a.header.Get("Retry-After") == "" {
				t.Errorf("the answer is %s, Retry-After %q", a.body, a.header.Get("Retry-After"))
			}
			lines := e.log.of(t, a.header.Get("X-Request-Id"))
			if len(lines) != 1 || lines[0]["level"] != "ERROR" || lines[0]["error"] == nil {
				t.Errorf("the log has %v", lines)
			}
			c.get("/livez").is(http.StatusOK)
			c.get("/health").is(http.StatusOK)
			if name == "closed" {
				unknown := c.with("Cookie", "mcp_gateway_session="+strings.Repeat("A", 43))
				unknown.get("/livez").is(http.StatusOK) // Nobody needs to know who asks.
				unknown.get("/login").page(http.StatusOK)
				unknown.get("/api/tools/all").problem(http.StatusInternalServerError)
				unknown.post("/logout").problem(http.StatusInternalServerError) // There may be such a session.
				me.get("/api/tools/all").is(http.StatusOK)
				me.post("/logout").problem(http.StatusInternalServerError) // The session lives on.
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	c.register("/team/weather")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	c.get("/api/server_details/team/weather").is(http.StatusOK)
	c.get("/api/server_details/team%2Fnosuch").problem(http.StatusNotFound)
	c.get("/secret-in-a-path?token=secret").problem(http.StatusNotFound)
	c.send("BREW", "/", "", nil).problem(http.StatusMethodNotAllowed)
	a := c.get("/metrics").is(http.StatusOK)
	if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain; version=0.0.4") {
		t.Errorf("the Content-Type is %q", kind)
	}
	for _, want := range []string{
		`mcpgateway_services{status="healthy"} 1`,
		`mcpgateway_service_up{service="/weather"} 1`,
		`mcpgateway_services{status="disabled"} 1`,
		`mcpgateway_services{status="unhealthy"} 0`,
		`mcpgateway_sockets 0`,
		`mcpgateway_sockets_failed_total 0`,
		`mcpgateway_mailbox_depth{actor="registry"}`,
		`mcpgateway_mailbox_depth{actor="broadcaster"}`,
		`mcpgateway_broadcasts_total`,
		`mcpgateway_subscribers_cut_total 0`,
		`mcpgateway_http_request_duration_seconds_count{code="201",method="POST",route="/register"} 2`,
		`mcpgateway_http_request_duration_seconds_count{code="200",method="POST",route="/toggle/{service_path}"} 1`,
		`mcpgateway_http_request_duration_seconds_count{code="200",method="GET",route="/api/server_details/{service_path}"} 1`,
		`mcpgateway_http_request_duration_seconds_count{code="404",method="GET",route="/api/server_details/{service_path}"} 1`,
		`mcpgateway_http_request_duration_seconds_count{code="404",method="GET",route="gateway"} 1`,
		`mcpgateway_http_request_duration_seconds_count{code="405",method="other",route=`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	for _, text := range []string{"secret", "nosuch", "BREW"} {
		if strings.Contains(a.body, text) {
			t.Errorf("the metrics have %q, which callers choose", text)
		}
	}
	e.stranger(t).get("/metrics").problem(http.StatusUnauthorized)
	open := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.PublicMetrics = true }})
	open.stranger(t).get("/metrics").is(http.StatusOK)
	open.stranger(t).get("/ws/stats").problem(http.StatusUnauthorized)
}

func TestTheDocument(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	file, err := os.ReadFile(filepath.Join("..", "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.get("/openapi.yaml").is(http.StatusOK).body; got != string(file) {
		t.Error("/openapi.yaml is not the file")
	}
	var spec struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]json.RawMessage
	}
	decode(t, []byte(c.get("/openapi.json").is(http.StatusOK).body), &spec)
	want, err := document()
	if err != nil {
		t.Fatal(err)
	}
	if spec.OpenAPI != "3.0.3" || len(spec.Paths) != want.Paths.Len() {
		t.Errorf("/openapi.json is %s with %d paths", spec.OpenAPI, len(spec.Paths))
	}
	c.get("/docs").page(http.StatusOK, "/openapi.json")
}

func TestHealthMapAndStats(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	if got := strings.TrimSpace(e.stranger(t).get("/ws/health_status").is(http.StatusOK).body); got != "{}" {
		t.Errorf("nothing is %s", got)
	}
	c.register("/weather")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	health := func() (m map[string]gen.Health) {
		decode(t, []byte(e.stranger(t).get("/ws/health_status").is(http.StatusOK).body), &m)
		return m
	}
	eventually(t, "its health", func() bool { return health()["/weather"].Status == "healthy" })
	if h := health()["/weather"]; h.NumTools != 2 || h.LastCheckedISO == nil || h.LatencyMs == nil {
		t.Errorf("the health is %+v", h)
	}
	c.get("/ws/stats").is(http.StatusOK)
	e.stranger(t).get("/ws/stats").problem(http.StatusUnauthorized)
	closed := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.SocketsNeedAuth = true }})
	closed.stranger(t).get("/ws/health_status").problem(http.StatusUnauthorized)
	closed.signedIn(t).get("/ws/health_status").is(http.StatusOK)
}
