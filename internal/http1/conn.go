package http1

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/socket"
)

// The states of a connection.
const (
	idle   int32 = iota // It waits for a request.
	active              // A request is being served.
	ended               // It is closed, or handed over.
)

// conn is a connection that is served here.
type conn struct {
	server   *Server
	net      *socket.Conn
	handover *handover
	in       *bufio.Reader // Nil before the first request, and during one that takes long.
	remote   string
	posted   bool            // The last request was a POST.
	ctx      context.Context // Has the local address.
	state    atomic.Int32
	once     sync.Once
	watch    watch
	parser   parser
	content  content
	response response
	// until is the deadline for reading that was set last; zero before that.
	until time.Time
}

func newConn(s *Server, n net.Conn, h *handover) *conn {
	c := &conn{server: s, net: socket.New(n), handover: h, remote: n.RemoteAddr().String()}
	c.content.conn = c
	c.ctx = context.WithValue(context.Background(), http.LocalAddrContextKey, n.LocalAddr())
	return c
}

// close hangs up. Any goroutine may do so, more than once.
func (c *conn) close() { c.once.Do(func() { _ = c.net.Close() }) }

// serve serves one request after the other.
func (c *conn) serve() {
	defer c.server.remove(c)
	defer c.watch.stop()
	wait, least := c.server.headerTime(), 1
	for c.await(wait, least) {
		ctx, cancel := context.WithCancel(c.ctx)
		r, ok := c.next(ctx)
		if !ok {
			cancel()
			c.handOver()
			return
		}
		if !c.state.CompareAndSwap(idle, active) {
			cancel()
			break // It was closed because it waited.
		}
		again := c.exchange(r, cancel)
		cancel()
		if !again || c.server.closing.Load() || !c.state.CompareAndSwap(active, idle) {
			break
		}
		// The end may have begun in between.
		if c.server.closing.Load() {
			break
		}
		wait, least = c.server.idleTime(), leastRequest
		c.posted = r.Method == http.MethodPost
	}
	c.close()
}

// leastRequest is what must come, in bytes, before a connection that was used
// counts as used again: some callers end with an empty line.
const leastRequest = 4

// await waits for something to read.
func (c *conn) await(atMost time.Duration, least int) bool {
	if c.in == nil {
		c.in = c.server.reader(c.net)
	}
	if c.in.Buffered() >= least {
		return true
	}
	if c.readWithin(atMost) != nil {
		return false
	}
	_, err := c.in.Peek(least)
	return err == nil
}

// readWithin gives the caller time to say something. To move a deadline costs more
// than to look at the clock, so it is a little early sometimes.
func (c *conn) readWithin(atMost time.Duration) error {
	now := time.Now()
	if left := c.until.Sub(now); left > atMost || left < atMost-atMost/16 {
		return c.readUntil(now.Add(atMost))
	}
	return nil
}

// readUntil sets the deadline for reading.
func (c *conn) readUntil(t time.Time) error {
	c.until = t
	return c.net.SetReadDeadline(t)
}

var emptyLine = []byte("\r\n\r\n")

// next takes the next header, if all of it is there and it is plain. Otherwise
// nothing is taken.
func (c *conn) next(ctx context.Context) (*http.Request, bool) {
	there, _ := c.in.Peek(c.in.Buffered())
	if c.posted {
		// As net/http does, for callers that end a form with an empty line.
		first := there[:min(len(there), leastRequest)]
		n, _ := c.in.Discard(len(first) - len(bytes.TrimLeft(first, "\r\n")))
		there = there[n:]
	}
	at := bytes.Index(there, emptyLine)
	if at < 0 {
		return nil, false
	}
	r := c.server.blank.WithContext(ctx) // To give a request a context is to copy it.
	if !c.parser.parse(r, there[:at+len(emptyLine)]) || !c.server.Takes(r) {
		return nil, false
	}
	_, _ = c.in.Discard(at + len(emptyLine))
	return r, true
}

// handOver leaves the connection to net/http.
func (c *conn) handOver() {
	if !c.state.CompareAndSwap(idle, ended) {
		return
	}
	if c.net.SetReadDeadline(time.Time{}) != nil || c.net.SetWriteDeadline(time.Time{}) != nil {
		c.close()
		return
	}
	c.handover.give(&readAhead{c.net.Conn, c.in})
}

// exchange answers a request, whose context cancel ends, and says whether the
// connection is good for another.
func (c *conn) exchange(r *http.Request, cancel context.CancelFunc) (again bool) {
	r.RemoteAddr = c.remote
	content := &c.content
	content.left = r.ContentLength
	content.done.Store(content.left == 0)
	if r.ContentLength > 0 {
		r.Body = content
	}
	if !content.isHere() {
		// Unless the handler says otherwise. The header may have taken nearly all
		// of its time, or have come while the last request was being served.
		_ = c.readWithin(c.server.idleTime())
	}
	w := &c.response
	w.begin(c, content, cancel)
	c.watch.begin(c, content, cancel)
	defer func() {
		if reason := recover(); reason != nil {
			again = false
			if reason != http.ErrAbortHandler { //nolint:errorlint // The very value, by net/http's contract.
				c.server.logf("http: panic serving %s: %v\n%s", c.remote, reason, debug.Stack())
			}
			c.close() // What was answered so far must not look whole.
			c.watch.end(c)
		}
	}()
	c.server.HTTP.Handler.ServeHTTP(w, r)
	c.watch.end(c)
	again = w.end()
	return content.drain() && again
}

// content is what comes with a request.
type content struct {
	conn *conn
	left int64
	done atomic.Bool // Once nothing is left.
}

// Read reads what comes next.
func (b *content) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.conn.in.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	b.done.Store(b.left == 0)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// isHere says whether nobody has to wait for the rest.
func (b *content) isHere() bool { return b.left <= int64(b.conn.in.Buffered()) }

// Close does nothing: the rest is read once the request is answered.
func (b *content) Close() error { return nil }

// lingerTime bounds the wait for content that no handler wanted.
const lingerTime = 2 * time.Second

// drain reads what is left, and says whether that was all. A connection that is
// closed on unread bytes is reset, and the answer may be lost with it.
func (b *content) drain() bool {
	if b.left == 0 {
		return true
	}
	if b.conn.readUntil(time.Now().Add(lingerTime)) != nil {
		return false
	}
	_, err := io.Copy(io.Discard, b)
	return err == nil
}
