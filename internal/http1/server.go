package http1

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Server serves a listener. It takes requests of the methods GET, POST and
// DELETE in origin form, with a header of at most [MaxHeader] bytes of ASCII, of
// which nothing is repeated that must not be, and with content of a known
// length, of at most [MaxContent] bytes, or none. HTTP has the rest, and says
// how long everything may take.
//
// The next request of a connection uses the memory of the last one: once a
// handler has returned, nobody may read the request, its URL, header and content
// included, or use the response. Strings of it may be kept.
type Server struct {
	// HTTP serves what is not served here. Its Handler serves both.
	HTTP *http.Server
	// Takes says whether a request is to be served here. It must not read the
	// content.
	Takes func(*http.Request) bool

	closing atomic.Bool
	readers sync.Pool // As *bufio.Reader.
	blank   http.Request
	dated   atomic.Pointer[dated]
	mu      sync.Mutex
	conns   map[*conn]struct{} // Those that are served here.
	empty   chan struct{}      // Closed once closing and without connections.
}

// Serve serves until the server is stopped, and then fails with
// [http.ErrServerClosed].
func (s *Server) Serve(l net.Listener) error {
	h := newHandover(l)
	go s.accept(l, h)
	return s.HTTP.Serve(h)
}

// accept begins with each connection that comes. Where the process has no room
// for another one it tries again, after pauses as HTTP makes them: HTTP itself
// would never hear that there is room again. Any other failure is HTTP's to
// handle.
func (s *Server) accept(l net.Listener, h *handover) {
	var pause time.Duration
	for {
		n, err := l.Accept()
		switch {
		case err == nil:
			pause = 0
		case isExhausted(err):
			pause = min(max(2*pause, minPause), maxPause)
			s.logf("http: Accept error: %v; retrying in %v", err, pause)
			if !h.pause(pause) {
				return
			}
			continue
		case !h.fail(err), errors.Is(err, net.ErrClosed):
			return
		default:
			continue
		}
		c := newConn(s, n, h)
		if !s.add(c) {
			c.close()
			return
		}
		go c.serve()
	}
}

// The pauses after a connection that there was no room for.
const (
	minPause = 5 * time.Millisecond
	maxPause = time.Second
)

// isExhausted says whether a connection could not be taken because the process
// or the machine has no descriptor or no memory left for it.
func isExhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) ||
		errors.Is(err, syscall.ENOBUFS) || errors.Is(err, syscall.ENOMEM)
}

func (s *Server) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing.Load() {
		return false
	}
	if s.conns == nil {
		s.conns = make(map[*conn]struct{})
	}
	s.conns[c] = struct{}{}
	return true
}

// reader is a reader of the connection, of [MaxHeader] bytes.
func (s *Server) reader(c net.Conn) *bufio.Reader {
	r, ok := s.readers.Get().(*bufio.Reader)
	if !ok {
		return bufio.NewReaderSize(c, MaxHeader)
	}
	r.Reset(c)
	return r
}

// readerDone lets other connections use a reader in which nothing is left.
func (s *Server) readerDone(r *bufio.Reader) {
	r.Reset(nil)
	s.readers.Put(r)
}

func (s *Server) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if s.empty != nil && len(s.conns) == 0 {
		close(s.empty)
		s.empty = nil
	}
}

// Shutdown takes no more connections and closes those that wait, as HTTP's
// Shutdown does. It returns once all requests were answered, or ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	empty := s.closeIdle()
	err := s.HTTP.Shutdown(ctx)
	select {
	case <-empty:
		return err
	case <-ctx.Done():
		return errors.Join(err, ctx.Err())
	}
}

// closeIdle closes the connections that wait for a request; the others close
// after theirs. The channel is closed once there are none.
func (s *Server) closeIdle() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing.Store(true)
	for c := range s.conns {
		if c.state.CompareAndSwap(idle, ended) {
			c.close()
		}
	}
	empty := make(chan struct{})
	if len(s.conns) == 0 {
		close(empty)
	} else {
		s.empty = empty
	}
	return empty
}

// Close closes all connections at once.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closing.Store(true)
	for c := range s.conns {
		c.close()
	}
	s.mu.Unlock()
	return s.HTTP.Close()
}

// headerTime and idleTime are HTTP's, which may have none.
func (s *Server) headerTime() time.Duration {
	if s.HTTP.ReadHeaderTimeout > 0 {
		return s.HTTP.ReadHeaderTimeout
	}
	return time.Minute
}

func (s *Server) idleTime() time.Duration {
	if s.HTTP.IdleTimeout > 0 {
		return s.HTTP.IdleTimeout
	}
	return time.Minute
}

func (s *Server) logf(format string, args ...any) {
	if s.HTTP.ErrorLog != nil {
		s.HTTP.ErrorLog.Printf(format, args...)
	}
}
