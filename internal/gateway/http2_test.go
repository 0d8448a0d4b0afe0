package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
)

// To HTTP/2 a deadline is the stream's, whether or not anybody is writing or
// reading when it passes.
func TestDeadlinesOverHTTP2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		url, client := overHTTP2(t, func(out http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				time.Sleep(40 * time.Second)
				_, _ = io.Copy(out, r.Body)
				return
			}
			if r.URL.Path != "/late" {
				out.Header().Set("Content-Type", "text/event-stream")
			}
			_ = http.NewResponseController(out).Flush()
			for range 3 {
				time.Sleep(10 * time.Minute)
				_, _ = io.WriteString(out, "data: x\n\n")
				_ = http.NewResponseController(out).Flush()
			}
		})
		for _, tail := range []string{"/quiet", "/late"} {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, url+tail, nil)
			res, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil || len(text) != 3*len("data: x\n\n") || res.ProtoMajor != 2 {
				t.Errorf("%s, quiet for minutes, over %s: %q, %v", tail, res.Proto, text, err)
			}
		}
		large := bytes.Repeat([]byte("x"), 300<<10)
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(large))
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		back, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || !bytes.Equal(back, large) {
			t.Errorf("an upstream that takes a body late: %d, %d bytes, %v", res.StatusCode, len(back), err)
		}
	})
}

// A caller that takes nothing more is not waited for.
func TestAStalledCallerOverHTTP2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := make(chan struct{})
		url, client := overHTTP2(t, func(out http.ResponseWriter, r *http.Request) {
			defer close(gone)
			for r.Context().Err() == nil {
				_, _ = out.Write(make([]byte, 1<<20))
			}
		})
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		<-gone
		if waited := time.Since(began); waited < 30*time.Second || waited > 3*time.Minute {
			t.Errorf("waited for %v", waited)
		}
		_, err = io.Copy(io.Discard, bufio.NewReader(res.Body))
		_ = res.Body.Close()
		if err == nil {
			t.Error("half an answer looks whole")
		}
	})
}

// overHTTP2 is the address of a service, and a client that speaks HTTP/2 to the
// gateway. All connections are in memory, and belong to the test's bubble.
func overHTTP2(t *testing.T, upstream http.HandlerFunc) (string, *http.Client) {
	t.Helper()
	w := &world{
		t: t, board: traffic.NewBoard(),
		failures: make(chan registry.Path, 100),
		services: make(map[registry.Path]*registry.Service),
	}
	w.routes = gateway.NewRoutes(w.board)
	up, front := newPipes(), newPipes()
	w.Gateway = gateway.New(gateway.Options{Routes: w.routes, Dial: up.dial, Box: secret.NewBox([32]byte{2})})
	w.register("/up", "http://upstream")
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	servers := []*http.Server{
		{Handler: upstream},
		{Handler: http.HandlerFunc(w.serve), Protocols: protocols},
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = servers[0].Serve(up) })
	serving.Go(func() { _ = servers[1].Serve(front) })
	transport := &http.Transport{DialContext: front.dial, Protocols: protocols}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		w.Gateway.Close()
		for _, s := range servers {
			_ = s.Close()
		}
		serving.Wait()
		time.Sleep(time.Second) // Servers let connections linger.
	})
	return "http://gateway/up", &http.Client{Transport: transport}
}

// pipes is a listener whose connections are in memory.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
