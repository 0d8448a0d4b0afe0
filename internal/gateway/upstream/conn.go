package upstream

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
	"github.com/mcpgateway/mcpgateway/internal/socket"
)

// errHeaderTooLarge says that a response's header does not end.
var errHeaderTooLarge = errors.New("the header of the response is too large")

// conn is a connection to an upstream. One goroutine at a time has it, but for
// close.
type conn struct {
	net    *socket.Conn
	in     *bufio.Reader
	memory httpfield.Memory // Of the responses' fields.
	owner  *address         // Nil where it is not to be used again.
	since  time.Time
	closed atomic.Bool
	// budget is how many bytes may still be read.
	budget int64
	// writing is when the deadline for writing was set, and reading the one for
	// reading; zero without one.
	writing, reading time.Time
	// unwatch ends the watch over the request's context; nil if there is none.
	unwatch func() bool
}

// readSize is how much is read ahead, in bytes: the header and a short body.
const readSize = 2 << 10

func newConn(n net.Conn, owner *address) *conn {
	c := &conn{net: socket.New(n), owner: owner}
	c.in = bufio.NewReaderSize(c, readSize)
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
func (c *conn) write(request []byte, now time.Time, within time.Duration) error {
	if now.Sub(c.writing) > within/16 {
		if err := c.net.SetWriteDeadline(now.Add(within)); err != nil {
			return err
		}
		c.writing = now
	}
	_, err := c.net.Write(request)
	return err
}

// soon is how long a response may take, at least half of which it has, before
// anybody watches over the caller. That costs more than most responses, and must
// not begin just because the machine is busy.
const soon = 50 * time.Millisecond

var emptyLine = []byte("\r\n\r\n")

// comesSoon says whether a response with all of its header comes at once.
func (c *conn) comesSoon(now time.Time) bool {
	// To move a deadline costs more than to look whether it will do.
	if left := c.reading.Sub(now); left < soon/2 || left > soon {
		if c.readUntil(now.Add(soon)) != nil {
			return false
		}
	}
	if _, err := c.in.Peek(1); err != nil {
		return false // If it is no matter of time, it will be told again.
	}
	there, _ := c.in.Peek(c.in.Buffered())
	return bytes.Contains(there, emptyLine)
}

// await waits for the first byte of a response, and the header must follow
// within the same time.
func (c *conn) await(within time.Duration) error {
	if err := c.readUntil(time.Now().Add(within)); err != nil {
		return err
	}
	_, err := c.in.Peek(1)
	return err
}

// readUntil sets the deadline for reading, or with no time takes it away.
func (c *conn) readUntil(t time.Time) error {
	c.reading = t
	return c.net.SetReadDeadline(t)
}

// watch hangs up once ctx is done.
func (c *conn) watch(ctx context.Context) {
	if c.unwatch == nil {
		c.unwatch = context.AfterFunc(ctx, c.close)
	}
}

// undisturbed ends the watching, and says whether nobody hung up.
func (c *conn) undisturbed() bool {
	if c.unwatch == nil {
		return true
	}
	stopped := c.unwatch()
	c.unwatch = nil
	return stopped
}

// alive says whether a connection that waits can take a request: the upstream
// has not hung up, nor said anything that it was not asked.
func (c *conn) alive(now time.Time) bool {
	return c.owner != nil && now.Sub(c.since) < c.owner.pool.o.IdleTime && c.in.Buffered() == 0 && c.net.Quiet()
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

// hungUp says whether the upstream ended the connection without a word. One that
// takes too long has the request, and would take as long again.
func hungUp(err error) bool {
	_, none := errors.AsType[*unanswered](err)
	return none && !errors.Is(err, os.ErrDeadlineExceeded)
}
