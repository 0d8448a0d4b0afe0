package httpserver_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver"
)

// longest is a path of 255 bytes.
var longest = "/" + strings.Repeat("a", 254)

func TestPathsInURLs(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	for _, path := range []string{"/weather", "/team/weather", "/team_weather", "/a/b/c.d/e~f-g_h", longest} {
		c.register(path)
		bare := path[1:]
		escaped := strings.ReplaceAll(bare, "/", "%2F")
		for _, given := range []string{bare, bare + "/", escaped, "%2F" + escaped, escaped + "%2F", "%2f" + strings.ReplaceAll(bare, "/", "%2f") + "/", "%" + hex(bare[0]) + bare[1:]} {
			if s := c.record("/" + given); s.Path != path {
				t.Errorf("%s is %s", given, s.Path)
			}
			if got := toggled(c.form("/toggle/"+given, "enabled=on")); got.ServicePath != path || got.Message != "Toggle request for "+path+" processed." {
				t.Errorf("%s: toggled %+v", given, got)
			}
			c.post("/api/refresh/" + given).is(http.StatusOK)
			c.get("/api/tools/" + given).is(http.StatusOK)
			c.get("/edit/" + given).page(http.StatusOK)
			c.get("/tools/" + given).page(http.StatusOK)
			c.form("/edit/"+given, "num_stars=2").to("/")
		}
	}
	c.post("/delete/team/weather").is(http.StatusOK)
	c.get("/api/server_details/team_weather").is(http.StatusOK) // Another service.
	c.send(http.MethodDelete, "/api/server_details/a%2Fb/c.d%2Fe~f-g_h/", "", nil).is(http.StatusNoContent)
	c.get("/api/server_details/a/b/c.d/e~f-g_h").problem(http.StatusNotFound)
}

func hex(b byte) string { return string("0123456789abcdef"[b>>4]) + string("0123456789abcdef"[b&15]) }

