package httpserver_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// echo is a gateway that answers with what it got.
type echo struct{}

func (echo) Forward(w http.ResponseWriter, r *http.Request, _ *gateway.Caller, _ *gateway.Report) error {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		return err
	}
	if _, limited := r.Context().Deadline(); limited {
		w.Header().Set("Test-Limited", "yes")
	}
	if n > 0 {
		w.Header().Set("Test-Took", "a body")
	}
	_, err = io.WriteString(w, r.Method+" "+r.URL.Path)
	return err
}

func (echo) ServiceOf(*http.Request) registry.Path { return "" }

// newGateway is an edge with proxied routes, and a caller whose answers are
// judged by nobody: they are the upstreams'.
func newGateway(t *testing.T, adjust func(*httpserver.Options)) (*edge, *caller) {
	t.Helper()
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.Gateway = echo{}
		if adjust != nil {
			adjust(o)
		}
	}})
	c := e.stranger(t)
	c.client.Transport = c.client.Transport.(conformant).base
	return e, c
}

// secret makes a token of a scope.
func (e *edge) secret(t *testing.T, scope auth.Scope) string {
	t.Helper()
	_, secret := e.token(t, scope)
	return secret
}

func TestProxiedRoutes(t *testing.T) {
	e, c := newGateway(t, nil)
	me := c.with("Cookie", "mcp_gateway_session="+e.session(t))
	for _, target := range []string{"/weather", "/weather/mcp", "/nosuch/x/y"} {
		a := me.get(target).is(http.StatusOK)
		if a.body != "GET "+target || a.header.Get("X-Request-Id") == "" || a.header.Get("Test-Limited") != "" {
			t.Errorf("%s: %q, %v", target, a.body, a.header)
		}
	}
	// What pages and the API must not take, a service may.
	large := me.send("POST", "/weather/mcp", "text/plain", strings.NewReader(strings.Repeat("a", 2<<20))).is(http.StatusOK)
	if large.header.Get("Test-Took") == "" {
		t.Error("the body did not arrive")
	}
	me.send("PATCH", "/weather/files/a%20b", "", nil).is(http.StatusOK)
	// What is ours is not proxied.
	for _, target := range []string{"/API/tools/all", "/mcp", "/static/nosuch.css", "//weather"} {
		if a := me.get(target); strings.HasPrefix(a.body, "GET ") || a.status < 400 {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
	metrics := e.signedIn(t).get("/metrics").body
	if !strings.Contains(metrics, `mcpgateway_http_request_duration_seconds_count{code="200",method="GET",route="gateway"} 3`) {
		t.Error("the metrics do not count the requests to services under one route")
	}
}

// An answer of ours at a service's address is a problem, and as powerless as a
// service's own. A browser may sign in first.
func TestProxiedRefusals(t *testing.T) {
	e, c := newGateway(t, func(o *httpserver.Options) { o.CORSOrigins = []string{"https://app.example"} })
	for what, a := range map[string]answer{
		"stranger":       c.get("/weather/mcp"),
		"bad token":      c.with("Authorization", "Bearer nonsense").post("/weather/mcp"),
		"metrics token":  c.bearer(e.secret(t, auth.ScopeMetrics)).post("/weather/mcp"),
		"foreign host":   c.with("Host", "evil.example").get("/weather/mcp"),
		"foreign origin": c.with("Origin", "https://evil.example").get("/weather/mcp"),
	} {
		want := map[string]int{"metrics token": 403, "foreign host": 403, "foreign origin": 403}[what]
		if want == 0 {
			want = http.StatusUnauthorized
		}
		p := a.problem(want)
		if want == http.StatusUnauthorized && !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: WWW-Authenticate is %q", what, a.header.Get("WWW-Authenticate"))
		}
		if a.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: the headers are %v", what, a.header)
		}
		if what == "foreign origin" && !strings.Contains(p.Detail, "--cors-origins") {
			t.Errorf("%s: %s", what, p.Detail)
		}
	}
	c.browser().get("/weather/mcp").to("/login?next=/weather/mcp")
	c.browser().post("/weather/mcp").to("/login?next=/")
	for _, scope := range []auth.Scope{auth.ScopeAdmin, auth.ScopeGateway} {
		c.bearer(e.secret(t, scope)).post("/weather/mcp").is(http.StatusOK)
	}
}

