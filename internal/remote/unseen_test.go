package remote

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// withoutAPI imitates a gateway whose API answers with a problem, in front of
// an upstream at /a/mcp.
func withoutAPI(up *upstreamtest.Upstream, status int, title, detail string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/a/mcp", func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = strings.TrimPrefix(up.URL, up.Origin())
		up.ServeHTTP(w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"title":%q,"detail":%q}`, title, detail)
	})
	return mux
}

// Without an API, and without a token where none is asked for, a service is
// reached all the same: its server says which tools it has.
func TestWithoutTheAPI(t *testing.T) {
	const elsewhere = "Only services are at this address."
	for name, start := range map[string]func(testing.TB, ...string) *upstreamtest.Upstream{
		"stateless": upstreamtest.Stateless, "stateful": upstreamtest.Stateful,
	} {
		t.Run(name, func(t *testing.T) {
			up := echoing(t, start)
			for _, tc := range []struct {
				status              int
				title, token, fails string
			}{
				{404, "Not Found", goodToken, elsewhere},
				{401, "Not signed in", "", makeToken},
			} {
				s := httptest.NewServer(withoutAPI(up, tc.status, tc.title, elsewhere))
				defer s.Close()
				g, err := New(Options{URL: s.URL, Token: tc.token, Version: "test"})
				if err != nil {
					t.Fatal(err)
				}
				got, err := g.Call(t.Context(), Call{Path: "/a", Tool: "echo", Args: []string{"n:=7", "s=7"}})
				if err != nil || len(got.Blocks) != 1 || got.Blocks[0].Text != `{"n":7,"s":"7"}` {
					t.Errorf("%d: result %+v, %v", tc.status, got, err)
				}
				if _, err := g.Call(t.Context(), Call{Path: "/a", Tool: "ecko"}); err == nil || err.Error() != "/a has no tool ecko; it has echo. If it is new, refresh the service on the dashboard first" {
					t.Errorf("%d: an unknown tool: %v", tc.status, err)
				}
				list, err := g.Tools(t.Context(), "a")
				if err != nil || len(list.Tools) != 1 || list.Tools[0].Service != "/a" || !strings.HasPrefix(string(list.Raw), `{"service_path":"/a","tools":[{"name":"echo"`) {
					t.Errorf("%d: tools %+v, %s, %v", tc.status, list.Tools, list.Raw, err)
				}
				if _, err := g.Tools(t.Context(), ""); err == nil || !strings.Contains(err.Error(), tc.fails) {
					t.Errorf("%d: all tools: %v", tc.status, err)
				}
				if _, err := g.Tools(t.Context(), "/b"); err == nil || !strings.Contains(err.Error(), tc.fails) {
					t.Errorf("%d: another service: %v", tc.status, err)
				}
			}
		})
	}
}

// What the gateway says of a call is shown as it is, and alone.
func TestWordsOfTheGateway(t *testing.T) {
	const detail = "The service's server refused the connection.\x1b"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/api/"):
			_, _ = io.WriteString(w, `{"is_enabled":true}`)
		case strings.HasPrefix(r.URL.Path, "/connect/"):
			_, _ = io.WriteString(w, `{"url":"","apart":false}`)
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = fmt.Fprintf(w, `{"detail":"The service's server refused the connection.\u001b%s"}`, goodToken)
		}
	}))
	defer s.Close()
	g, err := New(Options{URL: s.URL, Token: goodToken})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Call(t.Context(), Call{Path: "/a", Tool: "x"}); err == nil || !strings.HasPrefix(err.Error(), strings.TrimSuffix(detail, "\x1b")) ||
		strings.Contains(err.Error(), goodToken) || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("%v", err)
	}
}

func TestWarning(t *testing.T) {
	for url, warns := range map[string]bool{
		"http://mcp.example.com": true, "http://192.168.1.2:7860": true,
		"https://mcp.example.com": false, "http://localhost:7860": false, "http://127.0.0.9": false, "http://[::1]:1": false,
	} {
		for _, token := range []string{"", goodToken} {
			var told []string
			if _, err := New(Options{URL: url, Token: token, Warn: func(line string) { told = append(told, line) }}); err != nil {
				t.Fatal(err)
			}
			if (len(told) == 1) != (warns && token != "") {
				t.Errorf("%s with token %q: %q", url, token, told)
			}
		}
	}
}

// The Args section of a docstring becomes the rows' descriptions, and is not
// shown twice.
func TestDocstringArguments(t *testing.T) {
	tool := Tool{
		Description: "Forecast.\n\nArgs:\n    city (str): The city,\n        in English.\n    days: How many.\n\nReturns:\n    Text.",
		Schema:      []byte(`{"properties":{"city":{"type":"string"},"days":{"type":"integer","description":"Days ahead."},"x":{}}}`),
	}
	if got, want := tool.Summary(), "Forecast.\n\nReturns:\n    Text."; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	said := map[string]string{}
	for _, a := range tool.Arguments() {
		said[a.Name] = a.Description
	}
	if said["city"] != "The city, in English." || said["days"] != "Days ahead." || said["x"] != "" {
		t.Errorf("%q", said)
	}
	tool.Schema = nil
	if tool.Summary() != tool.Description {
		t.Errorf("without rows: %q", tool.Summary())
	}
}
