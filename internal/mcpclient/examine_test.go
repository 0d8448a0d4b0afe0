package mcpclient

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// examined examines a URL and holds to its bounds whatever comes back.
func examined(t *testing.T, c *Client, url string) registry.Examination {
	t.Helper()
	x := c.Examine(t.Context(), registry.Target{Upstream: url})
	if x.URL != url || x.Summary == "" || !slices.Contains(registry.Verdicts(), x.Verdict) || x.Took <= 0 {
		t.Errorf("examination of %s: %+v", url, x)
	}
	if len(x.Steps) > maxSteps {
		t.Errorf("%d steps", len(x.Steps))
	}
	clean := func(text string, limit int) {
		if len(text) > limit || !utf8.ValidString(text) || strings.ContainsAny(text, "\x1b\x00\n") || strings.Contains(text, "hunter2") {
			t.Errorf("%q is not clean, or tells the query", text)
		}
	}
	clean(x.Summary, maxDetail)
	for _, f := range x.Findings {
		clean(f.Text, maxDetail)
	}
	for _, s := range x.Steps {
		clean(s.URL, maxQuote)
		clean(s.Problem, maxProblem)
		clean(s.MediaType, maxMediaType)
		if s.Method == "" || s.Status == 0 && s.Problem == "" {
			t.Errorf("a step says nothing: %+v", s)
		}
	}
	return x
}

// about is the first finding on a topic.
func about(x registry.Examination, topic string) registry.Finding {
	for _, f := range x.Findings {
		if f.Topic == topic {
			return f
		}
	}
	return registry.Finding{}
}

func TestExamineEachEra(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t, "alpha", "beta")
			for _, url := range []string{up.URL, up.Origin()} {
				x := examined(t, patient(), url)
				if x.Verdict != registry.VerdictOK || x.Register != up.URL || x.Status.Kind != registry.Healthy {
					t.Errorf("%s: %s (%s), register %q, status %s", url, x.Verdict, x.Summary, x.Register, x.Status)
				}
				if diff := cmp.Diff(&registry.ToolSummary{Count: 2, Names: []string{"alpha", "beta"}}, x.Tools); diff != "" {
					t.Errorf("tools (-want +got):\n%s", diff)
				}
				if x.Detected.Transport != e.want.Transport || x.Detected.Stateless != e.want.Stateless || x.Detected.Versions[0] != e.newest || x.Detected.ServerName != "upstreamtest" {
					t.Errorf("detected %+v", x.Detected)
				}
				if x.Latency <= 0 || len(x.Steps) == 0 || about(x, "Address").Kind != registry.FindingNote || !strings.Contains(about(x, "Tools").Text, "alpha, beta") {
					t.Errorf("latency %s, steps %+v, findings %+v", x.Latency, x.Steps, x.Findings)
				}
			}
			eventually(t, "no session is left", func() bool { return up.Live() == 0 })
		})
	}
}

func TestExamineLeavesNoSession(t *testing.T) {
	for _, kind := range []upstreamtest.Kind{upstreamtest.TypeScript, upstreamtest.Python, upstreamtest.OldGo} {
		up := upstreamtest.Imitate(t, kind)
		for _, url := range []string{up.URL, up.URL + "/wrong/place"} {
			x := examined(t, patient(), url)
			if up.Opened() == 0 || up.Live() != 0 {
				t.Errorf("kind %d: %d sessions opened, %d left", kind, up.Opened(), up.Live())
			}
			if x.Tools == nil || x.Tools.Count != 1 || x.Steps[len(x.Steps)-1].Method != http.MethodDelete {
				t.Errorf("kind %d: %+v", kind, x)
			}
			for _, s := range x.Steps {
				if s.Purpose == "tools/call" {
					t.Error("a tool was called")
				}
			}
		}
	}
}

// mounted serves an MCP server at one path only, and nothing else.
func mounted(t *testing.T, path string, e era) string {
	up := e.start(t, "alpha")
	inner := strings.TrimPrefix(up.URL, up.Origin())
	return upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.NotFound(w, r)
			return
		}
		r.URL.Path = inner
		up.ServeHTTP(w, r)
	}))
}

