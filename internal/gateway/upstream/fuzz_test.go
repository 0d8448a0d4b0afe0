package upstream_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/gateway/upstream"
	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// canned is a connection to an upstream that says the same whatever it is asked,
// as soon as it was asked something.
type canned struct {
	net.Conn // Nil: what is not below is not used.
	text     *strings.Reader
	once     sync.Once
	asked    chan struct{}
}

func newCanned(text string) *canned {
	return &canned{text: strings.NewReader(text), asked: make(chan struct{})}
}

// Read reads what is said.
func (c *canned) Read(p []byte) (int, error) {
	<-c.asked
	return c.text.Read(p)
}

// Write asks.
func (c *canned) Write(p []byte) (int, error) {
	c.once.Do(func() { close(c.asked) })
	return len(p), nil
}

// Close hangs up.
func (c *canned) Close() error {
	c.once.Do(func() { close(c.asked) })
	return nil
}

func (c *canned) SetReadDeadline(time.Time) error  { return nil }
func (c *canned) SetWriteDeadline(time.Time) error { return nil }

// FuzzResponse: whatever an upstream says, the pool understands what
// http.Transport does, or both refuse it.
func FuzzResponse(f *testing.F) {
	log.SetOutput(io.Discard) // Where the transport tells of bytes too many.
	defer log.SetOutput(os.Stderr)
	for _, text := range []string{
		"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nA: 1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: {}\n\n",
		"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n",
		"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 200 OK\r\n A: 1\r\n\r\n", "HTTP/1.1 99 Low\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nmore",
		"SSH-2.0-OpenSSH_9.2\r\n", strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 7), "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
	} {
		for kind := range uint8(3) {
			f.Add(kind, text)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		if len(text) > 2<<10 {
			return // Both bound a header, and count a little differently.
		}
		method := []string{http.MethodGet, http.MethodPost, http.MethodHead}[kind%3]
		dial := func(context.Context, string, string) (net.Conn, error) { return newCanned(text), nil }
		ask := func(send func(*http.Request) (*http.Response, error)) understood {
			r, err := http.NewRequestWithContext(t.Context(), method, "http://upstream/a", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			return read(send(r))
		}
		pool := upstream.New(upstream.Options{
			Dial: dial, IdleTime: time.Minute, IdlePerAddress: 1,
			HeaderTime: time.Minute, WriteTime: time.Minute, MaxHeader: 8 << 10,
		})
		defer pool.Close()
		transport := &http.Transport{DialContext: dial, DisableCompression: true, MaxResponseHeaderBytes: 8 << 10}
		defer transport.CloseIdleConnections()
		got := ask(func(r *http.Request) (*http.Response, error) {
			return pool.RoundTrip(r.Context(), "upstream:80", &upstream.Request{Method: r.Method, URL: r.URL}, new(httpfield.Set))
		})
		want := ask(transport.RoundTrip)
		if got.Status == http.StatusSwitchingProtocols {
			want.Text = "" // What follows is of a protocol that nobody asked for.
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s %q (-net/http +pool):\n%s", method, text, diff)
		}
	})
}

// understood is what was understood of a response. Trailers are nobody's business.
type understood struct {
	Refused, CutOff bool
	Last            bool // The connection's.
	Status          int
	Length          int64
	Header          http.Header
	Text            string
}

func read(res *http.Response, err error) understood {
	if err != nil {
		return understood{Refused: true}
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	return understood{CutOff: err != nil, Last: res.Close, Status: res.StatusCode, Length: res.ContentLength, Header: res.Header, Text: string(text)}
}
