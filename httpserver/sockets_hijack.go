package httpserver

import (
	"bufio"
	"net"
	"net/http"
	"runtime/debug"
)

// openSocket takes the connection over from the HTTP server and returns. The
// socket runs in a goroutine of its own: HTTP's buffers, the request and a
// deep stack would double what an idle one costs.
func (s *Server) openSocket(w http.ResponseWriter, c *call) {
	if err := s.sockets.admit(c.client); err != nil {
		s.fail(w, c.request, err)
		return
	}
	conn, buffers, err := http.NewResponseController(w).Hijack()
	if err != nil { // The request came by HTTP/2, which upgrades otherwise.
		s.sockets.release(c.client)
		s.fail(w, c.request, errNoUpgrade)
		return
	}
	client, p := c.client, s.socketPermit(c)
	go func(w *hijacked, r *http.Request) {
		defer s.sockets.release(client)
		s.sockets.serve(w, r, p)
	}(&hijacked{header: w.Header(), conn: conn, buffers: buffers}, c.request)
}

// serve makes the connection a socket and returns when that has ended.
func (s *sockets) serve(w *hijacked, r *http.Request, p permit) {
	conn := w.conn
	defer func() {
		if reason := recover(); reason != nil {
			s.log.Error("a socket panicked", "reason", reason, "stack", string(debug.Stack()))
			_ = conn.Close() // Nobody else would.
		}
	}()
	if err := s.melody.HandleRequestWithKeys(w, r, map[string]any{permitKey: p}); err != nil {
		// The connection broke, or held more than a handshake.
		s.failed.Add(1)
		_ = conn.Close() // Mostly it is already.
	}
}

// hijacked is the response to a request whose connection was taken over. It is
// an [http.Hijacker] that gives that connection.
type hijacked struct {
	header  http.Header
	conn    net.Conn
	buffers *bufio.ReadWriter
}

// Header is what the handshake's answer will have.
func (h *hijacked) Header() http.Header { return h.header }

// WriteHeader does nothing: it is too late for another answer.
func (h *hijacked) WriteHeader(int) {}

// Write fails for the same reason.
func (h *hijacked) Write([]byte) (int, error) { return 0, http.ErrHijacked }

// Hijack is the connection, with what was read of it.
func (h *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.conn, h.buffers, nil }
