package upstream_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/gateway/upstream"
	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// What the upstream gets is what was asked for, framed by the pool alone.
func TestRequest(t *testing.T) {
	got := make(chan string, 1)
	s := serving(t, func(c talk, _ int32) {
		text := make([]byte, 4<<10)
		n, _ := c.Read(text)
		got <- string(text[:n])
		c.say("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
	})
	for name, c := range map[string]struct {
		method, content string
		header          []string
		want            string
	}{
		"with content": {
			"POST", "hello",
			[]string{"A", "1", "Content-Length", "99", "Transfer-Encoding", "chunked", "Connection", "close", "Host", "other"},
			"POST /a%2Fb?q=1 HTTP/1.1\r\nHost: ADDRESS\r\nA: 1\r\nContent-Length: 5\r\n\r\nhello",
		},
		"without": {"GET", "", nil, "GET /a%2Fb?q=1 HTTP/1.1\r\nHost: ADDRESS\r\n\r\n"},
		"empty":   {"POST", "", []string{"A", "1", "A", "2"}, "POST /a%2Fb?q=1 HTTP/1.1\r\nHost: ADDRESS\r\nA: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n"},
	} {
		if _, _, err := s.do(t.Context(), c.method, c.content, false, c.header...); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want := strings.ReplaceAll(c.want, "ADDRESS", s.address); <-got != want {
			t.Errorf("%s: not %q", name, want)
		}
	}
	for _, bad := range [][]string{{"A", "1\r\nB: 2"}, {"A", "\x00"}, {"A\r\nB", "1"}, {"", "1"}, {"A B", "1"}} {
		if _, _, err := s.do(t.Context(), "GET", "", false, bad...); err == nil {
			t.Errorf("a request with the header %q was sent", bad)
		}
	}
}

// Every shape of response that HTTP/1.1 knows is read to its end, and says
// whether the connection can be used again.
func TestResponses(t *testing.T) {
	for name, c := range map[string]struct {
		method, response, want string
		status                 int
		again                  bool
	}{
		"with a length":     {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", 200, true},
		"chunked":           {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "hello", 200, true},
		"with a trailer":    {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n5\r\nhello\r\n0\r\nA: 1\r\n\r\n", "hello", 200, true},
		"no content":        {"GET", "HTTP/1.1 204 No Content\r\n\r\n", "", 204, true},
		"not modified":      {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "", 304, true},
		"to HEAD":           {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "", 200, true},
		"empty":             {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", 200, true},
		"after interim":     {"GET", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", 200, true},
		"said to be last":   {"GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "ok", 200, false},
		"to the end":        {"GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", "hello", 200, false},
		"of HTTP/1.0":       {"GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", 200, false},
		"another protocol":  {"GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "", 101, false},
		"with more than it": {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n", "ok", 200, false},
	} {
		s := serving(t, func(talk talk, _ int32) {
			for talk.next() != nil {
				talk.say(c.response)
				if !c.again {
					return
				}
			}
		})
		for range 2 {
			res, text := s.ask(t, c.method, "")
			if res.StatusCode != c.status || text != c.want {
				t.Errorf("%s: %d %q", name, res.StatusCode, text)
			}
		}
		want := int32(2)
		if c.again {
			want = 1
		}
		if got := s.connections.Load(); got != want {
			t.Errorf("%s: %d connections, want %d", name, got, want)
		}
	}
}

// What is no response is an error, and soon.
func TestBadResponses(t *testing.T) {
	for name, response := range map[string]string{
		"nothing":              "",
		"half a header":        "HTTP/1.1 200 OK\r\nContent-",
		"no HTTP":              "SSH-2.0-OpenSSH_9.2\r\n\r\n",
		"two lengths":          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"a negative length":    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"a header without end": "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 8<<10),
		"interim without end":  strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100),
		"a line folded to it":  "HTTP/1.1 200 OK\r\n A: 1\r\n\r\n",
	} {
		s := serving(t, func(c talk, _ int32) {
			c.next()
			c.say(response)
		})
		if res, _, err := s.do(t.Context(), "POST", "x", false); err == nil {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	s := serving(t, func(c talk, _ int32) {
		c.next()
		c.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
	})
	if _, text, err := s.do(t.Context(), "GET", "", false); !errors.Is(err, io.ErrUnexpectedEOF) || text != "half" {
		t.Errorf("half a body: %q, %v", text, err)
	}
}

// An answer that comes before the upstream has read everything is one.
func TestEarlyResponse(t *testing.T) {
	s := serving(t, func(c talk, _ int32) {
		c.say("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\ntoo")
		_ = c.Conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c)
	})
	if res, text := s.ask(t, "POST", strings.Repeat("x", 30<<10)); res.StatusCode != http.StatusRequestEntityTooLarge || text != "too" {
		t.Errorf("%s %q", res.Status, text)
	}
}

// A caller who leaves takes the connection along, wherever the exchange is.
func TestCancel(t *testing.T) {
	asked := make(chan struct{})
	s := serving(t, func(c talk, n int32) {
		c.next()
		if n == 2 {
			c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")
		}
		asked <- struct{}{}
		_, _ = io.Copy(io.Discard, c)
		asked <- struct{}{}
	})
	for _, where := range []string{"before the response", "within it"} {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, _, err := s.do(ctx, "POST", "x", true)
			ended <- err
		}()
		<-asked
		cancel()
		if err := <-ended; err == nil {
			t.Errorf("%s: no error", where)
		}
		<-asked
	}
}

// A timeout says that it is one.
func TestTimeout(t *testing.T) {
	s := serving(t, func(c talk, _ int32) {
		_, _ = io.Copy(io.Discard, c)
	}, func(o *upstream.Options) { o.HeaderTime = 1 })
	_, _, err := s.do(t.Context(), "POST", "x", true)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("failed with %v", err)
	}
}

// A body that was read to its end says so again, and leaves the connection to the
// next exchange.
func TestReadAfterTheEnd(t *testing.T) {
	for name, response := range map[string]string{
		"a length": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"chunks":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
		"net/http": "HTTP/1.1 200 OK\r\nTrailer: A\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: 1\r\n\r\n",
	} {
		s := serving(t, func(c talk, _ int32) {
			for c.next() != nil {
				c.say(response)
			}
		})
		r := upstream.Request{Method: http.MethodGet, URL: &url.URL{Host: s.address, Path: "/"}}
		var bodies []io.Reader
		for i := range 3 {
			res, err := s.RoundTrip(t.Context(), s.address, &r, new(httpfield.Set))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, earlier := range bodies {
				if n, err := earlier.Read(make([]byte, 8)); n > 0 || !errors.Is(err, io.EOF) {
					t.Errorf("%s: another read: %d bytes, %v", name, n, err)
				}
			}
			bodies = append(bodies, res.Body)
			if text, err := io.ReadAll(res.Body); string(text) != "ok" || err != nil {
				t.Errorf("%s: response %d: %q, %v", name, i, text, err)
			}
		}
		if n := s.connections.Load(); n != 1 {
			t.Errorf("%s: %d connections", name, n)
		}
	}
}

// What came of a body in chunks is not kept back for what follows its last chunk.
func TestLastPartIsNotKeptBack(t *testing.T) {
	rest := make(chan string)
	s := serving(t, func(c talk, _ int32) {
		c.next()
		c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n")
		c.say(<-rest)
	})
	for _, test := range []struct {
		rest string
		want error
	}{{"\r\n", io.EOF}, {"A: 1\r\n\r\n", io.EOF}, {"", io.ErrUnexpectedEOF}, {"A: 1\r\n", io.ErrUnexpectedEOF}} {
		r := upstream.Request{Method: http.MethodGet, URL: &url.URL{Host: s.address, Path: "/"}}
		res, err := s.RoundTrip(t.Context(), s.address, &r, new(httpfield.Set))
		if err != nil {
			t.Fatal(err)
		}
		text := make([]byte, 2)
		if _, err := io.ReadFull(res.Body, text); err != nil || string(text) != "ok" {
			t.Errorf("%q, %v", text, err)
		}
		rest <- test.rest
		for range 2 {
			if n, err := res.Body.Read(text); n > 0 || !errors.Is(err, test.want) {
				t.Errorf("after %q: %d bytes, %v", test.rest, n, err)
			}
		}
	}
}

// A panic while connecting is the request's, not the process's.
func TestDialPanics(t *testing.T) {
	p := upstream.New(upstream.Options{
		Dial:     func(context.Context, string, string) (net.Conn, error) { panic("no such thing") },
		IdleTime: time.Minute, IdlePerAddress: 1, HeaderTime: time.Minute, WriteTime: time.Minute, MaxHeader: 4 << 10,
	})
	defer p.Close()
	defer func() {
		if reason := recover(); !strings.HasPrefix(fmt.Sprint(reason), "no such thing\n") {
			t.Errorf("panicked with %v", reason)
		}
	}()
	r := upstream.Request{Method: http.MethodGet, URL: &url.URL{Host: "upstream", Path: "/"}}
	_, err := p.RoundTrip(t.Context(), "upstream:80", &r, new(httpfield.Set))
	t.Errorf("no panic, but %v", err)
}
