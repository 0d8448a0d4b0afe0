package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func echoTarget(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, _ = fmt.Fprintf(w, "%s %s %s", r.Method, r.RequestURI, body)
}

func TestTargets(t *testing.T) {
	w := newWorld(t)
	up := serving(t, echoTarget)
	w.register("/plain", up)
	w.register("/based", up+"/base/?key=1")
	w.register("/a", up+"/outer")
	w.register("/a/b", up+"/inner", detected(registry.StreamableHTTP, up+"/inner/mcp/"))
	w.register("/old", up+"/o", detected(registry.HTTPSSE, up+"/o/sse"))
	w.register("/ends", up+"/x/sse")
	w.register("/moved", up, detected(registry.StreamableHTTP, "http://other.example/mcp"))
	w.register("/off", up, func(s *registry.Service) { s.Enabled = false })
	for _, c := range []struct {
		method, target, want string
		status               int
	}{
		{"POST", "/plain", "POST / hi", 200},
		{"POST", "/plain/", "POST / hi", 200},
		{"POST", "/plain/mcp", "POST / hi", 200},
		{"POST", "/plain/mcp?x=1&y", "POST /?x=1&y hi", 200},
		{"PUT", "/plain/some/%20where/?q", "PUT /some/%20where/?q hi", 200},
		{"POST", "/plain/sse", "POST /sse hi", 200},
		{"POST", "/based/mcp?x=1", "POST /base/?key=1&x=1 hi", 200},
		{"POST", "/based/y?x=1", "POST /base/y?key=1&x=1 hi", 200},
		{"POST", "/a/mcp", "POST /outer hi", 200},
		{"POST", "/a/bc", "POST /outer/bc hi", 200},
		{"POST", "/a/b", "POST /inner/mcp/ hi", 200},
		{"POST", "/a/b/c", "POST /inner/c hi", 200},
		{"GET", "/old", "GET /o/sse hi", 200},
		{"GET", "/old/sse?z", "GET /o/sse?z hi", 200},
		{"POST", "/old/mcp", "", 405},
		{"DELETE", "/old", "", 405},
		{"GET", "/ends/sse", "GET /x/sse hi", 200},
		{"POST", "/moved/mcp", "POST / hi", 200},
		{"GET", "/plain/~message/abc", "", 405},
		{"POST", "/plain/~message/abc", "", 404},
		{"POST", "/off/mcp", "", 503},
		{"POST", "/plainer", "", 404},
		{"POST", "/PLAIN", "", 404},
		{"POST", "/plain/%2e%2e/x", "", 400},
	} {
		a := w.send(c.method, c.target, "hi")
		if a.StatusCode != c.status || a.body != c.want {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.target, a.StatusCode, a.body, c.status, c.want)
		}
	}
	for target, stream := range map[string]string{"/old/mcp": "/old/sse", "/old": "/old/sse"} {
		if got := w.send("POST", target, "hi").Header.Get("Test-Stream"); got != stream {
			t.Errorf("%s: the stream is at %q, want %q", target, got, stream)
		}
	}
	w.routes.Update(w.services["/a/b"], nil)
	if a := w.send("POST", "/a/b/c", "hi"); a.body != "POST /outer/b/c hi" {
		t.Errorf("after /a/b is gone: %q", a.body)
	}
}

func TestFailuresOfUpstreams(t *testing.T) {
	w := newWorld(t)
	for path, up := range map[string]string{
		"/refused":   upstreamtest.ClosedURL(t),
		"/reset":     upstreamtest.Serve(t, upstreamtest.Reset()),
		"/floods":    upstreamtest.Serve(t, upstreamtest.HugeHeader(1<<20)),
		"/unknown":   "http://nowhere.invalid",
		"/locked":    upstreamtest.Serve(t, upstreamtest.Body(http.StatusUnauthorized, "text/plain", "who?")),
		"/elsewhere": upstreamtest.Serve(t, upstreamtest.Redirect("http://elsewhere.example/", http.StatusTemporaryRedirect)),
	} {
		w.register(path, up)
		a := w.send("POST", path, "{}")
		if a.StatusCode != http.StatusBadGateway || !strings.HasSuffix(a.Header.Get("Test-Reason"), ".") {
			t.Errorf("%s: %d, %q", path, a.StatusCode, a.Header.Get("Test-Reason"))
		}
	}
	told := make(map[registry.Path]bool)
	for range 4 {
		told[<-w.failures] = true
	}
	for _, path := range []registry.Path{"/refused", "/reset", "/floods", "/unknown"} {
		if !told[path] {
			t.Errorf("nobody was told that %s fails", path)
		}
	}
}

