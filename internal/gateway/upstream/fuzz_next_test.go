package upstream_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/gateway/upstream"
	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// scripted is a connection to an upstream that has a text for each request.
type scripted struct {
	net.Conn // Nil: what is not below is not used.
	texts    []string
	said     strings.Reader
}

// Read reads what is said.
func (c *scripted) Read(p []byte) (int, error) { return c.said.Read(p) }

// Write asks, and gets the next text.
func (c *scripted) Write(p []byte) (int, error) {
	c.said.Reset("")
	if len(c.texts) > 0 {
		c.said.Reset(c.texts[0])
		c.texts = c.texts[1:]
	}
	return len(p), nil
}

func (c *scripted) Close() error                     { return nil }
func (c *scripted) SetReadDeadline(time.Time) error  { return nil }
func (c *scripted) SetWriteDeadline(time.Time) error { return nil }

// FuzzNextResponse: a connection is used again only after a response that was
// whole and did not say otherwise, to net/http too; and what came over it before
// does not show in how the next response is read.
func FuzzNextResponse(f *testing.F) {
	const head = "HTTP/1.1 200 OK\r\n"
	texts := []string{
		head + "A: 1\r\nContent-Length: 2\r\n\r\nok", head + "A: 2\r\nContent-Length: 2\r\n\r\nno", head + "Content-Length: 2\r\nA: 1\r\n\r\nok",
		"HTTP/1.1 404 Not Found\r\nA: 1\r\nA: 1\r\nContent-Length: 0\r\n\r\n", head + "A: 1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
		head + "A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", head + "Connection: close\r\nContent-Length: 2\r\n\r\nok", head + "A: 1\r\n\r\nto the end",
		"HTTP/1.1 204 No Content\r\nA: 1\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", head + "A: 1\r\n B: 2\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 103 Early Hints\r\nA: 1\r\n\r\n" + head + "A: 1\r\nContent-Length: 2\r\n\r\nok", head + "Content-Length: 2\r\n\r\nokmore", head + "Content-Length: 3\r\n\r\nok",
	}
	for i, first := range texts {
		f.Add(first, texts[(i+1)%len(texts)], false)
		f.Add(first, texts[0], true)
	}
	f.Fuzz(func(t *testing.T, first, second string, bare bool) {
		if len(first)+len(second) > 2<<10 {
			return // The header is bounded, and so is what is read ahead.
		}
		method := http.MethodGet
		if bare {
			method = http.MethodHead
		}
		over := 0
		ask := func(texts ...string) (all []understood) {
			dial := func(context.Context, string, string) (net.Conn, error) {
				over++
				return &scripted{texts: texts[len(all):]}, nil
			}
			pool := upstream.New(upstream.Options{
				Dial: dial, IdleTime: time.Minute, IdlePerAddress: 1,
				HeaderTime: time.Minute, WriteTime: time.Minute, MaxHeader: 8 << 10,
			})
			defer pool.Close()
			var set httpfield.Set
			for range texts {
				r := upstream.Request{Method: method, URL: &url.URL{Host: "upstream", Path: "/a"}}
				u := read(pool.RoundTrip(t.Context(), "upstream:80", &r, &set))
				u.Header = u.Header.Clone()
				all = append(all, u)
			}
			return all
		}
		alone := append(ask(first), ask(second)...)
		over = 0
		together := ask(first, second)
		if diff := cmp.Diff(alone, together); diff != "" {
			t.Fatalf("%s %q, %q (-each alone +one after the other):\n%s", method, first, second, diff)
		}
		if over == 1 && !isLeftClean(method, first) {
			t.Fatalf("%s: the connection is used again after %q", method, first)
		}
	})
}

// isLeftClean says whether to net/http a text is one response, whole, after which
// another one may come.
func isLeftClean(method, text string) bool {
	in := bufio.NewReader(strings.NewReader(text))
	for {
		res, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			return false
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return false
		}
		if _, err := in.Peek(1); res.StatusCode >= http.StatusOK {
			return !res.Close && err != nil
		}
	}
}
