package httpserver_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestHeadAnswersAsGetWithoutBody(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/team/weather")
	spec, err := document()
	if err != nil {
		t.Fatal(err)
	}
	for pattern, item := range spec.Paths.Map() {
		if item.Get == nil {
			continue
		}
		target := strings.Replace(pattern, "{service_path}", "team/weather", 1)
		for name, who := range map[string]*caller{"signed in": c, "stranger": e.stranger(t), "browser": e.stranger(t).browser()} {
			get, head := who.get(target), who.send(http.MethodHead, target, "", nil)
			if get.status != head.status || get.header.Get("Content-Type") != head.header.Get("Content-Type") || get.header.Get("Location") != head.header.Get("Location") {
				t.Errorf("%s, %s: GET is %d, HEAD is %d", target, name, get.status, head.status)
			}
		}
	}
	c.send(http.MethodHead, "/nosuch", "", nil).is(http.StatusNotFound)
	if allow := c.send(http.MethodHead, "/logout", "", nil).is(http.StatusMethodNotAllowed).header.Get("Allow"); allow != "POST" {
		t.Errorf("Allow is %q", allow)
	}
}

func TestMethodsThatAreNot(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	for _, test := range []struct{ method, target, allow string }{
		{"GET", "/logout", "POST"},
		{"PUT", "/login", "GET, HEAD, POST"},
		{"DELETE", "/", "GET, HEAD"},
		{"PATCH", "/register", "GET, HEAD, POST"},
		{"GET", "/toggle/weather", "POST"},
		{"GET", "/toggle/team/weather", "POST"},
		{"GET", "/toggle/team%2Fweather", "POST"},
		{"PUT", "/edit/weather", "GET, HEAD, POST"},
		{"POST", "/api/server_details/weather", "DELETE, GET, HEAD"},
		{"POST", "/api/server_details/all", "GET, HEAD"},
		{"DELETE", "/api/tools/a/b/c", "GET, HEAD"},
		{"GET", "/api/refresh/weather", "POST"},
		{"PUT", "/api/tokens", "GET, HEAD, POST"},
		{"GET", "/api/tokens/4jxq2zv6w3t5n7ka", "DELETE"},
		{"POST", "/health", "GET, HEAD"},
		{"OPTIONS", "/openapi.json", "GET, HEAD"},
		{"POST", "/static/x.css", "GET, HEAD"},
		{"POST", "/favicon.ico", "GET, HEAD"},
		{"PROPFIND", "/", "GET, HEAD"},
	} {
		a := c.send(test.method, test.target, "", nil)
		a.problem(http.StatusMethodNotAllowed)
		if allow := a.header.Get("Allow"); allow != test.allow {
			t.Errorf("%s: Allow is %q, want %q", a.what, allow, test.allow)
		}
		c.browser().send(test.method, test.target, "", nil).page(http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	for _, target := range []string{"/nosuch", "/api", "/api/", "/toggle", "/toggle/", "/api/tools", "/api/tokens/a/b", "/login/", "/weather", "/weather/mcp"} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			c.send(method, target, "", nil).problem(http.StatusNotFound)
		}
		c.browser().get(target).page(http.StatusNotFound, "Nothing is at this address")
	}
	for _, target := range []string{"/static/", "/static/x.css", "/static/000000000000/css/base.css", "/static/%2e%2e/server.go"} {
		c.get(target).problem(http.StatusNotFound)
		c.browser().get(target).page(http.StatusNotFound, "Nothing is at this address")
		c.send(http.MethodHead, target, "", nil).is(http.StatusNotFound)
	}
}