// The cookie counts where no other origin's page can be behind a request, and a
// token always.
func TestCookieOnProxiedRoutes(t *testing.T) {
	e, c := newGateway(t, func(o *httpserver.Options) { o.CORSOrigins = []string{"https://app.example"} })
	cookie := "mcp_gateway_session=" + e.session(t)
	bearer := "Bearer " + e.secret(t, auth.ScopeGateway)
	elsewhere := "http://localhost:1"
	tls := strings.Replace(e.url, "http://", "https://", 1)
	for _, test := range []struct {
		origin, site string
		counts       bool
	}{
		{"", "", true},
		{"", "none", true},
		{"", "same-origin", true},
		{"", "same-site", false},
		{"", "cross-site", false},
		{"", "nonsense", false},
		{e.url, "", true},
		{e.url, "same-origin", true},
		{e.url, "same-site", false},
		{e.url, "cross-site", false},
		{tls, "", false}, // Another scheme is another origin.
		{elsewhere, "", false},
		{elsewhere, "same-site", false},
		{elsewhere, "same-origin", false},
		{"https://app.example", "cross-site", false},
		{"https://app.example", "", false},
	} {
		d := c
		if test.origin != "" {
			d = d.with("Origin", test.origin)
		}
		if test.site != "" {
			d = d.with("Sec-Fetch-Site", test.site)
		}
		for _, method := range []string{"GET", "POST", "DELETE"} {
			if a := d.with("Cookie", cookie).send(method, "/weather/mcp", "", nil); (a.status == http.StatusOK) != test.counts {
				t.Errorf("%s with Origin %q, Sec-Fetch-Site %q: %d", method, test.origin, test.site, a.status)
			} else if !test.counts {
				a.problem(http.StatusUnauthorized)
			}
			d.with("Cookie", cookie).with("Authorization", bearer).send(method, "/weather/mcp", "", nil).is(http.StatusOK)
		}
	}
	// Two are refused, though each alone would do.
	two := c.with("Origin", e.url)
	two.header["Origin"] = append(two.header["Origin"], "https://app.example")
	two.with("Cookie", cookie).get("/weather/mcp").problem(http.StatusForbidden)
}

func TestOpenGateway(t *testing.T) {
	e, c := newGateway(t, func(o *httpserver.Options) {
		o.OpenGateway = true
		o.CORSOrigins = []string{"https://app.example"}
	})
	c.post("/weather/mcp").is(http.StatusOK)
	c.with("Authorization", "Bearer nonsense").post("/weather/mcp").is(http.StatusOK)
	c.bearer(e.secret(t, auth.ScopeMetrics)).post("/weather/mcp").is(http.StatusOK)
	c.with("Origin", "https://app.example").with("Sec-Fetch-Site", "cross-site").post("/weather/mcp").is(http.StatusOK)
	c.with("Sec-Fetch-Site", "cross-site").get("/weather/mcp").problem(http.StatusForbidden)
	c.with("Origin", "http://localhost:1").post("/weather/mcp").problem(http.StatusForbidden)
	c.with("Origin", "https://evil.example").post("/weather/mcp").problem(http.StatusForbidden)
	// Only services are open.
	c.get("/api/tools/all").problem(http.StatusUnauthorized)
}

// A gateway with a listener of its own serves nothing else there, and nothing
// at the other one.
func TestSeparateGateway(t *testing.T) {
	e, c := newGateway(t, func(o *httpserver.Options) {
		o.SeparateGateway = true
		o.GatewayListen = "192.0.2.1:7861"
	})
	cookie := "mcp_gateway_session=" + e.session(t)
	// Nothing of a service is here, not even what a service's answers are marked with.
	c.with("Cookie", cookie).get("/weather/mcp").problem(http.StatusNotFound)

	own := httptest.NewServer(e.server.GatewayHandler())
	defer own.Close()
	g := *c
	g.e = &edge{url: own.URL}
	me := g.with("Cookie", cookie)
	me.get("/weather/mcp").is(http.StatusOK)
	me.with("Host", "192.0.2.1:7861").get("/weather/mcp").is(http.StatusOK)
	me.with("Origin", own.URL).get("/weather/mcp").is(http.StatusOK)
	// There is no form to sign in with.
	g.browser().get("/weather/mcp").problem(http.StatusUnauthorized)
	// The dashboard is of the same site, but of another origin.
	me.with("Origin", e.url).get("/weather/mcp").problem(http.StatusUnauthorized)
	me.with("Host", "evil.example").get("/weather/mcp").problem(http.StatusForbidden)
	for _, probe := range []string{"/livez", "/readyz", "/health"} {
		g.get(probe).is(http.StatusOK)
	}
	for _, target := range []string{"/", "/login", "/api/tools/all", "/metrics", "/static/app.css", "/ws/health_status", "/docs"} {
		p := me.browser().get(target).problem(http.StatusNotFound)
		if !strings.Contains(p.Detail, "Only services") {
			t.Errorf("%s: %s", target, p.Detail)
		}
	}
	c.with("Host", "192.0.2.1:7861").get("/login").problem(http.StatusForbidden)
}
