package upstream

import (
	"bufio"
	"errors"
	"io"
	"math"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// errHeaderTooLarge says that a response's header does not end.
var errHeaderTooLarge = errors.New("the header of the response is too large")

// conn is a connection to an upstream. One goroutine at a time has it, but for
// close.
type conn struct {
	net    net.Conn
	raw    syscall.RawConn // Nil where there is no socket.
	in     *bufio.Reader
	owner  *address // Nil where it is not to be used again.
	since  time.Time
	closed atomic.Bool
	// budget is how many bytes may still be read.
	budget int64
	// reading and writing are when the deadlines were set, zero where there is
	// none.
	reading, writing time.Time
}

func newConn(n net.Conn, owner *address) *conn {
	c := &conn{net: n, owner: owner}
	c.in = bufio.NewReader(c)
	if s, ok := n.(syscall.Conn); ok {
		c.raw, _ = s.SyscallConn()
	}
	return c
}

// Read reads from the upstream, no more than the budget.
func (c *conn) Read(p []byte) (int, error) {
	if c.budget <= 0 {
		return 0, errHeaderTooLarge
	}
	if int64(len(p)) > c.budget {
		p = p[:c.budget]
	}
	n, err := c.net.Read(p)
	c.budget -= int64(n)
	return n, err
}

// close hangs up. Any goroutine may do so, more than once: who reads or writes
// fails then.
func (c *conn) close() {
	if !c.closed.Swap(true) {
		_ = c.net.Close()
	}
}

// write sends a request. To move a deadline costs more than to look at the clock,
// so it may be a little early.
func (c *conn) write(request []byte, within time.Duration) error {
	if now := time.Now(); now.Sub(c.writing) > within/16 {
		if err := c.net.SetWriteDeadline(now.Add(within)); err != nil {
			return err
		}
		c.writing = now
	}
	_, err := c.net.Write(request)
	return err
}

// await waits for the first byte of a response.
func (c *conn) await(within time.Duration, maxHeader int) error {
	c.budget = int64(maxHeader)
	if now := time.Now(); now.Sub(c.reading) > within/16 {
		if err := c.net.SetReadDeadline(now.Add(within)); err != nil {
			return err
		}
		c.reading = now
	}
	_, err := c.in.Peek(1)
	return err
}

// relax lets the body take its time. Nothing of it need come if all of it has.
func (c *conn) relax(length int64) error {
	c.budget = math.MaxInt64
	if 0 <= length && length <= int64(c.in.Buffered()) {
		return nil
	}
	c.reading = time.Time{}
	return c.net.SetReadDeadline(time.Time{})
}

// alive says whether a connection that waits can take a request: the upstream
// has not hung up, nor said anything that it was not asked.
func (c *conn) alive() bool {
	return c.owner != nil && time.Since(c.since) < c.owner.pool.o.IdleTime && c.in.Buffered() == 0 && silent(c.raw)
}

// unanswered says that nothing of a response came, as happens where an upstream
// closes a connection that waits.
type unanswered struct{ cause error }

func (e *unanswered) Error() string {
	if errors.Is(e.cause, io.EOF) {
		return "no response: unexpected EOF"
	}
	return "no response: " + e.cause.Error()
}

func (e *unanswered) Unwrap() error { return e.cause }