// A key that is not taken is another trouble than none.
func TestAnUpstreamThatAsksForCredentials(t *testing.T) {
	w := newWorld(t)
	locked := upstreamtest.Serve(t, upstreamtest.Body(http.StatusUnauthorized, "text/plain", "who?"))
	w.register("/none", locked)
	w.register("/wrong", locked, func(s *registry.Service) {
		s.UpstreamHeaders = registry.RestoreHeaders(map[string]string{"X-Api-Key": "0123456789"})
	})
	for path, says := range map[string]string{"/none": "asks for credentials", "/wrong": "does not take the credentials in upstream_headers"} {
		if a := w.send("POST", path, "{}"); a.StatusCode != http.StatusBadGateway || !strings.Contains(a.Header.Get("Test-Reason"), says) {
			t.Errorf("%s: %d, %q", path, a.StatusCode, a.Header.Get("Test-Reason"))
		}
	}
}

// In a world of its own: no other upstream is that quick on a busy machine.
func TestAnUpstreamThatHangs(t *testing.T) {
	w := newWorld(t, func(o *gateway.Options) { o.Timeout = 50 * time.Millisecond })
	w.register("/hangs", upstreamtest.Serve(t, upstreamtest.Hanging()))
	if a := w.send("POST", "/hangs", "{}"); a.StatusCode != http.StatusGatewayTimeout {
		t.Errorf("an upstream that hangs: %d", a.StatusCode)
	}
	if path := <-w.failures; path != "/hangs" {
		t.Errorf("told that %s fails", path)
	}
	s, ok := w.board.Summary("/hangs")
	if !ok || s.Requests != 1 || s.Errors != 1 {
		t.Errorf("the hanging upstream is counted as %+v", s)
	}
}

// An answer that breaks off must not look whole.
func TestAnAnswerThatBreaksOff(t *testing.T) {
	w := newWorld(t)
	w.register("/short", serving(t, func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			out.Header().Set("Content-Type", "text/event-stream")
		}
		_, _ = io.WriteString(out, `{"half":`)
		_ = http.NewResponseController(out).Flush()
		panic(http.ErrAbortHandler)
	}))
	for _, path := range []string{"/short/stream", "/short"} {
		if a := w.send("POST", path, "{}"); a.err == nil {
			t.Errorf("half an answer looks whole: %q", a.body)
		}
		if r := w.lastReport(); !errors.Is(r.Broken, io.ErrUnexpectedEOF) {
			t.Errorf("it is reported as %v", r.Broken)
		}
	}
	if s, _ := w.board.Summary("/short"); s.Errors != 1 {
		t.Errorf("it is counted as %+v", s)
	}
}

func TestLargeBodies(t *testing.T) {
	w := newWorld(t)
	w.register("/echo", serving(t, func(out http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(out).EnableFullDuplex()
		_, _ = io.Copy(out, r.Body)
	}))
	large := strings.Repeat(`{"jsonrpc":"2.0","method":"tools/call","params":{"name":"big"}} `, 160_000) // 10 MB.
	if a := w.send("POST", "/echo", large); a.err != nil || a.body != large {
		t.Errorf("10 MB came back as %d bytes, %v", len(a.body), a.err)
	}
	if r := w.lastReport(); r.Method != "tools/call" || r.Name != "big" || r.Service != "/echo" {
		t.Errorf("the report is %+v", r)
	}
	// Of unknown length, in parts.
	res := w.open(t.Context(), "POST", "/echo", io.MultiReader(strings.NewReader("a"), strings.NewReader(large)))
	back, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || len(back) != len(large)+1 {
		t.Errorf("in parts: %d bytes, %v", len(back), err)
	}
	endless := io.LimitReader(zeros{}, gateway.MaxBody+10)
	if res := w.open(t.Context(), "POST", "/echo", struct{ io.Reader }{endless}); res.StatusCode == http.StatusOK {
		n, err := io.Copy(io.Discard, res.Body)
		if err == nil {
			t.Errorf("more than MaxBody passes: %d bytes", n)
		}
	} else if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("more than MaxBody: %d", res.StatusCode)
	}
}

