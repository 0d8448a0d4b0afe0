package main_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestNoDescriptors: a process that can open nothing more goes on with those
// whom it knows, says why it cannot do the rest, and takes everybody in again
// once it can. No upstream is said to be down for it.
func TestNoDescriptors(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password, "--health-interval", "1s")
	c := s.signIn(t, password)
	up, other := upstreamtest.Stateless(t, "tool"), upstreamtest.Stateless(t, "tool")
	for path, u := range map[string]*upstreamtest.Upstream{"/up": up, "/other": other} {
		c.post(t, "/register", url.Values{"name": {path}, "path": {path}, "proxy_pass_url": {u.URL}}).expect(t, http.StatusCreated)
		c.post(t, "/toggle"+path, url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	}
	sub := s.subscribe(t)
	sub.await(t, "/up", has("healthy"))

	lift := s.limited(t, syscall.RLIMIT_NOFILE, s.lastDescriptor(t)+1)
	var crowd []net.Conn
	disperse := func() {
		for _, conn := range crowd {
			_ = conn.Close()
		}
	}
	t.Cleanup(disperse)
	address := strings.TrimPrefix(s.url, "http://")
	for range 300 { // More than the process, which drops who says nothing, takes in during the test.
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		crowd = append(crowd, conn)
	}
	eventually(t, "the log tells that connections wait", func() bool {
		return strings.Contains(s.err.String(), "Accept error") && strings.Contains(s.err.String(), "too many open files")
	})
	sub.await(t, "/up", has("error: out of file descriptors"))
	c.get(t, "/api/server_details/all").expect(t, http.StatusOK)
	c.get(t, "/api/health_history/up").expect(t, http.StatusOK)
	c.get(t, "/").expect(t, http.StatusOK)
	c.post(t, "/edit/other", url.Values{"name": {"Another"}, "proxy_pass_url": {other.URL}}).expect(t, http.StatusSeeOther)
	refused := c.json(t, "/other/mcp", `{"jsonrpc":"2.0","id":1,"method":"ping"}`).expect(t, http.StatusServiceUnavailable)
	if !strings.Contains(refused.body, "file descriptors") || refused.Header.Get("Retry-After") == "" {
		t.Errorf("refused with %q, Retry-After %q", refused.body, refused.Header.Get("Retry-After"))
	}

	disperse()
	lift()
	sub.await(t, "/up", has("healthy"))
	sub.await(t, "/other", has("healthy"))
	s.signIn(t, password)
	if strings.Contains(s.err.String(), "unhealthy") {
		t.Error("an upstream was said to be down")
	}
}
