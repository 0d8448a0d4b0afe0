package httpserver

import (
	"net/url"
	"testing"
)

func TestOriginOf(t *testing.T) {
	for given, want := range map[string]string{
		"https://MCP.Example.com":      "https://mcp.example.com",
		"https://mcp.example.com:443":  "https://mcp.example.com",
		"http://mcp.example.com:80":    "http://mcp.example.com",
		"https://mcp.example.com:8443": "https://mcp.example.com:8443",
		"http://[::1]:443":             "http://[::1]:443",
	} {
		u, err := url.Parse(given)
		if err != nil {
			t.Fatal(err)
		}
		if got := originOf(u); got != want {
			t.Errorf("%s: got %s, want %s", given, got, want)
		}
	}
}
