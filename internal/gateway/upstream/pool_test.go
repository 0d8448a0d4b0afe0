package upstream_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/gateway/upstream"
	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// A connection that the upstream closed, or spoke on without being asked, while
// it waited is not used again: even what must not be repeated goes through.
func TestSpoiltWhileIdle(t *testing.T) {
	for name, spoil := range map[string]func(talk){
		"closed": func(c talk) { _ = c.Close() },
		"spoken on": func(c talk) {
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign")
		},
	} {
		spoilt := make(chan struct{})
		s := serving(t, func(c talk, n int32) {
			for c.next() != nil {
				c.say(answer)
				if n == 1 {
					// The bytes of the answer are read before what comes now.
					<-spoilt
					spoil(c)
					spoilt <- struct{}{}
					_, _ = io.Copy(io.Discard, c)
					return
				}
			}
		})
		s.ask(t, "POST", "x")
		spoilt <- struct{}{}
		<-spoilt
		// What was sent over loopback is there once the write has returned.
		if _, text := s.ask(t, "POST", "x"); text != "ok" {
			t.Errorf("%s: answered with %q", name, text)
		}
		if n := s.connections.Load(); n != 2 {
			t.Errorf("%s: %d connections", name, n)
		}
	}
}

// A request that an upstream hangs up on, though the connection was good, is
// repeated only where that does no harm.
func TestRepeat(t *testing.T) {
	for again, want := range map[bool]int32{true: 2, false: 1} {
		s := serving(t, func(c talk, n int32) {
			c.next()
			c.say(answer)
			if n == 1 {
				c.next() // And hang up.
				return
			}
		})
		s.ask(t, "POST", "x")
		_, _, err := s.do(t.Context(), "POST", "x", again)
		if (err == nil) != again {
			t.Errorf("again %v: %v", again, err)
		}
		if n := s.connections.Load(); n != want {
			t.Errorf("again %v: %d connections", again, n)
		}
	}
}

// An upstream that takes too long is not asked again: it has the request.
func TestNoRepeatAfterTimeout(t *testing.T) {
	s := serving(t, func(c talk, _ int32) {
		c.next()
		c.say(answer)
		_, _ = io.Copy(io.Discard, c)
	}, func(o *upstream.Options) { o.HeaderTime = 50 * time.Millisecond })
	s.ask(t, "POST", "x")
	if _, _, err := s.do(t.Context(), "POST", "x", true); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("failed with %v", err)
	}
	if n := s.connections.Load(); n != 1 {
		t.Errorf("it was asked over %d connections", n)
	}
}

// Many at once each get their own answer, over no more connections than there
// are requests at a time.
func TestConcurrent(t *testing.T) {
	const workers, each = 16, 200
	s := serving(t, func(c talk, _ int32) {
		for {
			r := c.next()
			if r == nil {
				return
			}
			text, _ := io.ReadAll(r.Body)
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + string(text))
		}
	}, func(o *upstream.Options) { o.IdlePerAddress = workers })
	var asking sync.WaitGroup
	for w := range workers {
		asking.Go(func() {
			for i := range each {
				want := string([]byte{byte('a' + w), '-', byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10), '-', '-', '-'})
				if _, text, err := s.do(t.Context(), "POST", want, false); err != nil || text != want {
					t.Errorf("asked %q, got %q, %v", want, text, err)
					return
				}
			}
		})
	}
	asking.Wait()
	if n := s.connections.Load(); n > workers {
		t.Errorf("%d connections for %d workers", n, workers)
	}
}

// Whoever closes a body that another goroutine reads ends that read.
func TestCloseWhileReading(t *testing.T) {
	s := serving(t, func(c talk, _ int32) {
		c.next()
		c.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")
		_, _ = io.Copy(io.Discard, c)
	})
	r := upstream.Request{Method: http.MethodGet, URL: &url.URL{Host: s.address, Path: "/"}}
	res, err := s.RoundTrip(t.Context(), s.address, &r, new(httpfield.Set))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(res.Body, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := res.Body.Read(make([]byte, 1))
		ended <- err
	}()
	_ = res.Body.Close()
	if err := <-ended; err == nil {
		t.Error("the read went on")
	}
}

// Connections that wait are closed after their time, those beyond the bound at
// once, and all when the pool closes.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Int32
		pool := upstream.New(upstream.Options{
			Dial: func(context.Context, string, string) (net.Conn, error) {
				here, there := net.Pipe()
				open.Add(1)
				go func() {
					defer open.Add(-1)
					in := bufio.NewReader(there)
					for {
						if _, err := http.ReadRequest(in); err != nil {
							_ = there.Close()
							return
						}
						_, _ = io.WriteString(there, answer)
					}
				}()
				return here, nil
			},
			IdleTime: 4 * time.Second, IdlePerAddress: 2,
			HeaderTime: time.Minute, WriteTime: time.Minute, MaxHeader: 4 << 10,
		})
		ask := func(n int) {
			for range n {
				r := upstream.Request{Method: http.MethodGet, URL: &url.URL{Host: "up", Path: "/"}}
				res, err := pool.RoundTrip(t.Context(), "up:80", &r, new(httpfield.Set))
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _, _ = io.ReadAll(res.Body) }()
			}
		}
		check := func(when string, want int32) {
			synctest.Wait()
			if n := open.Load(); n != want {
				t.Errorf("%s: %d connections are open, want %d", when, n, want)
			}
		}
		ask(3)
		check("after three at once", 2)
		time.Sleep(3 * time.Second)
		ask(1)
		time.Sleep(2 * time.Second)
		check("after 5 s, one of them used since", 1)
		time.Sleep(3 * time.Second)
		check("after 8 s", 0)
		ask(1)
		check("after another", 1)
		pool.Close()
		check("after the end", 0)
		ask(1)
		check("after one more", 0)
	})
}