func TestExamineFindsWhatWasMeant(t *testing.T) {
	stateless, stateful := eras()[0], eras()[1]
	sse := upstreamtest.SSE(t, "alpha")
	for _, tc := range []struct {
		name, url, register, about, says string
		verdict                          registry.Verdict
	}{
		{"missing /mcp", upstreamtest.Stateful(t, "alpha").Origin(), "/mcp", "Path", "endpoint is", registry.VerdictOK},
		{"wrong last segment", mounted(t, "/v1/mcp", stateless) + "/v1/mpc", "/v1/mcp", "Path", "is not the MCP endpoint's", registry.VerdictAttention},
		{"too deep", mounted(t, "/api", stateful) + "/api/tools", "/api", "Path", "is not the MCP endpoint's", registry.VerdictAttention},
		{"at the root", mounted(t, "/mcp", stateful) + "/weather/v2", "/mcp", "Path", "is not the MCP endpoint's", registry.VerdictAttention},
		{"slash too many", mounted(t, "/mcp", stateless) + "/mcp/", "/mcp", "Path", "without the slash", registry.VerdictAttention},
		{"slash too few", mounted(t, "/mcp/", stateless) + "/mcp", "/mcp/", "Path", "with a slash", registry.VerdictAttention},
		{"messages", sse.Origin() + "/messages", "/sse", "Path", "event stream", registry.VerdictAttention},
		{"the stream itself", sse.URL, "/sse", "Transport", "HTTP+SSE", registry.VerdictOK},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := examined(t, patient(), tc.url)
			origin := tc.url[:strings.LastIndex(tc.url, ":")+1]
			if x.Verdict != tc.verdict || !strings.HasPrefix(x.Register, origin) || pathOf(x.Register) != tc.register {
				t.Errorf("%s: %s (%s), register %q", tc.url, x.Verdict, x.Summary, x.Register)
			}
			if f := about(x, tc.about); !strings.Contains(f.Text, tc.says) {
				t.Errorf("findings %+v, want %q in that about %s", x.Findings, tc.says, tc.about)
			}
			if (x.Status.Kind == registry.Healthy) != (tc.verdict == registry.VerdictOK) {
				t.Errorf("a check would say %s", x.Status)
			}
		})
	}
}

func TestExamineNamesWhatIsWrong(t *testing.T) {
	serve := func(h http.Handler) string { return upstreamtest.Serve(t, h) }
	elsewhere := serve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent to another host", r.Method, r.URL)
	}))
	for _, tc := range []struct{ name, url, says, about, finding string }{
		{"connection refused", upstreamtest.ClosedURL(t), "connection refused", "Answer", "Is the server running"},
		{"web page", serve(upstreamtest.HTMLPage()), "not an MCP endpoint", "Answer", "web page"},
		{"404 everywhere", serve(http.NotFoundHandler()), "not an MCP endpoint", "Answer", "HTTP 404"},
		{"501 for any POST", serve(http.HandlerFunc(filesOnly)), "not an MCP endpoint", "Answer", "HTTP 501"},
		{"405 for any POST", serve(upstreamtest.Body(405, "text/plain", "GET only")), "not an MCP endpoint", "Answer", "HTTP 405"},
		{"a gateway", serve(gatewayAnswer(404, "")), "This is an MCP gateway itself", "Answer", "HTTP 404"},
		{"500", serve(upstreamtest.Body(500, "text/plain", "boom")), "HTTP 500", "Answer", "boom"},
		{"redirect elsewhere", serve(upstreamtest.Redirect(elsewhere+"/mcp", 307)), "redirect to another host", "Redirect", "was not followed"},
		{"no HTTP", notHTTP(t), "not HTTP", "Answer", "Something other"},
		{"reset", serve(upstreamtest.Reset()), "connection reset", "Answer", "closed the connection"},
		{"flood", serve(upstreamtest.EndlessEvents("event: x\ndata: y\n\n")), "too many events", "Answer", "without end"},
		{"huge header", serve(upstreamtest.HugeHeader(1 << 20)), "header too large", "Answer", "more header"},
		{"hostile text", serve(upstreamtest.Body(400, "text/plain", "\x1b[31m\xff\x00"+strings.Repeat("é", 5000))), "not an MCP endpoint", "Answer", "HTTP 400"},
		{"metadata", "http://169.254.169.254/latest", "blocked address", "Answer", "link-local"},
		{"invalid URL", "ftp://127.0.0.1/", "invalid upstream URL", "Answer", "http"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := examined(t, patient(), tc.url+"?key=hunter2")
			if x.Verdict != registry.VerdictFailed || !strings.Contains(x.Summary, tc.says) || x.Register != "" || x.Tools != nil || x.Detected.Transport != "" {
				t.Errorf("%s (%s), register %q", x.Verdict, x.Summary, x.Register)
			}
			if f := about(x, tc.about); f.Kind != registry.FindingProblem || !strings.Contains(f.Text, tc.finding) {
				t.Errorf("findings %+v", x.Findings)
			}
		})
	}
}

