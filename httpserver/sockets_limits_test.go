package httpserver

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
)

// goodHandshake opens a socket; the tests leave parts of it out.
const goodHandshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

func TestSocketHandshakeFaults(t *testing.T) {
	t.Parallel()
	e := startSocketEdge(t, nil, nil)
	without := func(line string) string { return strings.Replace(goodHandshake, line+"\r\n", "", 1) }
	faults := []struct {
		name, headers string
		status        int
		detail        string
	}{
		{"no key", without("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 400, "Sec-WebSocket-Key"},
		{"short key", strings.Replace(goodHandshake, "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 1), 400, "Sec-WebSocket-Key"},
		{"key no base64", strings.Replace(goodHandshake, "dGhlIHNhbXBsZSBub25jZQ==", "?", 1), 400, "Sec-WebSocket-Key"},
		{"no upgrade", without("Upgrade: websocket"), 400, "proxies"},
		{"other upgrade", strings.Replace(goodHandshake, "Upgrade: websocket", "Upgrade: h2c", 1), 400, "proxies"},
		{"no connection", without("Connection: Upgrade"), 400, "proxies"},
		{"no version", without("Sec-WebSocket-Version: 13"), 426, "version 13"},
		{"old version", strings.Replace(goodHandshake, "Version: 13", "Version: 8", 1), 426, "version 13"},
		{"foreign origin", goodHandshake + "Origin: https://evil.example\r\n", 403, "another site"},
		{"opaque origin", goodHandshake + "Origin: null\r\n", 403, "another site"},
	}
	for i, f := range faults {
		res, problem := e.problem(t, f.headers)
		if res.StatusCode != f.status || problem.Status != f.status || !strings.Contains(problem.Detail, f.detail) {
			t.Errorf("%s: %s, %+v", f.name, res.Status, problem)
		}
		if f.status == http.StatusUpgradeRequired && (res.Header.Get("Sec-Websocket-Version") != "13" || res.Header.Get("Upgrade") != "websocket") {
			t.Errorf("%s: the answer names no version: %v", f.name, res.Header)
		}
		eventually(t, func() bool { return e.sockets.failed.Load() == int64(i+1) },
			func() string { return f.name + ": the failure was not counted" })
	}
	if n := e.sockets.open(); n != 0 {
		t.Errorf("%d sockets are counted, and none was opened", n)
	}
	// Our own origin is fine, and so is more than one token.
	conn := e.rawRequest(t, "GET", strings.Replace(goodHandshake, "Connection: Upgrade", "Connection: keep-alive, Upgrade", 1)+"Origin: http://"+e.addr+"\r\n")
	if res := readResponse(t, conn); res.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("a good handshake: %s", res.Status)
	}
	// A HEAD is no handshake, whatever it says.
	if res := readResponse(t, e.rawRequest(t, "HEAD", goodHandshake)); res.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %s", res.Status)
	}
	if n := e.sockets.failed.Load(); n != int64(len(faults)) {
		t.Errorf("%d failures are counted, of %d", n, len(faults))
	}
}

func TestSocketEarlyData(t *testing.T) {
	t.Parallel()
	e := startSocketEdge(t, nil, nil)
	conn := e.rawRequest(t, "GET", goodHandshake+"\r\n\x81\x80\x00\x00\x00\x00")
	if answer, _ := io.ReadAll(conn); strings.Contains(string(answer), " 101 ") {
		t.Errorf("frames before the end of the handshake were taken: %q", answer)
	}
	eventually(t, func() bool { return e.sockets.failed.Load() == 1 && e.sockets.open() == 0 },
		func() string { return "the failure was not counted" })
}

func TestSocketLimits(t *testing.T) {
	t.Parallel()
	t.Run("in all", func(t *testing.T) {
		t.Parallel()
		e := startSocketEdge(t, nil, func(o *Options) { o.MaxSockets = 3 })
		e.fillUp(t, 3, http.StatusServiceUnavailable)
	})
	t.Run("per address", func(t *testing.T) {
		t.Parallel()
		e := startSocketEdge(t, nil, func(o *Options) { o.MaxSocketsPerAddress = 3 })
		e.fillUp(t, 3, http.StatusTooManyRequests)
	})
}

// fillUp opens n sockets, is refused one more, and gets it once one closes.
func (e *socketEdge) fillUp(t *testing.T, n, refusal int) {
	t.Helper()
	listeners := make([]*listener, n)
	for i := range listeners {
		listeners[i] = e.listen(t)
	}
	for i := range 2 {
		res, problem := e.problem(t, goodHandshake)
		if res.StatusCode != refusal || problem.Status != refusal || res.Header.Get("Retry-After") == "" {
			t.Errorf("one too many: %s, %v, %+v", res.Status, res.Header, problem)
		}
		eventually(t, func() bool { return e.sockets.failed.Load() == int64(i+1) }, func() string { return "the refusal was not counted" })
	}
	if open := e.sockets.open(); open != int64(n) {
		t.Errorf("%d sockets are counted of %d", open, n)
	}
	// Plain requests go on.
	e.agree(t, listeners...)
	_ = listeners[0].conn.Close()
	eventually(t, func() bool { return e.sockets.open() == int64(n-1) }, func() string { return "the closed socket is counted still" })
	e.agree(t, e.listen(t))
	eventually(t, func() bool { return e.broadcastStats(t).Subscribers == n }, func() string { return "the closed socket is subscribed still" })
	for _, l := range listeners {
		_ = l.conn.Close()
	}
	eventually(t, func() bool { return e.sockets.open() == 1 && e.broadcastStats(t).Subscribers == 1 },
		func() string { return "closed sockets are counted still" })
	if failed := e.broadcastStats(t).FailedSends; failed != 0 {
		t.Errorf("%d sends failed to clients that left in peace", failed)
	}
}

// problem sends the headers and reads a problem (RFC 9457).
func (e *socketEdge) problem(t *testing.T, headers string) (*http.Response, gen.Problem) {
	t.Helper()
	res := readResponse(t, e.rawRequest(t, "GET", headers))
	var p gen.Problem
	if kind := res.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("%s of type %q", res.Status, kind)
	} else if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
		t.Error(err)
	}
	return res, p
}

func readResponse(t *testing.T, conn net.Conn) *http.Response {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close() // Or else the body of a socket would be read to its end.
		_ = res.Body.Close()
	})
	return res
}
