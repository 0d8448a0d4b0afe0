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
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/http1"
)

// oneConn is a listener of a single connection.
type oneConn struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *oneConn) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// caller is a connection to a server, both in memory and in the test's bubble.
type caller struct {
	net.Conn
	t  *testing.T
	in *bufio.Reader
}

const idleTime = 160 * time.Second

func calling(t *testing.T, h http.HandlerFunc) caller {
	t.Helper()
	near, far := net.Pipe()
	l := &oneConn{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	l.conns <- far
	s := &http1.Server{
		HTTP:  &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: idleTime, ErrorLog: log.New(io.Discard, "", 0)},
		Takes: func(*http.Request) bool { return true },
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = near.Close()
		_ = s.Shutdown(context.Background())
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	return caller{near, t, bufio.NewReader(near)}
}

// says sends text and reads an answer.
func (c caller) says(text, want string) {
	c.t.Helper()
	_, _ = io.WriteString(c, text)
	expect(c.t, c.in, want)
}

// closes is how long it takes until the server hangs up.
func (c caller) closes() time.Duration {
	began := time.Now()
	_, _ = io.Copy(io.Discard, c.in)
	return time.Since(began)
}

// A connection waits its whole time after each request, or a sixteenth less:
// however often its deadline was not moved, and whatever deadlines requests had.
func TestIdleTimeStartsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := calling(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(30 * time.Second))
			}
			_, err := io.Copy(io.Discard, r.Body)
			if err != nil {
				t.Error(err)
			}
			_, _ = io.WriteString(w, "ok")
		})
		for _, pause := range []int{0, 1, 5, 5, 9, 11, 100, 149, 3} {
			time.Sleep(time.Duration(pause) * time.Second)
			c.says(get, "ok")
			_, _ = io.WriteString(c, post[:len(post)-2])
			time.Sleep(20 * time.Second) // Longer than a header may take.
			c.says(post[len(post)-2:], "ok")
		}
		if waited := c.closes(); waited < idleTime-idleTime/16 || waited > idleTime {
			t.Errorf("it waited for %v", waited)
		}
	})
}

// A deadline that passes while content is to come says so, at a later request
// too, and another request's does not.
func TestDeadlineForContent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		c := calling(t, func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(30 * time.Second))
			_, err := io.Copy(io.Discard, r.Body)
			ended <- err
			time.Sleep(time.Minute) // The deadline passes meanwhile.
			_, _ = io.WriteString(w, "ok")
		})
		for range 3 {
			c.says(post, "ok")
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		_, _ = io.WriteString(c, post[:len(post)-2])
		began := time.Now()
		if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != 30*time.Second {
			t.Errorf("content that does not come: %v after %v", err, time.Since(began))
		}
	})
}

// Content has its time to come, also where its beginning came during an earlier
// request, or at the end of a long wait.
func TestContentThatComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := calling(t, func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
			_, _ = io.WriteString(w, "ok")
		})
		begins, ends := post[:len(post)-2], post[len(post)-2:]
		_, _ = io.WriteString(c, post)
		time.Sleep(time.Second / 2)
		go func() { _, _ = io.WriteString(c, begins) }() // A pipe takes nothing that is not read.
		expect(t, c.in, "ok")
		time.Sleep(time.Minute)
		c.says(ends, "ok")
		time.Sleep(idleTime - idleTime/16 - 1)
		_, _ = io.WriteString(c, begins)
		time.Sleep(time.Minute)
		c.says(ends, "ok")
	})
}

// A header that does not end is given up, at a later request too.
func TestHeaderWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := calling(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
		c.says(get, "ok")
		time.Sleep(time.Second)
		c.says(get, "ok")
		_, _ = io.WriteString(c, get[:len(get)-2])
		if waited := c.closes(); waited > 11*time.Second {
			t.Errorf("it waited for %v", waited)
		}
	})
}

// A caller has its time to take an answer, whatever deadlines earlier answers
// had; and no more.
func TestTimeToTakeAnAnswer(t *testing.T) {
	for _, last := range []time.Duration{16 * time.Second, 10 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			own := time.Duration(0)
			ended := make(chan error, 1)
			c := calling(t, func(w http.ResponseWriter, _ *http.Request) {
				control := http.NewResponseController(w)
				if own > 0 {
					_ = control.SetWriteDeadline(time.Now().Add(own))
				}
				_, _ = io.WriteString(w, "ok")
				ended <- control.Flush()
			})
			for _, own = range []time.Duration{time.Minute, 0, time.Minute, 0, 0} {
				_, _ = io.WriteString(c, get)
				time.Sleep(29 * time.Second) // The pipe holds nothing.
				expect(t, c.in, "ok")
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
			own = last
			_, _ = io.WriteString(c, get)
			began := time.Now()
			if err := <-ended; err == nil || time.Since(began) != own {
				t.Errorf("an answer that nobody takes: %v after %v", err, time.Since(began))
			}
		})
	}
}

// A caller who leaves is noticed, however soon after how many other requests; and
// no request ends because an earlier one's time has come.
func TestCallerLeavesLater(t *testing.T) {
	for _, ms := range []int{0, 1, 25, 49, 50, 51, 120} {
		pause := time.Duration(ms) * time.Millisecond
		synctest.Test(t, func(t *testing.T) {
			left := make(chan time.Time, 1)
			c := calling(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					select {
					case <-r.Context().Done():
						t.Error("a request ended though its caller is there")
					case <-time.After(pause):
					}
					_, _ = io.WriteString(w, "ok")
					return
				}
				_, _ = io.Copy(io.Discard, r.Body)
				context.AfterFunc(r.Context(), func() { left <- time.Now() })
				<-r.Context().Done()
			})
			for range 20 {
				c.says(get, "ok")
				time.Sleep(pause / 2)
			}
			_, _ = io.WriteString(c, post)
			time.Sleep(pause)
			closed := time.Now()
			_ = c.Close()
			if took := (<-left).Sub(closed); took > 100*time.Millisecond {
				t.Errorf("with pauses of %v it took %v", pause, took)
			}
		})
	}
}
