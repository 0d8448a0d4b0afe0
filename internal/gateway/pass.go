package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
)

// headerTime is how long the header of a stream waits for the first part.
const headerTime = time.Millisecond

// The memory for what comes next of a stream that lasts, in bytes: thousands may
// be open and say nothing for hours. It grows once a part has filled it.
const quietSize, busySize = 512, 4 << 10

// pass sends the response's status and body on, each part as soon as it comes.
// It panics with [http.ErrAbortHandler] where the body breaks off.
func (x *exchange) pass(res *http.Response, filter *endpointFilter) {
	out := outlet{control: x.control, writer: x.writer, multiplexed: x.request.ProtoMajor > 1}
	x.part()
	x.writer.WriteHeader(res.StatusCode)
	if res.ContentLength == 0 || x.request.Method == http.MethodHead {
		out.finish()
		return
	}
	lasting := x.stream && x.lasts()
	if x.stream {
		defer out.flushSoon()()
	}
	if lasting {
		hangUp := func() { _ = res.Body.Close() }
		defer context.AfterFunc(x.gateway.life, hangUp)()
		defer context.AfterFunc(x.route.life, hangUp)()
	}
	var b *buffer
	var room []byte
	if lasting {
		room = make([]byte, quietSize)
		x.room.request, x.room.content = nil, nil // They were sent long ago.
	} else {
		b = take(x.gateway.buffers)
		room = b.bytes[:]
	}
	defer func() {
		if b != nil {
			b.release()
		}
	}()
	var filtered []byte
	left := res.ContentLength
	for {
		n, err := res.Body.Read(room)
		if n > 0 {
			part := room[:n]
			if filter != nil {
				var bad error
				if filtered, bad = filter.filter(filtered[:0], part); bad != nil {
					x.counted.Outcome, x.report.Broken = traffic.Unreachable, bad
					panic(http.ErrAbortHandler)
				}
				part = filtered
			}
			x.sent += int64(len(part))
			left -= int64(n)
			// The end of a body is flushed by the server.
			if !out.send(part, left != 0 && err == nil) {
				// Where a stream was reset, HTTP/2 may still be sending this part:
				// the buffer is not to be used again.
				b = nil
				x.counted.Outcome = traffic.Cancelled
				return
			}
		}
		switch {
		case b != nil || n < len(room):
		case n < busySize:
			room = make([]byte, busySize)
		default:
			b = take(x.gateway.buffers)
			room = b.bytes[:]
		}
		switch {
		case errors.Is(err, io.EOF), lasting && x.over():
			out.finish()
			return
		case err != nil:
			if x.request.Context().Err() != nil {
				x.counted.Outcome = traffic.Cancelled
				return
			}
			x.counted.Outcome, x.report.Broken = traffic.Unreachable, err
			panic(http.ErrAbortHandler)
		}
	}
}

// over says whether streams that last are to end: the gateway stops, or the
// service is no longer what the caller was let in to.
func (x *exchange) over() bool {
	return x.gateway.life.Err() != nil || x.route.life.Err() != nil
}

// lasts says whether an event stream has no end of its own: that of a GET, and
// of the request that stands in its place since revision 2026-07-28. The stream
// of any other request ends with its response.
func (x *exchange) lasts() bool {
	return x.request.Method == http.MethodGet || x.report.Method == "subscriptions/listen"
}

// outlet writes to a caller, who may be slow but not for ever.
type outlet struct {
	writer  http.ResponseWriter
	control *http.ResponseController
	// multiplexed is true for HTTP/2. There a deadline that passes resets the
	// stream, also while nothing is being written.
	multiplexed bool

	// writing guards the writer and what follows from a header's timer.
	writing sync.Mutex
	// armed is when the caller was last given time.
	armed time.Time
	// begun is true once the header was flushed, or is not to be any more.
	begun bool
}

// arm gives the caller time for the next bytes. To move a deadline costs more
// than to look at the clock, so it is a little early sometimes. Only connections
// without deadlines, in tests, refuse it.
func (o *outlet) arm() {
	if now := time.Now(); o.multiplexed || now.Sub(o.armed) > writeTime/16 {
		o.armed = now
		_ = o.control.SetWriteDeadline(now.Add(writeTime))
	}
}

// flush sends what was written, and says whether the caller is still there. The
// lock is held.
func (o *outlet) flush() bool {
	err := o.control.Flush()
	if o.multiplexed {
		_ = o.control.SetWriteDeadline(time.Time{})
	}
	return err == nil
}

// finish gives the caller time for what the server sends last.
func (o *outlet) finish() {
	o.writing.Lock()
	defer o.writing.Unlock()
	o.arm()
}

// flushSoon flushes the header of a stream, unless something is sent so soon
// that both can go in one piece. stop must be called before the handler ends.
func (o *outlet) flushSoon() (stop func()) {
	timer := time.AfterFunc(headerTime, func() {
		o.writing.Lock()
		defer o.writing.Unlock()
		if !o.begun {
			o.begun = true
			o.arm()
			_ = o.flush()
		}
	})
	return func() {
		timer.Stop()
		o.writing.Lock()
		defer o.writing.Unlock()
		o.begun = true
	}
}

// send says whether the caller is still there.
func (o *outlet) send(part []byte, flush bool) bool {
	if len(part) == 0 {
		return true
	}
	o.writing.Lock()
	defer o.writing.Unlock()
	o.arm()
	if _, err := o.writer.Write(part); err != nil {
		return false
	}
	if !flush {
		return true
	}
	o.begun = true
	return o.flush()
}
