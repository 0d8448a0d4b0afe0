package http1_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/http1"
)

const (
	get  = "GET /a HTTP/1.1\r\n" + host + "\r\n"
	post = "POST /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello"
)

// A caller who leaves ends the request's context, however long after the
// request that is.
func TestCallerLeaves(t *testing.T) {
	began, ended := make(chan struct{}), make(chan error)
	s := serving(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		began <- struct{}{}
		<-r.Context().Done()
		ended <- r.Context().Err()
	}), true)
	for _, text := range []string{get, post} {
		conn, _ := s.dial(t)
		_, _ = io.WriteString(conn, text)
		<-began
		_ = conn.Close()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// One that stays, and says more meanwhile, is waited for, and heard.
func TestLongRequest(t *testing.T) {
	s := serving(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
			t.Error("the request ended though nobody left")
		case <-time.After(50 * time.Millisecond): // Several times what passes before anybody watches.
		}
		_, _ = io.WriteString(w, "ok")
	}), true)
	conn, in := s.dial(t)
	for range 3 {
		_, _ = io.WriteString(conn, post)
		expect(t, in, "ok")
	}
	// Two at once, of which the second comes while the first is answered.
	_, _ = io.WriteString(conn, post)
	time.Sleep(20 * time.Millisecond)
	_, _ = io.WriteString(conn, get)
	expect(t, in, "ok")
	expect(t, in, "ok")
}

// Parts go out as they are flushed, and the caller is watched all the time.
func TestStream(t *testing.T) {
	next, ended := make(chan string), make(chan struct{})
	s := serving(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		control := http.NewResponseController(w)
		_ = control.Flush()
		for {
			select {
			case text := <-next:
				_, _ = io.WriteString(w, text)
				if err := control.Flush(); err != nil {
					t.Error(err)
				}
			case <-r.Context().Done():
				return
			}
		}
	}), true)
	conn, in := s.dial(t)
	_, _ = io.WriteString(conn, get)
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"a", "b", strings.Repeat("c", 100_000)} {
		next <- text
		got := make([]byte, len(text))
		if _, err := io.ReadFull(res.Body, got); err != nil || string(got) != text {
			t.Fatalf("read %.10q: %v", got, err)
		}
	}
	_ = conn.Close()
	<-ended
}

// A connection goes to net/http at the first request that is not for here, and
// nothing is lost on the way.
func TestHandover(t *testing.T) {
	s := serving(t, nil, true)
	conn, in := s.dial(t)
	chunked := "POST /b HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
	_, _ = io.WriteString(conn, post+chunked+post)
	for range 3 {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(text), `"content":"hello"`) {
			t.Errorf("%s, %v", text, err)
		}
	}
	if s.direct != 1 {
		t.Errorf("%d were served without net/http", s.direct)
	}
}

// Bytes that trickle in are read by net/http.
func TestSlowHeader(t *testing.T) {
	s := serving(t, nil, true)
	conn, in := s.dial(t)
	_, _ = io.WriteString(conn, post[:20])
	time.Sleep(20 * time.Millisecond)
	_, _ = io.WriteString(conn, post[20:])
	if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("answered with %+v, %v", res, err)
	}
}

// limited serves h within limits.
func limited(t *testing.T, h http.Handler, limit func(*http.Server)) (*http1.Server, *site) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http1.Server{
		HTTP:  &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)},
		Takes: func(*http.Request) bool { return true },
	}
	limit(server.HTTP)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	return server, &site{address: listener.Addr().String()}
}

// Connections that wait are closed after their time, before the first request
// and after it.
func TestIdleConnections(t *testing.T) {
	_, s := limited(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), func(h *http.Server) {
		h.ReadHeaderTimeout, h.IdleTimeout = 20*time.Millisecond, 20*time.Millisecond
	})
	for _, text := range []string{"", get} {
		conn, in := s.dial(t)
		_, _ = io.WriteString(conn, text)
		if back, err := io.ReadAll(in); err != nil || len(answersIn(back)) != len(text)/len(get) {
			t.Errorf("after %q: %q, %v", text, back, err)
		}
	}
}

// The end lets requests finish, closes what waits, and takes nothing new.
func TestShutdown(t *testing.T) {
	began, finish := make(chan struct{}), make(chan struct{})
	server, s := limited(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			close(began)
			<-finish
		}
		_, _ = io.WriteString(w, "ok")
	}), func(*http.Server) {})
	waits, inWaits := s.dial(t)
	_, _ = io.WriteString(waits, get)
	expect(t, inWaits, "ok")
	fresh, inFresh := s.dial(t)
	busy, inBusy := s.dial(t)
	_, _ = io.WriteString(busy, post)
	<-began

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a request under way: %v", err)
	}
	for what, in := range map[string]io.Reader{"one that waits": inWaits, "a fresh one": inFresh} {
		if _, err := in.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s is still open: %v", what, err)
		}
	}
	_ = fresh.Close()
	if conn, err := net.Dial("tcp", s.address); err == nil {
		_ = conn.Close()
		t.Error("the listener is still open")
	}
	ended := make(chan error)
	go func() { ended <- server.Shutdown(t.Context()) }()
	close(finish)
	res, err := http.ReadResponse(inBusy, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(res.Body); string(text) != "ok" {
		t.Errorf("answered with %q", text)
	}
	if err := <-ended; err != nil {
		t.Errorf("at the end: %v", err)
	}
	if _, err := inBusy.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last answer: %v", err)
	}
}

// Close cuts what is under way, and the handler hears of it.
func TestClose(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	server, s := limited(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		close(ended)
	}), func(*http.Server) {})
	conn, _ := s.dial(t)
	_, _ = io.WriteString(conn, get)
	<-began
	_ = server.Close()
	<-ended
}

// expect reads an answer.
func expect(t *testing.T, in *bufio.Reader, want string) {
	t.Helper()
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(res.Body); err != nil || string(text) != want {
		t.Errorf("answered with %q, %v", text, err)
	}
}
