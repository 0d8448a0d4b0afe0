package httpserver_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/httpserver"
)

func TestHosts(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.PublicURL = &url.URL{Scheme: "https", Host: "Gateway.example:8443"}
		o.AllowedHosts = []string{"internal.example", "2001:db8::7"}
	}})
	c := e.stranger(t)
	for host, want := range map[string]bool{
		"localhost": true, "localhost:7860": true, "LOCALHOST": true, "localhost.": true, "localhost:1": true,
		"127.0.0.1": true, "127.0.0.1:9": true, "[::1]": true, "[::1]:7860": true,
		"gateway.example": true, "gateway.example:8443": true, "GATEWAY.example.": true,
		"internal.example": true, "internal.example:80": true, "[2001:db8::7]": true, "[2001:DB8::7]:80": true,
		"evil.example": false, "localhost.evil.example": false, "evil.example:7860": false, "127.0.0.1.evil.example": false, "127.0.0.1.nip.io": false,
		"localhost@evil.example": false, "evil.example@localhost": false, "sub.gateway.example": false, "gateway.example.evil": false,
		"10.0.0.1": false, "[::2]": false, "127.0.0.2": false, "0.0.0.0": false, "[::ffff:127.0.0.1]": true, // The address that the connection came in at.
		"2130706433": false, "127.1": false, "localhost..": false, ":80": false,
	} {
		a := c.with("Host", host).get("/login")
		b := c.with("Host", host).browser().get("/login")
		if want {
			a.page(http.StatusOK)
		} else {
			p := a.problem(http.StatusForbidden)
			if !strings.Contains(p.Detail, "--allowed-hosts") || !strings.Contains(p.Detail, "--public-url") {
				t.Errorf("Host %s: %q", host, p.Detail)
			}
			b.page(http.StatusForbidden, "--allowed-hosts")
		}
		for _, probe := range []string{"/livez", "/readyz"} {
			c.with("Host", host).get(probe).is(http.StatusOK)
		}
		if a := c.with("Host", host).get("/health"); (a.status == http.StatusOK) != want {
			t.Errorf("Host %s: /health is %d", host, a.status)
		}
	}
	c.raw("GET /login HTTP/1.0\r\n\r\n").problem(http.StatusForbidden)
	c.raw("GET http://evil.example/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").problem(http.StatusForbidden)
	c.with("X-Forwarded-Host", "localhost").with("Host", "evil.example").get("/login").problem(http.StatusForbidden)

	proxied := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} }})
	proxied.stranger(t).with("Host", "evil.example").with("X-Forwarded-Host", "localhost").get("/login").problem(http.StatusForbidden)
}

func TestOrigins(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.PublicURL = &url.URL{Scheme: "https", Host: "gateway.example"}
	}})
	c := e.signedIn(t)
	own := e.url
	for _, test := range []struct {
		origin      string
		read, write bool
	}{
		{own, true, true},
		{"https://gateway.example", true, true}, // Behind a proxy, Host may be another.
		{"http://localhost:3000", true, false},  // Another program of this machine.
		{"http://127.0.0.1", true, false},
		{"http://[::1]:5173", true, false},
		{"https://evil.example", false, false},
		{"http://localhost.evil.example", false, false},
		{"https://gateway.example.evil", false, false},
		{"null", false, false},
		{"", true, true}, // As good as none.
		{"file://", false, false},
		{"chrome-extension://abc", false, false},
		{"javascript://localhost", false, false},
		{"localhost", false, false},
		{"http://", false, false},
		{"://", false, false},
	} {
		d := c.with("Origin", test.origin)
		if test.origin == "" {
			d = c
		}
		if a := d.get("/api/tools/all"); (a.status == http.StatusOK) != test.read {
			t.Errorf("Origin %q: GET is %d", test.origin, a.status)
		} else if !test.read {
			a.problem(http.StatusForbidden)
		}
		path := "/weather"
		if a := d.form("/register", least(path).Encode()); (a.status == http.StatusCreated) != test.write {
			t.Errorf("Origin %q: POST is %d", test.origin, a.status)
		} else if !test.write {
			a.problem(http.StatusForbidden)
		} else {
			d.delete("/api/server_details" + path).is(http.StatusNoContent)
		}
	}
	c.raw("GET /docs HTTP/1.1\r\nHost: localhost\r\nOrigin: " + own + "\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n").problem(http.StatusForbidden)
}

// TestClosedSocketsAreForOurOwnPages opens health sockets from pages of other
// ports of this machine, which are of the same site.
func TestClosedSocketsAreForOurOwnPages(t *testing.T) {
	for _, closed := range []bool{true, false} {
		e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
			o.SocketsNeedAuth = closed
			o.PublicURL = &url.URL{Scheme: "https", Host: "gateway.example"}
		}})
		cookie := "mcp_gateway_session=" + e.session(t)
		for origin, own := range map[string]bool{
			"":                        true, // No page.
			e.url:                     true,
			"https://gateway.example": true,
			"http://gateway.example":  false,
			"http://localhost:3000":   false,
			"http://127.0.0.1":        false,
		} {
			header := http.Header{"Cookie": {cookie}}
			if origin != "" {
				header.Set("Origin", origin)
			}
			conn, res, err := websocket.DefaultDialer.DialContext(t.Context(), strings.Replace(e.url, "http", "ws", 1)+"/ws/health_status", header)
			if res == nil {
				t.Fatal(err)
			}
			if conn != nil {
				_ = conn.Close()
			}
			want := http.StatusSwitchingProtocols
			if closed && !own {
				want = http.StatusForbidden
			}
			if res.StatusCode != want {
				t.Errorf("closed: %v, Origin %q: status %d", closed, origin, res.StatusCode)
			}
		}
	}
}

func TestCrossSitePosts(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for site, want := range map[string]bool{"same-origin": true, "none": true, "cross-site": false, "same-site": false, "nonsense": false} {
		d := c.with("Sec-Fetch-Site", site)
		for _, target := range []string{"/toggle/weather", "/edit/weather", "/api/refresh/weather", "/delete/nosuch", "/register", "/login", "/logout"} {
			if target == "/logout" && want {
				continue // It would end the session.
			}
			if a := d.post(target); (a.status != http.StatusForbidden) != want {
				t.Errorf("%s from %s: %d", target, site, a.status)
			}
		}
		if a := d.delete("/api/server_details/nosuch"); (a.status != http.StatusForbidden) != want {
			t.Errorf("DELETE from %s: %d", site, a.status)
		}
		d.get("/").page(http.StatusOK) // Links from elsewhere are fine.
	}
	c.get("/").page(http.StatusOK)
	c.with("Sec-Fetch-Site", "cross-site").browser().post("/toggle/weather").page(http.StatusForbidden, "another site")
}
