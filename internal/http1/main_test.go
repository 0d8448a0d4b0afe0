package http1_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mcpgateway/mcpgateway/internal/http1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a server and what its handler saw.
type site struct {
	address string
	stop    func()

	mu   sync.Mutex
	seen []string
	// direct counts the requests that were served without net/http.
	direct int
}

// saw is a request as a handler sees it, in comparable form.
func saw(r *http.Request, content []byte, err error) string {
	header := r.Header.Clone()
	text, _ := json.Marshal(map[string]any{
		"method": r.Method, "uri": r.RequestURI, "path": r.URL.Path, "raw": r.URL.RawPath, "query": r.URL.RawQuery,
		"host": r.Host, "header": header, "length": r.ContentLength, "content": string(content), "failed": err != nil,
		"close": r.Close, "proto": r.Proto,
	})
	return string(text)
}

// echo tells the caller what it saw.
func (s *site) echo(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	text := saw(r, content, err)
	s.mu.Lock()
	s.seen = append(s.seen, text)
	s.mu.Unlock()
	_, _ = io.WriteString(w, text)
}

// serving serves h, without net/http where that is not needed and direct.
func serving(t testing.TB, h http.Handler, direct bool) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{address: listener.Addr().String()}
	if h == nil {
		h = http.HandlerFunc(s.echo)
	}
	plain := &http.Server{
		Handler: h, ReadHeaderTimeout: time.Minute, IdleTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	server := &http1.Server{HTTP: plain, Takes: func(*http.Request) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.direct++
		return true
	}}
	served := make(chan error, 1)
	go func() {
		if direct {
			served <- server.Serve(listener)
		} else {
			served <- plain.Serve(listener)
		}
	}()
	s.stop = sync.OnceFunc(func() {
		if direct {
			_ = server.Close()
		} else {
			_ = plain.Close()
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve: %v", err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// dial connects.
func (s *site) dial(t testing.TB) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn, bufio.NewReader(conn)
}

// say sends bytes, ends that direction, and is all that came back.
func (s *site) say(t testing.TB, text []byte) []byte {
	t.Helper()
	conn, in := s.dial(t)
	_, _ = conn.Write(text)
	_ = conn.(*net.TCPConn).CloseWrite()
	back, _ := io.ReadAll(in)
	return back
}

// answersIn reads the responses in what came back.
func answersIn(back []byte) (all []string) {
	in := bufio.NewReader(bytes.NewReader(back))
	for {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return all
		}
		content, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		res.Header.Del("Date")
		text, _ := json.Marshal(map[string]any{
			"status": res.StatusCode, "header": res.Header, "content": string(content), "failed": err != nil,
			"length": res.ContentLength, "close": res.Close,
		})
		all = append(all, string(text))
	}
}
