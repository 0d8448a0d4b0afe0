package gateway_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The transport may go on sending a body after the upstream has answered. What it
// sends then is that caller's still, whoever calls next. Where it copies first,
// only the race detector sees the difference.
func TestABodyThatIsSentAfterTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next, rest := make(chan struct{}), make(chan []byte)
		routes := gateway.NewRoutes(traffic.NewBoard())
		g := gateway.New(gateway.Options{Routes: routes, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			near, far := net.Pipe()
			if address == "clear:80" {
				go answerAll(far)
				return near, nil
			}
			go func() {
				defer func() { _ = far.Close() }()
				_, _ = far.Read(make([]byte, 4096))
				_, _ = io.WriteString(far, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly")
				_, _ = io.Copy(io.Discard, far)
			}()
			return slow{near, next, rest}, nil
		}})
		defer time.Sleep(time.Second) // What was hung up on comes to its end.
		defer g.Close()
		forward := func(path, letter, want string) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(strings.Repeat(letter, 30<<10)))
			w := httptest.NewRecorder()
			if err := g.Forward(w, r, &gateway.Caller{Principal: auth.NewUser(letter)}, new(gateway.Report)); err != nil || w.Body.String() != want {
				t.Fatalf("%s: %q, %v", path, w.Body, err)
			}
		}
		// Names in other letters than ASCII's are the transport's.
		routes.Update(nil, &registry.Service{Path: "/early", Enabled: true, Upstream: "http://früh"})
		routes.Update(nil, &registry.Service{Path: "/clear", Enabled: true, Upstream: "http://clear"})
		for range 4 { // Under the race detector pools forget at times.
			forward("/early", "a", "early")
			forward("/clear", "b", "ok")
			next <- struct{}{}
			if more := <-rest; len(more) < 20<<10 || bytes.ContainsRune(more, 'b') {
				t.Errorf("of %d bytes that are sent late %d are another caller's", len(more), bytes.Count(more, []byte("b")))
			}
		}
	})
}

// slow is a connection that takes what is large late, and hands it in.
type slow struct {
	net.Conn
	next <-chan struct{}
	rest chan<- []byte
}

// Write writes, also while the connection is being closed.
func (s slow) Write(p []byte) (int, error) {
	if len(p) < 20<<10 {
		return s.Conn.Write(p)
	}
	<-s.next
	s.rest <- bytes.Clone(p)
	return 0, net.ErrClosed
}

// answerAll is an upstream that waits for the whole of a request.
func answerAll(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	text := make([]byte, 64<<10)
	for n := 0; ; {
		more, err := conn.Read(text[n:])
		if err != nil {
			return
		}
		if n += more; n > 30<<10 {
			n = 0
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}
	}
}
