package main_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// waitingUpstream is an MCP server that answers nothing until it is released.
type waitingUpstream struct {
	*upstreamtest.Upstream
	url string
	// asked gets a value when a request waits.
	asked   chan struct{}
	release func()
}

func newWaitingUpstream(t *testing.T) *waitingUpstream {
	released := make(chan struct{})
	w := &waitingUpstream{
		Upstream: upstreamtest.Stateless(t, "forecast"),
		asked:    make(chan struct{}, 100),
		release:  sync.OnceFunc(func() { close(released) }),
	}
	w.url = upstreamtest.Serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.asked <- struct{}{}
		select {
		case <-released:
			w.ServeHTTP(rw, r)
		case <-r.Context().Done():
		}
	})) + "/mcp"
	t.Cleanup(w.release) // Runs before the server is closed, which waits.
	return w
}

// serveWithRequest is a server in which a request waits for an upstream. Its
// answer comes by the channel.
func serveWithRequest(t *testing.T) (*server, *waitingUpstream, <-chan answer) {
	t.Helper()
	s := serve(t, "", "--admin-password", password, "--health-timeout", "20s")
	c := s.signIn(t, password)
	w := newWaitingUpstream(t)
	c.post(t, "/register", url.Values{
		"name": {"Slow"}, "description": {""}, "path": {"/slow"}, "proxy_pass_url": {w.url},
	}).expect(t, http.StatusCreated)
	answers := make(chan answer, 1)
	var asking sync.WaitGroup
	asking.Go(func() {
		a, err := c.do(http.MethodPost, "/toggle/slow", url.Values{"enabled": {"on"}})
		if err != nil {
			a = answer{Response: &http.Response{Status: err.Error()}}
		}
		answers <- a
	})
	t.Cleanup(asking.Wait)
	<-w.asked
	return s, w, answers
}

// TestCleanStop: the request that is running gets its answer, the sockets a
// close frame, the database all that was written, and the exit code is 0.
func TestCleanStop(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s, upstream, answers := serveWithRequest(t)
			sub := s.subscribe(t)
			s.signal(t, signal)
			eventually(t, "the stop is logged", func() bool { return strings.Contains(s.err.String(), "msg=stopping") })
			upstream.release()
			if a := <-answers; a.StatusCode != http.StatusOK || decode[toggleAnswer](t, a.body).Status != "healthy" {
				t.Errorf("the running request: %s %s", a.Status, a.body)
			}
			var err error
			for err == nil {
				err = sub.next()
			}
			closed, ok := errors.AsType[*websocket.CloseError](err)
			if !ok || closed.Code != websocket.CloseGoingAway || closed.Text == "" {
				t.Errorf("the socket ended with %v, want close 1001 and a reason", err)
			}
			if code := s.wait(t); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
			if left := listing(t, s.data); !slices.Equal(left, []string{"lock", "registry.db", "secret.key"}) {
				t.Errorf("left in the data directory: %v", left)
			}

			again := serve(t, s.data, "--admin-password", password, "--health-interval", "24h")
			if r := again.signIn(t, password).records(t)["/slow"]; !r.Enabled || r.Health.Status != "healthy" {
				t.Errorf("after the restart: %+v", r)
			}
			again.stop(t)
		})
	}
}

// TestSecondSignal ends the process at once, although a request is running.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s, upstream, answers := serveWithRequest(t)
			s.signal(t, signal)
			eventually(t, "the stop is logged", func() bool { return strings.Contains(s.err.String(), "msg=stopping") })
			// The process lets go of signals a moment after it logs that.
			eventually(t, "a further signal ends the process", func() bool {
				select {
				case <-s.done:
					return true
				default:
					_ = s.cmd.Process.Signal(signal) // It may end meanwhile.
					return false
				}
			})
			if status, _ := s.cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != signal {
				t.Errorf("ended with %s, want %s", s.cmd.ProcessState, signal)
			}
			if a := <-answers; a.StatusCode == http.StatusOK {
				t.Errorf("the request was answered: %s", a.body)
			}
			upstream.release()
			serve(t, s.data).stop(t)
		})
	}
}

// TestStopWhileStarting: a signal that comes early is a clean end, too.
func TestStopWhileStarting(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	p := start(t, nil, serveArgs(&data, t)...)
	eventually(t, "the start is logged", func() bool { return p.err.String() != "" })
	p.signal(t, os.Interrupt)
	if code := p.wait(t); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
