package main_test

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	port := portOf(t, s.url)
	for _, listen := range []string{"127.0.0.1:", "0.0.0.0:", ":", "localhost:"} {
		code, out, text := run(t, nil, "healthcheck", "--listen", listen+port)
		if code != 0 || out != "" || text != "" {
			t.Errorf("--listen %s: exit code %d, want 0\n%s%s", listen+port, code, out, text)
		}
	}
	// As in a container, where serve and healthcheck have the same environment,
	// and where a proxy must not be asked.
	settings := []string{"MCPGATEWAY_LISTEN=0.0.0.0:" + port, "HTTP_PROXY=http://127.0.0.1:1", "http_proxy=http://127.0.0.1:1"}
	if code, _, text := run(t, settings, "healthcheck"); code != 0 {
		t.Errorf("by environment: exit code %d, want 0\n%s", code, text)
	}

	if err := os.Rename(filepath.Join(s.data, "registry.db"), filepath.Join(s.data, "lost.db")); err != nil {
		t.Fatal(err)
	}
	fails(t, "127.0.0.1:"+port, "the server is not ready: 503 Service Unavailable: The database does not answer")
}

func TestHealthcheckWithoutServer(t *testing.T) {
	t.Parallel()
	fails(t, strings.TrimPrefix(upstreamtest.ClosedURL(t), "http://"), "connection refused", "--listen")
	_, port, err := net.SplitHostPort(strings.TrimPrefix(upstreamtest.Serve(t, upstreamtest.Body(404, "text/plain", "not here")), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fails(t, "127.0.0.1:"+port, "404 Not Found")
}

// fails expects exit code 1 and one line with the words.
func fails(t *testing.T, listen string, words ...string) {
	t.Helper()
	code, _, text := run(t, nil, "healthcheck", "--listen", listen)
	for _, w := range words {
		if code != 1 || !strings.Contains(text, w) || strings.Count(text, "\n") != 1 {
			t.Errorf("exit code %d, want 1 and one line with %q:\n%s", code, w, text)
		}
	}
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}
