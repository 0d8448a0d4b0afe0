package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app"
	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// nobody is a caller without cookie and token.
const nobody = " "

// TestWhoMayCall: a session, or a token that is good, of a scope that suffices
// and for this service.
func TestWhoMayCall(t *testing.T) {
	w := newWorld(t, apptest.Config(t))
	up := upstreamtest.Stateless(t, "tool")
	w.register(t, "/mine", up.URL)
	w.register(t, "/other", up.URL)
	w.register(t, "/mine/too", up.URL)
	w.toggle(t, "/other", "off")
	tokens := make(map[string]string)
	for name, draft := range map[string]string{
		"admin":   `{"name": "x", "scope": "admin"}`,
		"agent":   `{"name": "x", "scope": "gateway"}`,
		"limited": `{"name": "x", "scope": "gateway", "services": ["/mine"]}`,
		"metrics": `{"name": "x", "scope": "metrics"}`,
		"short":   `{"name": "x", "scope": "gateway", "expires_in_seconds": 1}`,
	} {
		_, tokens[name] = w.token(t, draft)
	}
	tokens["nobody"], tokens["unknown"], tokens["session"] = nobody, "mcpgw_unknown", ""
	eventually(t, "a token expires", func() bool { return w.do(t, call("/mine", "tool", tokens["short"])).status != http.StatusOK })
	for _, c := range []struct {
		who, path string
		status    int
		challenge string
	}{
		{"session", "/mine", 200, ""},
		{"admin", "/mine", 200, ""},
		{"agent", "/mine", 200, ""},
		{"agent", "/mine/too", 200, ""},
		{"agent", "/other", 503, ""},
		{"agent", "/none", 404, ""},
		{"limited", "/mine", 200, ""},
		// The longest match decides, and it is not theirs.
		{"limited", "/mine/too", 404, ""},
		// That it is there, and off, is no business of theirs.
		{"limited", "/other", 404, ""},
		{"metrics", "/mine", 403, `error="insufficient_scope"`},
		{"metrics", "/none", 403, `error="insufficient_scope"`},
		{"short", "/mine", 401, `error="invalid_token"`},
		{"unknown", "/mine", 401, `error="invalid_token"`},
		{"nobody", "/mine", 401, `Bearer realm="mcpgateway"`},
		{"nobody", "/none", 401, `Bearer realm="mcpgateway"`},
	} {
		a := w.do(t, call(c.path, "tool", tokens[c.who]))
		if given := a.header.Get("WWW-Authenticate"); a.status != c.status || !strings.Contains(given, c.challenge) || c.challenge == "" && given != "" {
			t.Errorf("%s calls %s: %d, %q\n%s", c.who, c.path, a.status, given, a.body)
		}
		if kind := a.header.Get("Content-Type"); c.status != 200 && (kind != "application/problem+json" || !strings.Contains(a.body, a.header.Get("X-Request-Id"))) {
			t.Errorf("%s calls %s: %s\n%s", c.who, c.path, kind, a.body)
		}
	}
}

// TestRevokedTokens are dead for the next call, whoever revoked them.
func TestRevokedTokens(t *testing.T) {
	w := newWorld(t, apptest.Config(t))
	w.register(t, "/s", upstreamtest.Stateless(t, "tool").URL)
	for name, revoke := range map[string]func(id string){
		"API": func(id string) {
			w.ask(t, request{method: http.MethodDelete, path: "/api/tokens/" + id}, http.StatusNoContent)
		},
		"page": func(id string) {
			w.ask(t, request{
				method: http.MethodPost, path: "/tokens/revoke/" + id,
				header: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
			}, http.StatusSeeOther)
		},
		"command": func(id string) {
			if err := app.RevokeToken(t.Context(), w.Config.DataConfig, id); err != nil {
				t.Fatal(err)
			}
		},
	} {
		id, secret := w.token(t, `{"name": "x", "scope": "gateway"}`)
		w.ask(t, call("/s", "tool", secret), http.StatusOK)
		revoke(id)
		if a := w.do(t, call("/s", "tool", secret)); a.status != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}

// TestSessionOnServices: the cookie counts for what the dashboard's own page
// asks, until its session ends.
func TestSessionOnServices(t *testing.T) {
	w := newWorld(t, apptest.Config(t))
	w.register(t, "/s", upstreamtest.Stateless(t, "tool").URL)
	from := func(site, origin string) request {
		r := call("/s", "tool", "")
		r.header["Sec-Fetch-Site"], r.header["Origin"] = site, origin
		return r
	}
	w.ask(t, from("same-origin", w.URL), http.StatusOK)
	w.ask(t, from("cross-site", "https://evil.example"), http.StatusForbidden)
	// A page at another port of this host is somebody else's.
	w.ask(t, from("same-site", "http://localhost:1"), http.StatusUnauthorized)
	w.ask(t, request{method: http.MethodPost, path: "/logout"}, http.StatusSeeOther)
	w.ask(t, call("/s", "tool", ""), http.StatusUnauthorized)
}

// TestOpenGateway: with --gateway-auth none everybody calls services, and reads
// nothing else. A bad token is still none.
func TestOpenGateway(t *testing.T) {
	c := apptest.Config(t)
	c.GatewayAuth = "none"
	w := newWorld(t, c)
	w.register(t, "/s", upstreamtest.Stateless(t, "tool").URL)
	w.ask(t, call("/s", "tool", nobody), http.StatusOK)
	w.ask(t, request{path: "/api/server_details/s", token: nobody}, http.StatusUnauthorized)
	w.ask(t, request{path: "/api/tools/all", token: nobody}, http.StatusUnauthorized)
}

// TestServicesApart: with --gateway-listen the services are there, and only
// there, and nothing else is.
func TestServicesApart(t *testing.T) {
	c := apptest.Config(t)
	c.GatewayListen = "127.0.0.1:0"
	w := newWorld(t, c)
	w.register(t, "/s", upstreamtest.Stateless(t, "tool").URL)
	_, secret := w.token(t, `{"name": "x", "scope": "gateway"}`)
	w.ask(t, call("/s", "tool", secret), http.StatusOK)
	at := w.GatewayURL
	w.GatewayURL = w.URL
	w.ask(t, call("/s", "tool", secret), http.StatusNotFound)
	w.URL = at
	for _, path := range []string{"/api/server_details/s", "/api/tools/all", "/login", "/ws/health_status", "/metrics", "/docs"} {
		w.ask(t, request{path: path, token: secret}, http.StatusNotFound)
	}
}
