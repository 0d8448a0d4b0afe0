package browsertest

import (
	"net"
	"strings"
	"sync"
	"testing"
)

// relay stands between a browser and a server, and can go quiet as a network
// does: connections stay open, and nothing comes through any more.
type relay struct {
	URL      string
	upstream string
	listener net.Listener
	tasks    sync.WaitGroup

	mu    sync.Mutex
	quiet chan struct{} // closed while bytes pass
	conns []net.Conn
}

// newRelay relays to the server at base until the test ends.
func newRelay(tb testing.TB, base string) *relay {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	r := &relay{URL: strings.Replace("http://"+l.Addr().String(), "127.0.0.1", "localhost", 1), upstream: strings.TrimPrefix(base, "http://"), listener: l, quiet: make(chan struct{})}
	close(r.quiet)
	r.tasks.Go(r.accept)
	tb.Cleanup(func() {
		_ = l.Close()
		r.speak()
		r.mu.Lock()
		for _, c := range r.conns {
			_ = c.Close()
		}
		r.mu.Unlock()
		r.tasks.Wait()
	})
	return r
}

func (r *relay) accept() {
	for {
		near, err := r.listener.Accept()
		if err != nil {
			return
		}
		far, err := new(net.Dialer).Dial("tcp", r.upstream)
		if err != nil {
			_ = near.Close()
			continue
		}
		r.mu.Lock()
		r.conns = append(r.conns, near, far)
		r.mu.Unlock()
		r.tasks.Go(func() { r.pass(near, far) })
		r.tasks.Go(func() { r.pass(far, near) })
	}
}

// pass copies one way. Its end closes both, so that the other way ends too.
func (r *relay) pass(from, to net.Conn) {
	defer func() { _, _ = from.Close(), to.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		r.mu.Lock()
		quiet := r.quiet
		r.mu.Unlock()
		<-quiet
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// hush lets nothing through until speak.
func (r *relay) hush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.quiet = make(chan struct{})
}

func (r *relay) speak() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.quiet:
	default:
		close(r.quiet)
	}
}
