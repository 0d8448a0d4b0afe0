package http1

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// handover is a listener of the connections that are not served here.
type handover struct {
	behind net.Listener
	conns  chan net.Conn
	errs   chan error
	closed chan struct{}
	once   sync.Once
}

func newHandover(behind net.Listener) *handover {
	return &handover{behind: behind, conns: make(chan net.Conn), errs: make(chan error), closed: make(chan struct{})}
}

// Accept waits for the next connection, or for what went wrong with the
// listener behind it.
func (h *handover) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case err := <-h.errs:
		return nil, err
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close closes the listener behind it, too.
func (h *handover) Close() error {
	h.once.Do(func() { close(h.closed) })
	return h.behind.Close()
}

// Addr is that of the listener behind it.
func (h *handover) Addr() net.Addr { return h.behind.Addr() }

// give hands a connection over, or closes it if nobody takes it any more.
func (h *handover) give(c net.Conn) {
	select {
	case h.conns <- c:
	case <-h.closed:
		_ = c.Close()
	}
}

// fail tells of an error, and says whether there is anybody to tell.
func (h *handover) fail(err error) bool {
	select {
	case h.errs <- err:
		return true
	case <-h.closed:
		return false
	}
}

// pause waits, and says whether the listener is still open.
func (h *handover) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-h.closed:
		return false
	}
}

// readAhead is a connection of which something was read already.
type readAhead struct {
	net.Conn
	in *bufio.Reader // Nil once it has nothing left.
}

// Read reads what was read ahead, and then on.
func (c *readAhead) Read(p []byte) (int, error) {
	if c.in == nil {
		return c.Conn.Read(p)
	}
	n, err := c.in.Read(p[:min(len(p), c.in.Buffered())])
	if c.in.Buffered() == 0 {
		c.in = nil
	}
	return n, err
}
