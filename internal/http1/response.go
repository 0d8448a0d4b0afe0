package http1

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// gathered is how much of a body is kept back, in bytes, to go along with the
// header and to have a length.
const gathered = 16 << 10

// writeTime bounds the wait for the caller to take what was written, unless the
// handler says otherwise.
const writeTime = time.Minute

// response is an [http.ResponseWriter] that an [http.ResponseController] can
// flush and give deadlines. Its memory serves all requests of a connection.
type response struct {
	conn    *conn
	content *content           // The request's.
	cancel  context.CancelFunc // Ends the request's context.
	header  http.Header

	status int // 0 before WriteHeader.
	// out is what is not written yet: until sent is true the header's lines,
	// without the last ones, and what of the body was gathered after them.
	out  []byte
	head int // The length of the header in out.
	// length is what the handler said of the body, -1 if nothing; written is
	// how much of it came.
	length, written int64
	noBody          bool
	sniff           bool // Nobody says what the body is.
	sent            bool // The header was sent, or is whole in out.
	chunked         bool
	close           bool // The connection is to be closed after it.
	// until is the deadline for writing that was set last, and own whether the
	// handler did so.
	until  time.Time
	slack  time.Duration // How much later a deadline may be to count as the same.
	own    bool
	failed error
}

// begin makes it ready for the next request.
func (w *response) begin(c *conn, b *content, cancel context.CancelFunc) {
	header := w.header
	if header == nil {
		header = make(http.Header, 16)
	}
	clear(header)
	*w = response{
		conn: c, content: b, cancel: cancel, header: header, out: w.out[:0], until: w.until, slack: w.slack,
		length: -1,
	}
}

// Header is what goes out with the first write.
func (w *response) Header() http.Header {
	if w.header == nil {
		w.header = make(http.Header)
	}
	return w.header
}

// WriteHeader fixes the header. Interim responses are not sent: no handler here
// has any.
func (w *response) WriteHeader(status int) {
	if w.status != 0 || status < http.StatusOK {
		return
	}
	w.status = status
	w.noBody = status == http.StatusNoContent || status == http.StatusNotModified
	w.close = strings.EqualFold(w.header.Get("Connection"), "close") || w.conn.server.closing.Load()
	if given := w.header["Content-Length"]; len(given) > 0 {
		if n, err := strconv.ParseInt(given[0], 10, 64); err == nil && n >= 0 {
			w.length = n
		}
	}
	_, typed := w.header["Content-Type"]
	_, coded := w.header["Content-Encoding"]
	w.sniff = !typed && !coded
	w.out = w.conn.server.appendHeader(w.out, status, w.header)
	w.head = len(w.out)
}

// Write adds to the body.
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	switch {
	case w.failed != nil:
		return 0, w.failed
	case len(p) == 0:
		return 0, nil
	case w.noBody:
		return 0, http.ErrBodyNotAllowed
	case w.length >= 0 && w.written+int64(len(p)) > w.length:
		return 0, http.ErrContentLength
	}
	w.written += int64(len(p))
	if !w.sent && len(w.out)-w.head+len(p) <= gathered {
		w.out = append(w.out, p...)
		return len(p), nil
	}
	if !w.sent {
		w.send(false, p)
	} else {
		w.part(p)
	}
	return len(p), w.flush()
}

// FlushError sends what there is.
func (w *response) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.sent {
		w.send(false, nil)
	}
	return w.flush()
}

// Flush is FlushError for those who do not want to know.
func (w *response) Flush() { _ = w.FlushError() }

// SetReadDeadline is the connection's. Where all content is here there is nothing
// to wait for.
func (w *response) SetReadDeadline(t time.Time) error {
	if w.content.done.Load() || w.content.isHere() {
		return nil
	}
	return w.conn.readUntil(t)
}

// SetWriteDeadline is the connection's. To move it costs more than to look at the
// clock, so it may be a little early.
func (w *response) SetWriteDeadline(t time.Time) error {
	w.own = true
	if later := t.Sub(w.until); 0 <= later && later < w.slack {
		return nil
	}
	w.until, w.slack = t, time.Until(t)/16
	return w.conn.net.SetWriteDeadline(t)
}

// EnableFullDuplex changes nothing: what a handler reads is independent of what
// it writes.
func (w *response) EnableFullDuplex() error { return nil }

// send completes the header, once it is known how the body is framed: whole, or
// in parts of which the first is what was gathered, and more.
func (w *response) send(whole bool, more []byte) {
	w.sent = true
	if !whole {
		w.header = nil // More may be hours away.
	}
	gathered := len(w.out) - w.head
	// The last lines go between the header and what was gathered.
	var room [256]byte
	last := room[:0]
	if w.sniff && w.written > 0 {
		first := more
		if gathered > 0 {
			first = w.out[w.head:]
		}
		last = append(last, "Content-Type: "...)
		last = append(last, http.DetectContentType(first)...)
		last = append(last, "\r\n"...)
	}
	if whole && w.length < 0 {
		w.length = int64(gathered)
	}
	switch {
	case w.status == http.StatusNoContent, w.noBody && w.length <= 0:
	case w.length >= 0:
		last = append(last, "Content-Length: "...)
		last = strconv.AppendInt(last, w.length, 10)
		last = append(last, "\r\n"...)
	default:
		w.chunked = true
		last = append(last, "Transfer-Encoding: chunked\r\n"...)
	}
	// Once all content is there, somebody else may be reading ahead.
	if !w.content.done.Load() && !w.content.isHere() {
		// Nobody knows when the rest will come, if ever.
		w.close = true
	}
	if w.close {
		last = append(last, "Connection: close\r\n"...)
	}
	last = append(last, "\r\n"...)
	size := gathered + len(more)
	if w.chunked && size > 0 {
		last = strconv.AppendInt(last, int64(size), 16)
		last = append(last, "\r\n"...)
	}
	w.out = append(w.out, last...)
	copy(w.out[w.head+len(last):], w.out[w.head:w.head+gathered])
	copy(w.out[w.head:], last)
	w.out = append(w.out, more...)
	if w.chunked && size > 0 {
		w.out = append(w.out, "\r\n"...)
	}
}

// part adds a part of the body after the header.
func (w *response) part(p []byte) {
	if w.chunked {
		w.out = strconv.AppendInt(w.out, int64(len(p)), 16)
		w.out = append(w.out, "\r\n"...)
	}
	w.out = append(w.out, p...)
	if w.chunked {
		w.out = append(w.out, "\r\n"...)
	}
}

// keptOut is the most memory that a connection keeps for its next answer, in
// bytes: thousands may wait for a request.
const keptOut = 8 << 10

// flush writes what there is. A caller who does not take it has left.
func (w *response) flush() error {
	if w.failed != nil || len(w.out) == 0 {
		return w.failed
	}
	if !w.own && time.Until(w.until) < writeTime/2 {
		w.until, w.slack = time.Now().Add(writeTime), 0
		w.failed = w.conn.net.SetWriteDeadline(w.until)
	}
	if w.failed == nil {
		_, w.failed = w.conn.net.Write(w.out)
	}
	if w.failed != nil {
		w.cancel()
	}
	w.out = w.out[:0]
	if cap(w.out) > keptOut {
		w.out = nil
	}
	return w.failed
}

// end sends what is left, and says whether the answer is whole and the
// connection good for another.
func (w *response) end() bool {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.sent {
		w.send(true, nil)
	}
	if w.chunked {
		w.out = append(w.out, "0\r\n\r\n"...)
	}
	err := w.flush()
	return err == nil && !w.close && (w.noBody || w.chunked || w.written == w.length)
}
