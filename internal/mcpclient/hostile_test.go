package mcpclient

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestCheckNamesWhatIsWrong(t *testing.T) {
	serve := func(h http.Handler) string { return upstreamtest.Serve(t, h) }
	elsewhere := serve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent to another host", r.Method, r.URL)
	}))
	secret := "?key=hunter2"
	for _, tc := range []struct {
		name, url, status, detail string
	}{
		{"closed port", upstreamtest.ClosedURL(t), "unhealthy: connection refused", "Is the server running"},
		{"reset", serve(upstreamtest.Reset()), "unhealthy: connection reset", "closed the connection"},
		{"401", serve(upstreamtest.Body(401, "text/plain", "who are you")), "auth-required", "asks for credentials"},
		{"403", serve(upstreamtest.Body(403, "application/json", "{}")), "auth-required", "asks for credentials"},
		{"401 as JSON-RPC", serve(upstreamtest.Body(401, "application/json", `{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"token please"}}`)), "auth-required", "token please"},
		{"500", serve(upstreamtest.Body(500, "text/plain", "boom")), "unhealthy: HTTP 500", "boom"},
		{"502", serve(upstreamtest.Body(502, "text/html", "<h1>Bad gateway</h1>")), "unhealthy: HTTP 502", "HTTP 502 Bad Gateway"},
		{"429", serve(upstreamtest.Body(429, "text/plain", "slow down")), "unhealthy: HTTP 429", "slow down"},
		{"404", serve(http.NotFoundHandler()), "unhealthy: not an MCP endpoint", "/sse?…: HTTP 404"},
		{"405", serve(upstreamtest.Body(405, "text/plain", "")), "unhealthy: not an MCP endpoint", "HTTP 405"},
		{"web page", serve(upstreamtest.HTMLPage()), "unhealthy: not an MCP endpoint", "web page"},
		{"REST API", serve(upstreamtest.Body(200, "application/json", `{"error":{"code":1,"message":"x"}}`)), "unhealthy: not an MCP endpoint", ""},
		{"empty answer", serve(upstreamtest.Body(200, "application/json", "")), "unhealthy: not an MCP endpoint", ""},
		{"invalid JSON", serve(upstreamtest.InvalidJSON()), "unhealthy: protocol error: invalid JSON", "POST"},
		{"wrong id", serve(upstreamtest.WrongID()), "unhealthy: protocol error: answer to another request", ""},
		{"endless events", serve(upstreamtest.EndlessEvents("event: x\ndata: y\n\n")), "unhealthy: protocol error: too many events", ""},
		{"endless notifications", serve(upstreamtest.EndlessEvents("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n")), "unhealthy: protocol error: too many events", ""},
		{"endless pings", serve(upstreamtest.EndlessEvents("data: {\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}\n\n")), "unhealthy: protocol error: too many events", ""},
		{"endless comments", serve(upstreamtest.EndlessEvents(": still here\n\n")), "unhealthy: protocol error: answer too large", ""},
		{"endless line", serve(upstreamtest.EndlessEvents("data: xxxxxxxxxxxxxxxx")), "unhealthy: protocol error: answer too large", ""},
		{"gzip bomb", serve(upstreamtest.GzipBomb(64 << 20)), "unhealthy: protocol error: compressed answer", "asked not to"},
		{"huge header", serve(upstreamtest.HugeHeader(1 << 20)), "unhealthy: protocol error: response header too large", ""},
		{"huge answer", serve(upstreamtest.Body(200, "application/json", `{"x":"`+strings.Repeat("x", 1<<20)+`"}`)), "unhealthy: protocol error: answer too large", ""},
		{"endpoint elsewhere", serve(upstreamtest.SSEEndpoint(elsewhere + "/messages")), "unhealthy: protocol error: endpoint on another host", elsewhere},
		{"endpoint of another scheme", serve(upstreamtest.SSEEndpoint("file:///etc/passwd")), "unhealthy: protocol error: endpoint on another host", ""},
		{"redirect elsewhere", serve(upstreamtest.Redirect(elsewhere+"/mcp", 307)), "unhealthy: protocol error: redirect to another host", elsewhere},
		{"redirect elsewhere, 301", serve(upstreamtest.Redirect(elsewhere+"/mcp", 301)), "unhealthy: protocol error: redirect to another host", elsewhere},
		{"redirect in a circle", serve(upstreamtest.Redirect("/", 307)), "unhealthy: protocol error: too many redirects", ""},
		{"redirect nowhere", serve(upstreamtest.Body(302, "text/plain", "")), "unhealthy: protocol error: redirect to another host", "no usable place"},
		{"redirect of 3 KiB", serve(upstreamtest.Redirect("/"+strings.Repeat("x", 3<<10), 307)), "unhealthy: protocol error: redirect to another host", "no usable place"},
		{"no HTTP server", notHTTP(t), "unhealthy: protocol error: not HTTP", ""},
		{"TLS expected", strings.Replace(serve(upstreamtest.HTMLPage()), "http:", "https:", 1), "unhealthy: TLS: not a TLS server", "http://"},
		{"foreign certificate", tlsServer(t), "unhealthy: TLS: unknown authority", ""},
		{"metadata address", "http://169.254.169.254/latest", "error: blocked address", "link-local"},
		{"ftp", "ftp://127.0.0.1/", "error: invalid upstream URL", "http"},
		{"user info", "http://a:b@127.0.0.1/", "error: invalid upstream URL", ""},
		{"no URL", "::", "error: invalid upstream URL", ""},
		{"hostile text", serve(upstreamtest.Body(400, "text/plain", "\x1b[31m\xff\x00"+strings.Repeat("é", 5000))), "unhealthy: not an MCP endpoint", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			url := tc.url
			if !strings.Contains(tc.status, "invalid") {
				url = strings.TrimSuffix(url, "/") + "/" + secret
			}
			out := patient().Check(t.Context(), registry.Target{Upstream: url}, true)
			if out.Status.String() != tc.status {
				t.Errorf("status %q, want %q (%s)", out.Status, tc.status, out.Detail)
			}
			if !strings.Contains(out.Detail, tc.detail) || out.Detail == "" {
				t.Errorf("detail %q, want %q in it", out.Detail, tc.detail)
			}
			if strings.Contains(out.Detail, "hunter2") || strings.Contains(out.Status.Reason, "hunter2") {
				t.Errorf("detail %q tells the query", out.Detail)
			}
			if len(out.Detail) > maxDetail || len(out.Status.Reason) > maxReason || !utf8.ValidString(out.Detail) || strings.ContainsAny(out.Detail, "\x1b\x00\n") {
				t.Errorf("detail %q is not clean", out.Detail)
			}
			if out.Discovery != nil || !cmp.Equal(out.Detected, registry.Detected{}) {
				t.Errorf("discovery %+v, detected %+v of a failed check", out.Discovery, out.Detected)
			}
		})
	}
}

