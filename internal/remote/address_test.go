package remote

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAddressOf: services are where we reach the gateway, unless it says that
// they are apart; a token that travels encrypted goes nowhere in the clear.
func TestAddressOf(t *testing.T) {
	for _, tc := range []struct{ base, answer, at, says string }{
		{"http", `{"url":"https://mcp.example.com/w/mcp","apart":false}`, "", ""},
		{"http", `{"url":"http://localhost:7861/w/mcp","apart":true}`, "http://localhost:7861", ""},
		{"http", `{"url":"https://agents.example.com/w/sse","apart":true}`, "https://agents.example.com", ""},
		{"https", `{"url":"http://agents.example.com/w/mcp","apart":true}`, "", "set --gateway-public-url to an https address"},
		{"http", `{"url":"ftp://agents.example.com/w/mcp","apart":true}`, "", "is --url right?"},
		{"http", `{"apart":true}`, "", "is --url right?"},
	} {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, tc.answer) })
		start := httptest.NewServer
		if tc.base == "https" {
			start = httptest.NewTLSServer
		}
		s := start(h)
		g, err := New(Options{URL: s.URL, Token: goodToken, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		g.http = s.Client()
		at, err := g.addressOf(t.Context(), "/w")
		s.Close()
		want := tc.at
		if want == "" {
			want = s.URL
		}
		if tc.says == "" && (err != nil || at.String() != want) || tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
			t.Errorf("%s from %s: %s, %v", tc.answer, tc.base, at, err)
		}
	}
}
