package httpserver

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestIsProxied(t *testing.T) {
	names, err := ReservedSegments()
	if err != nil {
		t.Fatal(err)
	}
	reserved, err := newReservedSegments(names)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{reserved: reserved}
	for target, want := range map[string]bool{
		"/weather": true, "/weather/": true, "/weather/mcp": true, "/team/weather/sse": true,
		"/ap": true, "/apis": true, "/api.": true, "/health2": true, "/weather/api": true,
		"/weather%2Fmcp": true, "/%77eather": true, "/" + strings.Repeat("a", 300): true,
		"/": false, "": false, "*": false, "//weather": false, "/%2Fweather": false, "weather": false,
		"/api": false, "/api/": false, "/api/tools/weather": false, "/API/tools": false, "/Login": false, "/api%2Ftools": false, "/%61pi": false,
		"/health": false, "/livez": false, "/metrics": false, "/ws/health_status": false, "/static/app.css": false, "/favicon.ico": false,
		"/.well-known/oauth-protected-resource": false, "/.WELL-KNOWN/x": false, "/mcp": false, "/v0.1/servers": false, "/tokens": false, "/connect/weather": false,
	} {
		path, err := url.PathUnescape(target)
		if err != nil {
			t.Fatal(err)
		}
		r := &http.Request{URL: &url.URL{Path: path}}
		if got := s.IsProxied(r); got != want {
			t.Errorf("%q: %v, want %v", target, got, want)
		}
	}
	r := &http.Request{URL: &url.URL{Path: "/Weather/mcp"}}
	if n := testing.AllocsPerRun(100, func() { s.IsProxied(r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestReservedSegmentsFit(t *testing.T) {
	if _, err := newReservedSegments([]string{strings.Repeat("a", longestReserved+1)}); err == nil {
		t.Error("a segment that cannot be recognised is taken")
	}
}

func TestParamHeaders(t *testing.T) {
	for name, want := range map[string]bool{
		"Mcp-Param-Region": true, "mcp-param-x": true, "MCP-PARAM-Tenant_1": true,
		"Mcp-Param-": false, "Mcp-Param": false, "X-Mcp-Param-Region": false, "Cookie": false, "": false,
		"Mcp-Param-a b": false, "Mcp-Param-ä": false, "Mcp-Param-a:b": false, "Mcp-Param-" + strings.Repeat("a", maxParamHeader): false,
	} {
		if got := isParamHeader(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
	many := http.Header{"Access-Control-Request-Headers": {strings.Repeat("mcp-param-a, ", 2*maxParamHeaders)}}
	if n := len(paramHeaders(many)); n != maxParamHeaders {
		t.Errorf("%d headers are sent back", n)
	}
}
