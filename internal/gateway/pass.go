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

// pass sends the response's status and body on, each part as soon as it comes.
// It panics with [http.ErrAbortHandler] where the body breaks off.
func (x *exchange) pass(res *http.Response, filter *endpointFilter) {
	out := outlet{control: x.control, writer: x.writer}
	out.arm()
	x.writer.WriteHeader(res.StatusCode)
	if res.ContentLength == 0 || x.request.Method == http.MethodHead {
		return
	}
	if x.stream {
		defer out.flushSoon()()
		defer context.AfterFunc(x.gateway.life, func() { _ = res.Body.Close() })()
	}
	b := take(x.gateway.buffers)
	defer b.release()
	var filtered []byte
	left := res.ContentLength
	for {
		n, err := res.Body.Read(b.bytes[:])
		if n > 0 {
			part := b.bytes[:n]
			if filter != nil {
				var bad error
				if filtered, bad = filter.filter(filtered[:0], part); bad != nil {
					x.counted.Outcome = traffic.Unreachable
					panic(http.ErrAbortHandler)
				}
				part = filtered
			}
			x.sent += int64(len(part))
			left -= int64(n)
			// The end of a body is flushed by the server.
			if !out.send(part, left != 0 && err == nil) {
				x.counted.Outcome = traffic.Cancelled
				return
			}
		}
		switch {
		case errors.Is(err, io.EOF), x.stream && x.gateway.life.Err() != nil:
			out.arm()
			return
		case err != nil:
			if x.request.Context().Err() != nil {
				x.counted.Outcome = traffic.Cancelled
				return
			}
			x.counted.Outcome = traffic.Unreachable
			panic(http.ErrAbortHandler)
		}
	}
}

// outlet writes to a caller, who may be slow but not for ever.
type outlet struct {
	writer  http.ResponseWriter
	control *http.ResponseController

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
	if now := time.Now(); now.Sub(o.armed) > writeTime/16 {
		o.armed = now
		_ = o.control.SetWriteDeadline(now.Add(writeTime))
	}
}

// flushSoon flushes the header of a stream, unless something is sent so soon
// that both can go in one piece. stop must be called before the handler ends.
func (o *outlet) flushSoon() (stop func()) {
	timer := time.AfterFunc(headerTime, func() {
		o.writing.Lock()
		defer o.writing.Unlock()
		if !o.begun {
			o.begun = true
			_ = o.control.Flush()
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
	return o.control.Flush() == nil
}
