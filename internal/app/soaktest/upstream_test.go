package soaktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// mood is how an upstream behaves.
type mood int32

const (
	good     mood = iota
	hasty         // It hangs up a moment after each answer, without having said so.
	hanging       // It takes requests and says nothing.
	dead          // It hangs up on each request.
	flooding      // Its answers do not end.
	gone          // Nobody listens.
	moods
)

// moody is an upstream whose mood changes. It keeps the tickets of the calls
// that it heard.
type moody struct {
	path, address string
	real          *upstreamtest.Upstream

	mood    atomic.Int32
	changes atomic.Int64 // Odd while the mood changes.
	settled atomic.Int64 // When it did last, in Unix nanoseconds.

	mu     sync.Mutex
	heard  map[string]int
	server *http.Server
	served sync.WaitGroup
}

func newMoody(t *testing.T, path string) *moody {
	t.Helper()
	u := &moody{path: path, real: upstreamtest.Stateless(t, "echo", "other"), heard: make(map[string]int)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u.address = listener.Addr().String()
	u.serve(listener)
	t.Cleanup(u.leave)
	return u
}

func (u *moody) serve(listener net.Listener) {
	server := &http.Server{Handler: u, ReadHeaderTimeout: time.Minute}
	u.server = server
	u.served.Go(func() { _ = server.Serve(listener) })
}

func (u *moody) leave() {
	_ = u.server.Close()
	u.served.Wait()
}

// become changes the mood. Only one goroutine may do so.
func (u *moody) become(to mood) error {
	u.changes.Add(1)
	defer u.changes.Add(1)
	defer func() { u.settled.Store(time.Now().UnixNano()) }()
	was := mood(u.mood.Swap(int32(to)))
	switch {
	case to == gone && was != gone:
		u.leave()
	case to != gone && was == gone:
		for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
			listener, err := net.Listen("tcp", u.address)
			if err == nil {
				u.serve(listener)
				return nil
			}
			if time.Now().After(deadline) {
				return err
			}
		}
	}
	return nil
}

// steady says whether the upstream has been good for a while, and gives what to
// compare afterwards: if still the same, it was good all the time.
func (u *moody) steady() (bool, int64) {
	n := u.changes.Load()
	since := time.Since(time.Unix(0, u.settled.Load()))
	return n%2 == 0 && mood(u.mood.Load()) == good && since > 500*time.Millisecond, n
}

// ServeHTTP behaves as the mood is.
func (u *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	call := u.hear(content)
	switch mood(u.mood.Load()) {
	case hanging:
		<-r.Context().Done()
	case dead:
		panic(http.ErrAbortHandler)
	case flooding:
		w.Header().Set("Content-Type", "application/json")
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("flood ", 1000)); err != nil {
				return
			}
		}
	case hasty:
		u.hurry(w, r, content, call)
	default:
		u.answer(w, r, content, call)
	}
}

// toolCall is what is looked at of a request.
type toolCall struct {
	Params struct {
		Arguments struct {
			Ticket string
			Size   int
		}
	}
}

// hear notes the ticket of a request that came whole, whatever becomes of it.
func (u *moody) hear(content []byte) (call toolCall) {
	if json.Unmarshal(content, &call) == nil && call.Params.Arguments.Ticket != "" {
		u.mu.Lock()
		u.heard[call.Params.Arguments.Ticket]++
		u.mu.Unlock()
	}
	return call
}

// hurry answers and hangs up soon, perhaps just as the next request comes, and
// perhaps once it has.
func (u *moody) hurry(w http.ResponseWriter, r *http.Request, content []byte, call toolCall) {
	rec := &kept{header: make(http.Header)}
	if r.Method == http.MethodGet {
		rec.WriteHeader(http.StatusMethodNotAllowed)
	} else {
		u.answer(rec, r, content, call)
	}
	conn, in, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		max(200, rec.status), rec.header.Get("Content-Type"), rec.Len(), rec.Bytes())
	_ = conn.SetReadDeadline(time.Now().Add(rand.N(3 * time.Millisecond)))
	if next, err := http.ReadRequest(in.Reader); err == nil {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		if content, err := io.ReadAll(next.Body); err == nil {
			u.hear(content)
		}
	}
}

// kept is an answer that is kept.
type kept struct {
	bytes.Buffer
	header http.Header
	status int
}

// Header is the answer's.
func (k *kept) Header() http.Header { return k.header }

// WriteHeader keeps the status.
func (k *kept) WriteHeader(status int) { k.status = status }

// answer is what a sound server says.
func (u *moody) answer(w http.ResponseWriter, r *http.Request, content []byte, call toolCall) {
	told := call.Params.Arguments
	switch {
	case r.Method == http.MethodGet:
		u.stream(w, r)
	case told.Ticket == "":
		r.Body = io.NopCloser(bytes.NewReader(content))
		u.real.ServeHTTP(w, r)
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"%s %s"}]}}`,
			told.Ticket, strings.Repeat("x", told.Size))
	}
}

// stream counts until the caller leaves.
func (u *moody) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n := 1; ; n++ {
		if _, err := fmt.Fprintf(w, "data: %d\n\n", n); err != nil || control.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// timesHeard is how often the upstream heard a ticket.
func (u *moody) timesHeard(ticket string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.heard[ticket]
}

// heardTwice are the tickets that came more than once.
func (u *moody) heardTwice() (all []string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for ticket, n := range u.heard {
		if n > 1 {
			all = append(all, ticket)
		}
	}
	return all
}
