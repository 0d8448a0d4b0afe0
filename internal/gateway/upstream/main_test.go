package upstream_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mcpgateway/mcpgateway/internal/gateway/upstream"
	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is an upstream that a script plays, connection by connection.
type server struct {
	*upstream.Pool
	address string
	// connections counts those that came.
	connections atomic.Int32
}

// talk is one connection: what comes in, and where the answers go.
type talk struct {
	net.Conn
	in *bufio.Reader
}

// next reads a request, its content included; it is nil once there is none.
func (t talk) next() *http.Request {
	r, err := http.ReadRequest(t.in)
	if err != nil {
		return nil
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	r.Body = io.NopCloser(strings.NewReader(string(content)))
	return r
}

func (t talk) say(text string) { _, _ = io.WriteString(t, text) }

// serving plays the script for each connection, of which n is the number, from
// 1 on. It hangs up after the script.
func serving(t *testing.T, script func(c talk, n int32), adjust ...func(*upstream.Options)) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: listener.Addr().String()}
	o := upstream.Options{
		Dial:     new(net.Dialer).DialContext,
		IdleTime: time.Minute, IdlePerAddress: 2,
		HeaderTime: time.Minute, WriteTime: time.Minute,
		MaxHeader: 4 << 10,
	}
	for _, f := range adjust {
		f(&o)
	}
	s.Pool = upstream.New(o)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			n := s.connections.Add(1)
			go func() {
				defer func() { _ = conn.Close() }()
				script(talk{conn, bufio.NewReader(conn)}, n)
			}()
		}
	}()
	t.Cleanup(func() {
		s.Close()
		_ = listener.Close()
	})
	return s
}

// do sends a request and reads the whole response.
func (s *server) do(ctx context.Context, method, content string, again bool, header ...string) (*http.Response, string, error) {
	r := upstream.Request{
		Method: method, URL: &url.URL{Host: s.address, Path: "/a/b", RawPath: "/a%2Fb", RawQuery: "q=1"},
		Content: []byte(content), Again: again,
	}
	for i := 0; i < len(header); i += 2 {
		r.Fields = append(r.Fields, httpfield.Field{Name: header[i], Value: header[i+1]})
	}
	res, err := s.RoundTrip(ctx, s.address, &r, new(httpfield.Set))
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return res, string(text), err
}

// ask is do for a call that is to succeed.
func (s *server) ask(t *testing.T, method, content string) (*http.Response, string) {
	t.Helper()
	res, text, err := s.do(t.Context(), method, content, false)
	if err != nil {
		t.Fatal(err)
	}
	return res, text
}
