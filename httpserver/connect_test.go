package httpserver_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
)

func (c *caller) connection(path string) gen.Connection {
	c.t.Helper()
	var connection gen.Connection
	decode(c.t, []byte(c.get("/connect"+path).is(http.StatusOK).body), &connection)
	return connection
}

func TestConnect(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t)
	me.form("/register", strings.Replace(seedForm, "path=/weather", "path=/team/weather", 1)).is(http.StatusCreated)
	c := me.connection("/team/weather")
	if c.ServicePath != "/team/weather" || c.Name != "team-weather" || c.URL != e.url+"/team/weather/mcp" || c.Transport != "streamable-http" || c.Apart {
		t.Errorf("the connection is %+v", c)
	}
	for _, s := range c.Snippets {
		if !strings.Contains(s.Text, "/team/weather") || !strings.Contains(s.Text, "YOUR_TOKEN") && s.Client != "vs-code" {
			t.Errorf("%s: %s", s.Client, s.Text)
		}
	}
	named := me.with("Host", "localhost:1234").connection("/team/weather")
	if named.URL != "http://localhost:1234/team/weather/mcp" {
		t.Errorf("the caller is told %s", named.URL)
	}
	page := me.browser().get("/connect/team/weather").page(http.StatusOK, e.url+"/team/weather/mcp", "Weather Service", "/tokens?service=%2fteam%2fweather", "switched off", "YOUR_TOKEN").body
	for _, s := range c.Snippets {
		if !strings.Contains(page, `id="text-`+s.Client+`"`) {
			t.Errorf("the page lacks %s", s.Client)
		}
	}
	me.get("/connect/nosuch").problem(http.StatusNotFound)
	me.browser().get("/connect/nosuch").page(http.StatusNotFound, "No such service")
	me.get("/connect/-").problem(http.StatusBadRequest)
	e.stranger(t).get("/connect/team/weather").problem(http.StatusUnauthorized)
	e.stranger(t).browser().get("/connect/team/weather").to("/login?next=/connect/team/weather")
}

// TestConnectForTokens: a token reads of the services that it reaches, and no
// others are there.
func TestConnectForTokens(t *testing.T) {
	e := newEdge(t, setup{})
	e.signedIn(t).form("/register", seedForm).is(http.StatusCreated)
	e.program(t, auth.ScopeGateway, "/weather").get("/connect/weather").is(http.StatusOK)
	e.program(t, auth.ScopeGateway).get("/connect/weather").is(http.StatusOK)
	e.program(t, auth.ScopeGateway, "/other").get("/connect/weather").problem(http.StatusNotFound)
	e.program(t, auth.ScopeMetrics).get("/connect/weather").problem(http.StatusForbidden)
}

func TestConnectNamesThePublicURL(t *testing.T) {
	public, err := url.Parse("https://mcp.example.com")
	if err != nil {
		t.Fatal(err)
	}
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.PublicURL, o.OpenGateway = public, true }})
	me := e.signedIn(t)
	me.form("/register", seedForm).is(http.StatusCreated)
	c := me.connection("/weather")
	if c.URL != "https://mcp.example.com/weather/mcp" {
		t.Errorf("the URL is %s", c.URL)
	}
	for _, s := range c.Snippets {
		if strings.Contains(s.Text, "YOUR_TOKEN") && s.Client != "mcpgateway" || strings.Contains(s.Text, "Authorization") {
			t.Errorf("%s asks for a token where the gateway is open: %s", s.Client, s.Text)
		}
	}
	me.browser().get("/connect/weather").page(http.StatusOK, "asks nobody for a token")
}

// TestConnectNamesTheGatewaysListener: with a listener of its own the gateway
// is elsewhere than the pages.
func TestConnectNamesTheGatewaysListener(t *testing.T) {
	agents, err := url.Parse("https://agents.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		listen string
		public *url.URL
		want   string
	}{
		"public":    {"127.0.0.1:7861", agents, "https://agents.example.com/weather/mcp"},
		"one":       {"192.0.2.1:7861", nil, "http://192.0.2.1:7861/weather/mcp"},
		"every":     {"0.0.0.0:7861", nil, "http://localhost:7861/weather/mcp"},
		"every six": {"[::]:80", nil, "http://localhost/weather/mcp"},
		"no host":   {":7861", nil, "http://localhost:7861/weather/mcp"},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
				o.SeparateGateway, o.GatewayListen, o.GatewayURL = true, c.listen, c.public
			}})
			me := e.signedIn(t)
			me.form("/register", seedForm).is(http.StatusCreated)
			got := me.with("Host", "localhost:1").connection("/weather")
			if got.URL != c.want || !got.Apart {
				t.Errorf("the URL is %s, want %s; apart: %v", got.URL, c.want, got.Apart)
			}
			for _, s := range got.Snippets {
				if s.Client == "mcpgateway" && !strings.Contains(s.Text, "="+strings.TrimSuffix(c.want, "/weather/mcp")+"\n") {
					t.Errorf("our program is sent elsewhere: %s", s.Text)
				}
			}
		})
	}
}