// A stream that lasts begins with little memory; its events may be large.
func TestALargeEvent(t *testing.T) {
	w := newWorld(t)
	event := "data: " + strings.Repeat("x", 1<<20) + "\n\n"
	w.register("/stream", serving(t, func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(out, event+event)
	}))
	if a := w.send("GET", "/stream", ""); a.err != nil || a.body != event+event {
		t.Errorf("2 MB came as %d bytes, %v", len(a.body), a.err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// Each event arrives before the next is sent, and what the caller sends does
// while the answer runs.
func TestStreamsAreFlushedAtOnce(t *testing.T) {
	w := newWorld(t)
	next, gone := make(chan string), make(chan struct{})
	w.register("/stream", serving(t, func(out http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(out)
		out.Header().Set("Content-Type", "text/event-stream")
		_ = control.Flush()
		for {
			select {
			case text, more := <-next:
				if !more {
					return
				}
				_, _ = io.WriteString(out, text)
				_ = control.Flush()
			case <-r.Context().Done():
				gone <- struct{}{}
				return
			}
		}
	}))
	for _, method := range []string{"GET", "POST"} {
		res := w.open(t.Context(), method, "/stream", strings.NewReader(""))
		lines := bufio.NewReader(res.Body)
		if method == "POST" {
			eventually(t, "an open stream is counted", func() bool { s, _ := w.board.Summary("/stream"); return s.OpenStreams == 1 })
		}
		for i := range 3 {
			event := fmt.Sprintf("data: %d\n", i)
			next <- event
			if got, err := lines.ReadString('\n'); err != nil || got != event {
				t.Fatalf("%s: %q, %v", method, got, err)
			}
		}
		if method == "POST" {
			close(next)
			if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
				t.Errorf("the end of the stream: %q, %v", rest, err)
			}
		}
		_ = res.Body.Close()
		if method == "GET" {
			<-gone
		}
	}
	eventually(t, "no stream is open", func() bool { s, _ := w.board.Summary("/stream"); return s.OpenStreams == 0 })
}

func TestTheCallerLeaves(t *testing.T) {
	w := newWorld(t)
	came, left := make(chan struct{}), make(chan struct{})
	hang := func(out http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			out.Header().Set("Content-Type", "text/event-stream")
			_ = http.NewResponseController(out).Flush()
		}
		_, _ = io.Copy(io.Discard, r.Body)
		came <- struct{}{}
		<-r.Context().Done()
		left <- struct{}{}
	}
	w.register("/hang", serving(t, hang))
	for _, method := range []string{"GET", "POST"} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-came
			cancel()
		}()
		r, _ := http.NewRequestWithContext(ctx, method, w.url+"/hang", strings.NewReader(strings.Repeat("x", 100)))
		res, err := http.DefaultTransport.RoundTrip(r)
		if err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
		<-left
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// Stop ends streams as if they were over, and nothing else: not the answer to a
// call, which may well be a stream too.
func TestStop(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	w.register("/up", serving(t, func(out http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			out.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(out, "data: 1\n\n")
			_ = http.NewResponseController(out).Flush()
			<-r.Context().Done()
			return
		}
		out.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(out).Flush()
		<-release
		_, _ = io.WriteString(out, "done")
	}))
	stream := w.open(t.Context(), "GET", "/up", nil)
	answers := make(chan answer)
	go func() { answers <- w.send("POST", "/up", "{}") }()
	eventually(t, "both are under way", func() bool { s, _ := w.board.Summary("/up"); return s.OpenStreams == 2 })
	w.Stop()
	if text, err := io.ReadAll(stream.Body); err != nil || string(text) != "data: 1\n\n" {
		t.Errorf("the stream ended with %q, %v", text, err)
	}
	_ = stream.Body.Close()
	close(release)
	if a := <-answers; a.body != "done" {
		t.Errorf("the call ended with %d %q", a.StatusCode, a.body)
	}
}

// A connection that the upstream has closed meanwhile costs the caller of what
// only reads nothing.
func TestADeadIdleConnection(t *testing.T) {
	w := newWorld(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			r, err := http.ReadRequest(bufio.NewReader(conn))
			if err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
			}
			_ = conn.Close()
		}
	}()
	w.register("/up", "http://"+listener.Addr().String())
	for range 20 {
		if a := w.send("POST", "/up", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`); a.StatusCode != http.StatusOK || a.body != "ok" {
			t.Errorf("%d %q", a.StatusCode, a.body)
		}
	}
}

// A service that is switched off, moved or removed takes its streams along, and
// one that is only looked at anew does not.
func TestStreamsEndWithTheirService(t *testing.T) {
	w := newWorld(t)
	stream := func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(out, "data: 1\n\n")
		_ = http.NewResponseController(out).Flush()
		<-r.Context().Done()
	}
	up, other := serving(t, stream), serving(t, stream)
	for name, end := range map[string]func(){
		"off":   func() { w.register("/up", up, func(s *registry.Service) { s.Enabled = false }) },
		"moved": func() { w.register("/up", other) },
		"gone":  func() { w.routes.Update(w.services["/up"], nil); delete(w.services, "/up") },
	} {
		w.register("/up", up)
		res := w.open(t.Context(), "GET", "/up", nil)
		first := make([]byte, 9)
		if _, err := io.ReadFull(res.Body, first); err != nil {
			t.Fatal(err)
		}
		w.register("/up", up, detected(registry.StreamableHTTP, up+"/mcp"))
		if s, _ := w.board.Summary("/up"); s.OpenStreams != 1 {
			t.Errorf("%s: %d streams are open after a check", name, s.OpenStreams)
		}
		end()
		if rest, err := io.ReadAll(res.Body); err != nil || len(rest) > 0 {
			t.Errorf("%s: the stream ends with %q, %v", name, rest, err)
		}
		_ = res.Body.Close()
	}
}
