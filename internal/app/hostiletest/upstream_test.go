package hostiletest

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// seen is a request as it arrived at an upstream.
type seen struct {
	*http.Request
	body string
	// err says that the body broke off.
	err error
}

// recorder is an upstream that keeps what arrives: requests, and the bytes of
// each connection. The gateway's own checks are answered, and left out.
type recorder struct {
	URL string

	mu       sync.Mutex
	requests []seen
	bytes    []*bytes.Buffer
}

// newRecorder starts one. It answers with h, or with a plain 200.
func newRecorder(tb testing.TB, h http.HandlerFunc) *recorder {
	tb.Helper()
	rec := &recorder{}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isCheck(r) {
			http.Error(w, "no MCP here", http.StatusNotFound)
			return
		}
		body, err := io.ReadAll(r.Body)
		rec.mu.Lock()
		rec.requests = append(rec.requests, seen{r, string(body), err})
		rec.mu.Unlock()
		if h != nil {
			h(w, r)
			return
		}
		_, _ = io.WriteString(w, "ok")
	}))
	s.Listener = recording{s.Listener, rec}
	s.Start()
	tb.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	rec.URL = s.URL
	return rec
}

func isCheck(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("User-Agent"), "mcpgateway/")
}

// take is what arrived since the last time.
func (rec *recorder) take() []seen {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	all := rec.requests
	rec.requests = nil
	return all
}

// wire is every byte that arrived.
func (rec *recorder) wire() string {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	var all bytes.Buffer
	for _, b := range rec.bytes {
		all.Write(b.Bytes())
	}
	return all.String()
}

type recording struct {
	net.Listener
	rec *recorder
}

// Accept waits for a connection that keeps a copy of what is read.
func (l recording) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	b := new(bytes.Buffer)
	l.rec.mu.Lock()
	l.rec.bytes = append(l.rec.bytes, b)
	l.rec.mu.Unlock()
	return &recordedConn{conn, l.rec, b}, nil
}

type recordedConn struct {
	net.Conn
	rec  *recorder
	copy *bytes.Buffer
}

// Read reads, and keeps a copy.
func (c *recordedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.rec.mu.Lock()
	c.copy.Write(p[:n])
	c.rec.mu.Unlock()
	return n, err
}

// early is the size of a body, in bytes, from which on a script answers without
// reading it.
const early = 64 << 10

// script is an upstream that answers with bytes of the test's choice.
type script struct {
	URL string

	mu     sync.Mutex
	answer func(net.Conn, *http.Request)
}

// say sets what is written to the next requests' connections, which end then.
func (s *script) say(text string) {
	s.do(func(c net.Conn, _ *http.Request) { _, _ = io.WriteString(c, text) })
}

// do sets what becomes of the next requests' connections.
func (s *script) do(answer func(net.Conn, *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// newScript starts an upstream that has nothing to say yet. Its connections end
// with the test.
func newScript(tb testing.TB) *script {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &script{URL: "http://" + l.Addr().String()}
	s.say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
	var running sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			running.Go(func() { s.serve(conn) })
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range slices.Clone(conns) {
			_ = c.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	return s
}

func (s *script) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	if isCheck(r) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(conn, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	if r.ContentLength >= 0 && r.ContentLength < early {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	answer(conn, r)
}