func TestBadPathsInURLs(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	c.register("/team/weather")
	operations := []string{"GET /api/server_details/", "DELETE /api/server_details/", "POST /delete/", "POST /toggle/", "GET /edit/", "POST /edit/", "GET /tools/", "GET /api/tools/", "GET /api/health_history/", "POST /api/refresh/"}
	for _, tail := range []string{
		"/weather", "//", "/", "weather//", "team//weather", "team%2F/weather", "team/%2Fweather", "%2F%2Fweather", "weather%2F%2F", "weather/%2F", "%2F",
		".", "..", "./weather", "../weather", "../logout", "team/../weather", "team/..", "team/./weather", "weather/..", "%2e%2e/weather", "team/%2e%2e%2fweather", "..%2fweather",
		`wea\ther`, `team\weather`, "team%5Cweather", "%00", "weather%00", "weather%0a", "weather%0d%0a", "weather%20", "%20weather", "weather%7f",
		"wea%C3%A9", "%ff", "weather%25", "weather%252F", "weather%3Fx", "weather%23", "weather;x", "weather:8000", "weather@x", "weather,x", "weather+x", "weather*", "-weather", "_weather", "~weather", "weather&x=y", "weather=x", "(weather)", "'weather'", "%22", "%3Cscript%3E",
		strings.Repeat("a", 255), strings.Repeat("a/", 127) + "aa",
	} {
		for _, operation := range operations {
			method, prefix, _ := strings.Cut(operation, " ")
			// As it is, over a connection of its own: clients would tidy it up.
			a := c.raw(method + " " + prefix + tail + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + c.header.Get("Cookie") + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			a.problem(http.StatusBadRequest)
		}
	}
	for _, bare := range []string{"/api/../logout", "/./login", "//login", "/login//", "/%2e%2e/login", "/api//tools/all", "/static/../login", "/static/%2e%2e/%2e%2e/etc/passwd", "*", "http://localhost/nosuch"} {
		a := c.raw("GET " + bare + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		// What could be a service is not told to strangers.
		if a.status != http.StatusNotFound && a.status != http.StatusUnauthorized {
			t.Errorf("%s: status %d", bare, a.status)
		}
	}
	c.raw("GET /toggle/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").is(http.StatusBadRequest)
	for _, path := range []string{"/weather", "/team/weather"} {
		if s := c.record(path); s.IsEnabled {
			t.Errorf("%s was switched", path)
		}
	}
}

func TestPathsAtRegistration(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	for given, path := range map[string]string{
		"one": "/one", "/two": "/two", "three/": "/three", "/four/five/": "/four/five", longest: longest,
		"/A": "/A", "/a": "/a", "/a/b": "/a/b", "/a_b": "/a_b", "/team/api": "/team/api", "/mcp2": "/mcp2", "/team/all": "/team/all", "/x.y~z": "/x.y~z", "/0": "/0",
	} {
		form := least(given)
		c.form("/register", form.Encode()).is(http.StatusCreated)
		if s := c.record(path); s.Path != path {
			t.Errorf("%q is %q", given, s.Path)
		}
		c.form("/register", least(path+"/").Encode()).problem(http.StatusConflict)
	}
	for _, given := range []string{
		"", "/", "//", "//x", "/x//", "/x//y", "/.", "/..", "/x/../y", "/./x", "/.well-known", "/-x", "/_x", "/x/-y", `/x\y`, "/x y", "/x%2Fy", "/x%20", "/é", "/x\x00", "/x\n",
		"/all", "all", "all/", "/mcp", "/x/mcp", "/x/sse", "/sse", "/team/weather/mcp/", "/" + strings.Repeat("a", 255), "/x?y", "/x#y", "http://x", "/API", "/Login/x",
	} {
		p := c.form("/register", least(given).Encode()).refuses("path")
		if !strings.HasPrefix(p.Detail, "path: ") {
			t.Errorf("%q: %q", given, p.Detail)
		}
	}
}

func TestReservedSegments(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	reserved, err := httpserver.ReservedSegments()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := document()
	if err != nil {
		t.Fatal(err)
	}
	promised := strings.Fields("api login logout register toggle edit delete connect ws static docs openapi.yaml openapi.json health " +
		"livez readyz metrics mcp v0 v0.1 oauth auth tokens admin assets .well-known favicon.ico tools")
	for pattern := range spec.Paths.Map() {
		if first := strings.Split(pattern, "/")[1]; first != "" {
			promised = append(promised, first)
		}
	}
	for _, segment := range promised {
		if !slices.Contains(reserved, segment) {
			t.Errorf("%s is not reserved", segment)
		}
	}
	if slices.Contains(reserved, "") {
		t.Error("the empty segment is reserved")
	}
	for _, segment := range reserved {
		for _, path := range []string{segment, "/" + segment, segment + "/x", strings.ToUpper(segment) + "/x/y"} {
			p := c.form("/register", least(path).Encode()).refuses("path")
			if !strings.Contains(p.Detail, "belong to the server itself") && !strings.HasPrefix(segment, ".") {
				t.Errorf("%s: %q", path, p.Detail)
			}
		}
	}
}

func TestAllIsNoService(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	c.send(http.MethodDelete, "/api/server_details/all", "", nil).problem(http.StatusNotFound)
	for _, target := range []string{"/delete/all", "/toggle/all", "/api/refresh/all", "/edit/all"} {
		c.post(target).problem(http.StatusNotFound)
	}
	c.get("/edit/all").problem(http.StatusNotFound)
	c.get("/tools/all").problem(http.StatusNotFound)
	for _, target := range []string{"/api/server_details/", "/api/tools/"} {
		want := c.get(target + "all").is(http.StatusOK).body
		for _, all := range []string{"all/", "%2Fall", "all%2F", "%2fall"} {
			if got := c.get(target + all).is(http.StatusOK).body; got != want {
				t.Errorf("%s%s is %s", target, all, got)
			}
		}
	}
}