func TestExamineSaysHowToSignIn(t *testing.T) {
	locked := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("WWW-Authenticate", `Bearer resource_metadata="https://x/"`)
		w.Header().Add("WWW-Authenticate", `<b>bold</b> x`)
		w.Header().Add("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	x := examined(t, patient(), upstreamtest.Serve(t, locked))
	want := &registry.AuthFacts{Status: 401, Schemes: []string{"Bearer", "Basic"}}
	if diff := cmp.Diff(want, x.Auth); diff != "" || x.Verdict != registry.VerdictAttention || x.Register != x.URL || x.Status.Kind != registry.AuthRequired {
		t.Errorf("auth (-want +got):\n%s%+v", diff, x)
	}
	if f := about(x, "Authentication"); f.Kind != registry.FindingWarning || !strings.Contains(f.Text, "upstream_headers") {
		t.Errorf("findings %+v", x.Findings)
	}
	key, err := registry.ParseHeaders(map[string]string{"Authorization": "Bearer hunter2"})
	if err != nil {
		t.Fatal(err)
	}
	x = patient().Examine(t.Context(), registry.Target{Upstream: x.URL, Headers: key})
	if f := about(x, "Authentication"); x.Verdict != registry.VerdictAttention || !strings.Contains(f.Text, "does not take the credentials in upstream_headers") {
		t.Errorf("with headers: %+v", x)
	}
	mux := http.NewServeMux()
	mux.Handle("/mcp", locked)
	x = examined(t, patient(), upstreamtest.Serve(t, mux)+"/wrong/deep")
	if x.Verdict != registry.VerdictAttention || !strings.HasSuffix(x.Register, "/mcp") || x.Auth == nil || !strings.Contains(x.Summary, "credentials") {
		t.Errorf("%+v", x)
	}
}

// A server that answers nothing costs the time of a check, not more.
func TestExamineTimesOut(t *testing.T) {
	x := examined(t, New(Options{Timeout: 100 * time.Millisecond}), upstreamtest.Serve(t, upstreamtest.Hanging()))
	if x.Verdict != registry.VerdictFailed || x.Status.String() != "unhealthy: timeout" || len(x.Steps) != 1 || x.Steps[0].Problem != "timeout" {
		t.Errorf("%+v", x)
	}
}

func TestExamineUsesTheGuardedDialer(t *testing.T) {
	up := upstreamtest.Stateless(t, "alpha")
	c := New(Options{Dialer: NewDialer(DialerOptions{Deny: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})})
	if x := examined(t, c, up.URL); x.Status.String() != "error: blocked address" || x.Verdict != registry.VerdictFailed || up.Requests() != 0 {
		t.Errorf("%+v after %d requests", x, up.Requests())
	}
}

func TestExamineOfAnUnknownHost(t *testing.T) {
	x := examined(t, New(Options{Dialer: nameless(t)}), "http://weather.example.com/mcp")
	if x.Verdict != registry.VerdictFailed || x.Status.String() != "unhealthy: host not found" || !strings.Contains(x.Summary, "spelled right") {
		t.Errorf("%+v", x)
	}
}

func TestExamineTellsOfRedirects(t *testing.T) {
	up := upstreamtest.Stateful(t, "alpha")
	front := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/mcp", http.StatusPermanentRedirect)
			return
		}
		up.ServeHTTP(w, r)
	}))
	x := examined(t, patient(), front+"/old")
	if x.Verdict != registry.VerdictOK || x.Register != front+"/mcp" || len(x.Redirects) == 0 || x.Redirects[0] != (registry.Redirect{From: front + "/old", To: front + "/mcp", Followed: true}) {
		t.Errorf("%+v", x)
	}
}

