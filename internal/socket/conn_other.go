//go:build !linux

package socket

import "net"

// Conn is a connection. At a time one goroutine may read, look whether it is
// quiet, or both in turn, and one may write; any may close it and set deadlines.
type Conn struct {
	net.Conn

	ahead
	quiet silence
}

// New makes a Conn of a connection that nobody else reads or writes.
func New(n net.Conn) *Conn {
	c := &Conn{Conn: n}
	c.quiet.of(n)
	return c
}

// Read reads what there is, or waits for something.
func (c *Conn) Read(p []byte) (int, error) {
	if n := c.take(p); n > 0 {
		return n, nil
	}
	return c.Conn.Read(p)
}

// Quiet says, without waiting, whether the peer has neither hung up nor sent
// anything that was not read. Where nobody can tell it is true.
func (c *Conn) Quiet() bool { return !c.held && c.quiet.holds() }