// A check of an upstream that never answers ends when its time is up.
func TestCheckTimesOut(t *testing.T) {
	sse := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	for name, h := range map[string]http.Handler{
		"hanging":       upstreamtest.Hanging(),
		"drip feeding":  upstreamtest.DripFeeding(),
		"silent stream": sse,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := New(Options{Timeout: 300 * time.Millisecond})
			for _, known := range []registry.Detected{{}, {Transport: registry.HTTPSSE}, {Transport: registry.StreamableHTTP}} {
				url := upstreamtest.Serve(t, h)
				known.Endpoint = url
				out := c.Check(t.Context(), registry.Target{Upstream: url, Detected: known}, true)
				if out.Status.String() != "unhealthy: timeout" {
					t.Errorf("status %q (%s)", out.Status, out.Detail)
				}
			}
		})
	}
}

func TestCheckFollowsRedirectsWithinTheOrigin(t *testing.T) {
	for _, e := range eras() {
		for _, code := range []int{301, 302, 307, 308} {
			t.Run(fmt.Sprint(e.name, " ", code), func(t *testing.T) {
				up := e.start(t, "alpha")
				front := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if rest, ok := strings.CutPrefix(r.URL.Path, "/old"); ok {
						http.Redirect(w, r, strings.TrimPrefix(up.URL, up.Origin())+rest, code)
						return
					}
					up.ServeHTTP(w, r)
				}))
				out := patient().Check(t.Context(), registry.Target{Upstream: front + "/old"}, true)
				want := front + strings.TrimPrefix(up.URL, up.Origin())
				if out.Status.Kind != registry.Healthy || out.Detected.Endpoint != want || len(names(out.Discovery)) != 1 {
					t.Errorf("%s (%s), endpoint %s, want %s", out.Status, out.Detail, out.Detected.Endpoint, want)
				}
			})
		}
	}
}

