package snippets_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgateway/mcpgateway/httpserver/snippets"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// hostile is a Host that a caller may send for itself.
const hostile = "http://localhost:$(id)'\"`\\;&\n"

// gateway serves an MCP server with the tool forecast at /team/weather, over
// both transports, to whoever brings the placeholder as its token.
func gateway(t *testing.T, stateless bool) *httptest.Server {
	t.Helper()
	server := mcp.NewServer(&mcp.Implementation{Name: "weather", Version: "1"}, nil)
	server.AddTool(&mcp.Tool{Name: "forecast", InputSchema: map[string]any{"type": "object"}}, nil)
	choose := func(*http.Request) *mcp.Server { return server }
	mux := http.NewServeMux()
	mux.Handle("/team/weather/mcp", mcp.NewStreamableHTTPHandler(choose, &mcp.StreamableHTTPOptions{Stateless: stateless}))
	mux.Handle("/team/weather/sse", mcp.NewSSEHandler(choose, nil))
	guarded := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+snippets.Placeholder {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
	s := httptest.NewServer(guarded)
	t.Cleanup(func() {
		for session := range server.Sessions() { // curl leaves its own.
			_ = session.Close()
		}
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// TestGoRuns builds the Go program as it is pasted, and runs it.
func TestGoRuns(t *testing.T) {
	s := gateway(t, false)
	for name, detected := range map[string]registry.Detected{
		"streamable": {Transport: registry.StreamableHTTP},
		"sse":        {Transport: registry.HTTPSSE},
	} {
		t.Run(name, func(t *testing.T) {
			program := build(t, snippets.Target{Base: s.URL, Path: weather, Detected: detected})["go"].Text
			if out := runGo(t, program); out != "forecast\n" {
				t.Errorf("it printed %q", out)
			}
		})
	}
}

// TestGoCompilesWithoutToken has nobody to talk to.
func TestGoCompilesWithoutToken(t *testing.T) {
	compileGo(t, build(t, snippets.Target{Base: "http://localhost:1", Path: weather, Open: true})["go"].Text)
}

func runGo(t *testing.T, program string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), compileGo(t, program)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// compileGo builds a program within this module, whose SDK it then has.
func compileGo(t *testing.T, program string) (binary string) {
	t.Helper()
	dir := t.TempDir()
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(source, []byte(program+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, program)
	}
	return binary
}

// TestCurlAnswers sends what is pasted, with the shell that reads it.
func TestCurlAnswers(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: no curl")
	}
	for name, c := range map[string]struct {
		detected registry.Detected
		says     string
	}{
		"sessions":  {registry.Detected{}, `"serverInfo"`},
		"stateless": {registry.Detected{Stateless: true}, `"forecast"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := gateway(t, c.detected.Stateless)
			command := build(t, snippets.Target{Base: s.URL, Path: weather, Detected: c.detected})["curl"].Text
			out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", command).Output()
			if err != nil || !strings.Contains(string(out), c.says) {
				t.Errorf("%v: it printed %s", err, out)
			}
		})
	}
}

// TestShellWordsStayWords lets a shell read the commands, with programs of
// these names that print what they were given.
func TestShellWordsStayWords(t *testing.T) {
	target := snippets.Target{Base: hostile, Path: weather}
	for client, s := range build(t, target) {
		if s.Language != "shell" {
			continue
		}
		t.Run(client, func(t *testing.T) {
			const programs = `print() { printf '%s\0' "$@"; }; claude() { print "$@"; }; curl() { print "$@"; }; mcpgateway() { print "$MCPGATEWAY_URL"; };` + "\n"
			out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", programs+s.Text).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			want := target.URL()
			if client == "mcpgateway" {
				want = target.Base
			}
			words := strings.Split(string(out), "\x00")
			found := false
			for _, word := range words {
				found = found || word == want
			}
			if !found {
				t.Errorf("no word is %q: %q", want, words)
			}
		})
	}
}
