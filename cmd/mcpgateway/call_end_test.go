package main_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// patientUpstream has a tool that works until its caller goes away. Both
// channels get a value for each call: when it begins, and when it ends.
func patientUpstream(t *testing.T, start func(testing.TB, ...string) *upstreamtest.Upstream) (up *upstreamtest.Upstream, began, ended <-chan struct{}) {
	t.Helper()
	up = start(t)
	begin, end := make(chan struct{}, 10), make(chan struct{}, 10)
	up.Server.AddTool(&mcp.Tool{Name: "wait", InputSchema: map[string]any{"type": "object"}},
		func(ctx context.Context, _ *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			begin <- struct{}{}
			<-ctx.Done()
			end <- struct{}{}
			return nil, ctx.Err()
		})
	return up, begin, end
}

// TestCallIsCancelled: neither Ctrl-C nor --timeout leaves a tool working for
// nobody, in any era.
func TestCallIsCancelled(t *testing.T) {
	t.Parallel()
	s, admin, secret := serveWithToken(t)
	settings := []string{"MCPGATEWAY_URL=" + s.url, "MCPGATEWAY_TOKEN=" + secret}
	t.Run("eras", func(t *testing.T) {
		for path, kind := range map[string]func(testing.TB, ...string) *upstreamtest.Upstream{
			"/stateless": upstreamtest.Cancellable, "/stateful": upstreamtest.Stateful, "/sse-only": upstreamtest.SSE,
		} {
			t.Run(path[1:], func(t *testing.T) {
				t.Parallel()
				up, began, ended := patientUpstream(t, kind)
				admin.register(t, path, up.URL)

				p := start(t, settings, "call", path, "wait")
				await(t, began, "the tool begins")
				p.signal(t, os.Interrupt)
				if code := p.wait(t); code != 1 || p.out.String() != "" || strings.Count(p.err.String(), "\n") != 1 {
					t.Errorf("Ctrl-C: exit code %d\n%s%s", code, &p.out, &p.err)
				}
				await(t, ended, "the tool hears of Ctrl-C")

				code, out, text := run(t, settings, "call", path, "wait", "--timeout", "3s")
				if code != 1 || out != "" || text != "mcpgateway: call the tool wait: no result within 3s, as --timeout says\n" {
					t.Errorf("--timeout: exit code %d\n%s%s", code, out, text)
				}
				await(t, ended, "the tool hears of the timeout")
			})
		}
	})
	s.stop(t)
}

// TestCallReachesWhatTheTokenDoes: a token that is limited to services calls
// those, and hears of no other; one that is revoked calls none.
func TestCallReachesWhatTheTokenDoes(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, data, "--admin-password", password)
	admin := s.signIn(t, password)
	mine, other := upstreamtest.Stateless(t, "one", "two"), upstreamtest.Stateless(t, "three")
	admin.register(t, "/mine", mine.URL)
	admin.register(t, "/other", other.URL)
	id, secret := createToken(t, data, "--name", "narrow", "--service", "/mine")
	settings := []string{"MCPGATEWAY_URL=" + s.url, "MCPGATEWAY_TOKEN=" + secret}
	calls := func(says string, args ...string) {
		t.Helper()
		code, out, text := run(t, settings, append([]string{"call"}, args...)...)
		if code != 1 || out != "" || !strings.HasPrefix(text, "mcpgateway: "+says) {
			t.Errorf("%q: exit code %d\n%s%s", args, code, out, text)
		}
	}

	if code, out, text := run(t, settings, "call", "/mine", "one"); code != 0 || out != "one\n" || text != "" {
		t.Errorf("exit code %d\n%s%s", code, out, text)
	}
	unknown := "no service has the path /other, or the token is not for it; there is /mine\n"
	asked := other.Requests()
	calls(unknown, "/other", "three")
	if other.Requests() != asked {
		t.Error("the other service heard of it")
	}
	calls("/mine has no tool three; it has ", "/mine", "three")
	admin.post(t, "/toggle/mine", url.Values{}).expect(t, http.StatusOK)
	calls("the service /mine is switched off", "/mine", "one")
	admin.post(t, "/toggle/mine", url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	token(t, data, "revoke", id)
	calls("the gateway at "+s.url+" does not know the token", "/mine", "one")
	s.stop(t)
}

// await waits for a value.
func await(t *testing.T, from <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-from:
	case <-time.After(patience):
		t.Fatalf("not within %s: %s", patience, what)
	}
}