// Whatever the list is like, a server that answers is healthy.
func TestCheckBoundsTheList(t *testing.T) {
	page := func(tools string) http.Handler {
		return upstreamtest.Scripted(func(string) string { return `{"tools":[` + tools + `]}` })
	}
	var many strings.Builder
	for i := range 1200 {
		fmt.Fprintf(&many, `{"name":"t%d","inputSchema":{}},`, i)
	}
	for _, tc := range []struct {
		name      string
		handler   http.Handler
		tools     int
		truncated bool
		detail    string
	}{
		{"endless cursor", upstreamtest.EndlessCursor(), 50, true, "cut"},
		{"repeated cursor", upstreamtest.RepeatedCursor(), 1, true, "cut"},
		{"5 MB description", upstreamtest.LongDescription(5 << 20), 2, true, "cut"},
		{"page too large", upstreamtest.LongDescription(9 << 20), -1, false, "answer too large"},
		{"1200 tools", page(many.String() + `{"name":"last"}`), 1000, true, "cut"},
		{"large schema", page(`{"name":"a","inputSchema":{"x":"` + strings.Repeat("x", 300<<10) + `"}}`), 1, true, "cut"},
		{"strange tools", page(`null, 5, {}, {"name":""}, {"name":"a\nb"}, {"name":"` + strings.Repeat("n", 257) + `"}, {"name":7}, {"name":"ok","inputSchema":[1]}, {"name":"ok"}`), 1, false, ""},
		{"no list", upstreamtest.Scripted(func(string) string { return `{}` }), -1, false, "without a list"},
		{"list is null", upstreamtest.Scripted(func(string) string { return `null` }), -1, false, "without a list"},
		{"second page breaks", upstreamtest.Scripted(func(cursor string) string {
			if cursor == "" {
				return `{"tools":[{"name":"a"}],"nextCursor":"b"}`
			}
			return `5`
		}), -1, false, "without a list"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out := patient().Check(t.Context(), registry.Target{Upstream: upstreamtest.Serve(t, tc.handler)}, true)
			if out.Status.Kind != registry.Healthy {
				t.Fatalf("%s (%s)", out.Status, out.Detail)
			}
			if !strings.Contains(out.Detail, tc.detail) {
				t.Errorf("detail %q, want %q in it", out.Detail, tc.detail)
			}
			if tc.tools < 0 {
				if out.Discovery != nil {
					t.Errorf("%d tools, want no discovery", len(out.Discovery.Tools))
				}
				return
			}
			if out.Discovery == nil || len(out.Discovery.Tools) != tc.tools || out.Discovery.Truncated != tc.truncated {
				t.Fatalf("discovery of %d tools, truncated %v; want %d, %v (%s)",
					len(names(out.Discovery)), out.Discovery != nil && out.Discovery.Truncated, tc.tools, tc.truncated, out.Detail)
			}
			for _, tool := range out.Discovery.Tools {
				if len(tool.Description) > 64<<10 {
					t.Errorf("a description of %d bytes was kept", len(tool.Description))
				}
			}
		})
	}
}

func TestCheckKeepsASmallTotal(t *testing.T) {
	c := New(Options{Timeout: 30 * time.Second, Limits: Limits{KeptBytes: 25}})
	url := upstreamtest.Serve(t, upstreamtest.Scripted(func(string) string {
		return `{"tools":[{"name":"one","description":"0123456789"},{"name":"two","description":"0123456789"}]}`
	}))
	out := c.Check(t.Context(), registry.Target{Upstream: url}, true)
	if diff := cmp.Diff([]string{"one"}, names(out.Discovery)); diff != "" || !out.Discovery.Truncated {
		t.Errorf("tools (-want +got):\n%s", diff)
	}
}

func TestCheckUsesTheGuardedDialer(t *testing.T) {
	up := upstreamtest.Stateless(t, "alpha")
	c := New(Options{Dialer: NewDialer(DialerOptions{Deny: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})})
	out := c.Check(t.Context(), registry.Target{Upstream: up.URL}, false)
	if out.Status.String() != "error: blocked address" || up.Requests() != 0 {
		t.Errorf("%s (%s) after %d requests", out.Status, out.Detail, up.Requests())
	}
}

func tlsServer(t *testing.T) string {
	s := httptest.NewUnstartedServer(upstreamtest.HTMLPage())
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}