// A redirect's query is no way for a server to write on a terminal, or to turn a
// page around: what it has beyond visible ASCII is encoded.
func TestExamineEncodesRedirects(t *testing.T) {
	up := upstreamtest.Stateful(t, "alpha")
	front := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			w.Header().Set("Location", "/mcp?a=\u009b31m\u202e&b=%20c")
			w.WriteHeader(http.StatusTemporaryRedirect)
			return
		}
		up.ServeHTTP(w, r)
	}))
	want := front + "/mcp?a=%C2%9B31m%E2%80%AE&b=%20c"
	if x := examined(t, patient(), front+"/old"); x.Register != want || x.Detected.Endpoint != want {
		t.Errorf("register %q, endpoint %q, want %q", x.Register, x.Detected.Endpoint, want)
	}
}

// A server that sends a key back in a redirect does not get it registered.
func TestExamineShowsNoKeyOfARedirect(t *testing.T) {
	up := upstreamtest.Stateful(t, "alpha")
	front := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/mcp?key="+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), http.StatusTemporaryRedirect)
			return
		}
		up.ServeHTTP(w, r)
	}))
	x := patient().Examine(t.Context(), withKey(t, front+"/old"))
	if x.Verdict != registry.VerdictOK || x.Register != "" || strings.Contains(fmt.Sprintf("%+v", x), apiKey) {
		t.Errorf("%+v", x)
	}
}

// Credentials go to the URL's own origin, not to the same host by the other
// scheme.
func TestExamineKeepsHeadersHome(t *testing.T) {
	key, err := registry.ParseHeaders(map[string]string{"X-Api-Key": "hunter2"})
	if err != nil {
		t.Fatal(err)
	}
	up := upstreamtest.Stateless(t, "alpha")
	var keyed atomic.Int64
	plain := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") != "" {
			keyed.Add(1)
		}
		up.ServeHTTP(w, r)
	})) + "/mcp"
	if x := patient().Examine(t.Context(), registry.Target{Upstream: plain, Headers: key}); x.Verdict != registry.VerdictOK || keyed.Load() == 0 {
		t.Errorf("%d requests with the key: %+v", keyed.Load(), x)
	}
	keyed.Store(0)
	x := patient().Examine(t.Context(), registry.Target{Upstream: strings.Replace(plain, "http:", "https:", 1), Headers: key})
	if x.Register != plain || keyed.Load() != 0 {
		t.Errorf("%d requests with the key: %+v", keyed.Load(), x)
	}
}

// filesOnly answers like a server of files: Python's http.server says 501 of
// every POST, with a page.
func filesOnly(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html;charset=utf-8")
	switch {
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusNotImplemented)
	case r.URL.Path != "/":
		w.WriteHeader(http.StatusNotFound)
	}
	fmt.Fprint(w, "<!DOCTYPE HTML><title>Directory listing</title>")
}

// gatewayAnswer is what a gateway such as this one answers.
func gatewayAnswer(status int, challenge string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "EC2AHS4HRBUB3GWV5OSO6DFTB2")
		w.Header().Set("Content-Type", "application/problem+json")
		if challenge != "" {
			w.Header().Set("WWW-Authenticate", challenge)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, `{"title":"Not Found"}`)
	})
}

// TestExamineKnowsAGateway, which nobody registers in itself.
func TestExamineKnowsAGateway(t *testing.T) {
	x := examined(t, patient(), upstreamtest.Serve(t, gatewayAnswer(401, `Bearer realm="mcpgateway"`)))
	if x.Verdict != registry.VerdictFailed || x.Register != "" || !strings.Contains(x.Summary, "register the server behind it") {
		t.Errorf("%s (%s), register %q", x.Verdict, x.Summary, x.Register)
	}
	if f := about(x, "Authentication"); f.Text != "" {
		t.Errorf("it asks for %q", f.Text)
	}
}

// TestExamineFindsTheServerBelowFiles: a 501 at the root says nothing of /mcp.
func TestExamineFindsTheServerBelowFiles(t *testing.T) {
	up := upstreamtest.Stateful(t, "alpha")
	mux := http.NewServeMux()
	mux.Handle("/mcp", up)
	mux.HandleFunc("/", filesOnly)
	url := upstreamtest.Serve(t, mux)
	if x := examined(t, patient(), url); x.Verdict != registry.VerdictOK || x.Register != url+"/mcp" {
		t.Errorf("%s (%s), register %q", x.Verdict, x.Summary, x.Register)
	}
}

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		612 * time.Microsecond:  "0.6 ms",
		38 * time.Millisecond:   "38.0 ms",
		2340 * time.Millisecond: "2.3 s",
	} {
		if got := lasting(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}
