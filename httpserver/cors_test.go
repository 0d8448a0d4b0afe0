package httpserver_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
)

const page = "https://app.example"

func allowPages(o *httpserver.Options) {
	o.CORSOrigins = []string{page, "http://localhost:6274"}
}

// asking is a browser that asks whether a page may send such a request.
func (c *caller) asking(origin, method, headers string) *caller {
	return c.with("Origin", origin).with("Access-Control-Request-Method", method).with("Access-Control-Request-Headers", headers).with("Sec-Fetch-Site", "cross-site")
}

func TestPreflight(t *testing.T) {
	_, c := newGateway(t, allowPages)
	for _, origin := range []string{page, "http://localhost:6274"} {
		a := c.asking(origin, "POST", "authorization,content-type,mcp-param-region,x-evil").send("OPTIONS", "/weather/mcp", "", nil).is(http.StatusNoContent)
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin":          origin,
			"Access-Control-Allow-Methods":         "GET, POST, DELETE",
			"Access-Control-Allow-Headers":         "Authorization, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, mcp-param-region",
			"Access-Control-Max-Age":               "3600",
			"Access-Control-Allow-Credentials":     "",
			"Access-Control-Allow-Private-Network": "",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s from %s is %q, want %q", name, origin, got, want)
			}
		}
		if !slices.Contains(a.header.Values("Vary"), "Origin") || a.body != "" {
			t.Errorf("Vary is %q, the body %q", a.header.Values("Vary"), a.body)
		}
	}
	private := c.asking(page, "POST", "").with("Access-Control-Request-Private-Network", "true").send("OPTIONS", "/weather/mcp", "", nil)
	if private.header.Get("Access-Control-Allow-Private-Network") != "true" {
		t.Error("a page of the public network may not call a private address")
	}
	// Whoever is not on the list learns nothing and may nothing.
	for origin, status := range map[string]int{
		"https://evil.example": 403, "null": 403, "https://app.example.evil": 403, "http://app.example": 403, "https://app.example:8443": 403, "https://APP.example": 403,
		"http://localhost:3000": 401, // A host of ours, but no page that may call.
	} {
		a := c.asking(origin, "POST", "authorization").with("Access-Control-Request-Private-Network", "true").send("OPTIONS", "/weather/mcp", "", nil).is(status)
		allowsNothing(t, origin, a)
	}
	// The rest of the server is for no page but its own.
	for _, target := range []string{"/api/tools/all", "/register", "/", "/ws/health_status"} {
		a := c.asking(page, "GET", "authorization").send("OPTIONS", target, "", nil)
		if a.status < 400 {
			t.Errorf("%s: %d", target, a.status)
		}
		allowsNothing(t, target, a)
	}
}

func allowsNothing(t *testing.T, what string, a answer) {
	t.Helper()
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s: %s is %q", what, name, a.header.Get(name))
		}
	}
}

// A page that may call can read every answer, refusals too, and gets no further
// with the visitor's cookie.
func TestCallsOfPages(t *testing.T) {
	e, c := newGateway(t, allowPages)
	cookie, bearer := "mcp_gateway_session="+e.session(t), "Bearer "+e.secret(t, auth.ScopeGateway)
	d := c.with("Origin", page).with("Sec-Fetch-Site", "cross-site")
	for what, a := range map[string]answer{
		"a call":           d.with("Authorization", bearer).post("/weather/mcp").is(http.StatusOK),
		"nobody":           d.post("/weather/mcp").is(http.StatusUnauthorized),
		"the cookie":       d.with("Cookie", cookie).post("/weather/mcp").is(http.StatusUnauthorized),
		"a bad token":      d.with("Authorization", "Bearer x").get("/weather/mcp").is(http.StatusUnauthorized),
		"a bare OPTIONS":   d.with("Authorization", bearer).send("OPTIONS", "/weather/mcp", "", nil).is(http.StatusOK),
		"an unknown place": d.get("/nosuch").is(http.StatusUnauthorized),
	} {
		if a.header.Get("Access-Control-Allow-Origin") != page || a.header.Get("Access-Control-Allow-Credentials") != "" ||
			a.header.Get("Access-Control-Expose-Headers") != "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate, X-Request-Id, Retry-After" ||
			!slices.Contains(a.header.Values("Vary"), "Origin") {
			t.Errorf("%s: %v", what, a.header)
		}
	}
	own := c.with("Origin", e.url).with("Cookie", cookie).post("/weather/mcp").is(http.StatusOK)
	allowsNothing(t, "our own page", own)
	if none := c.with("Authorization", bearer).post("/weather/mcp"); !slices.Contains(none.header.Values("Vary"), "Origin") {
		t.Error("an answer to no page does not say that it varies")
	}
	// Elsewhere the page is foreign, with a token too.
	d.with("Authorization", bearer).get("/api/tools/all").problem(http.StatusForbidden)
}

// Without pages that may call nothing is said of CORS.
func TestNoPages(t *testing.T) {
	e, c := newGateway(t, nil)
	a := c.bearer(e.secret(t, auth.ScopeGateway)).post("/weather/mcp").is(http.StatusOK)
	allowsNothing(t, "a call", a)
	if a.header.Get("Vary") != "" {
		t.Errorf("Vary is %q", a.header.Get("Vary"))
	}
	allowsNothing(t, "a preflight", c.asking(page, "POST", "").send("OPTIONS", "/weather/mcp", "", nil).is(http.StatusForbidden))
}
