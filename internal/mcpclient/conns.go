package mcpclient

import (
	"net"
	"sync"
)

// conns are the open connections of one talk. Closing them ends the
// transport's goroutines, a TLS handshake under way among them.
type conns struct {
	mu     sync.Mutex
	open   map[*conn]struct{}
	closed bool
}

// conn is a connection that knows where it is kept.
type conn struct {
	net.Conn
	kept *conns
}

// add keeps a connection, or closes it where the talk is over.
func (c *conns) add(raw net.Conn) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = raw.Close()
		return nil, net.ErrClosed
	}
	if c.open == nil {
		c.open = map[*conn]struct{}{}
	}
	kept := &conn{Conn: raw, kept: c}
	c.open[kept] = struct{}{}
	return kept, nil
}

// Close closes the connection and forgets it.
func (c *conn) Close() error {
	c.kept.mu.Lock()
	delete(c.kept.open, c)
	c.kept.mu.Unlock()
	return c.Conn.Close()
}

func (c *conns) closeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for conn := range c.open {
		_ = conn.Conn.Close()
	}
	c.open = nil
}
