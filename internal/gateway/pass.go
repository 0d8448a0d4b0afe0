package gateway

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
)

// pass sends the response's status and body on, each part as soon as it comes.
// It panics with [http.ErrAbortHandler] where the body breaks off.
func (x *exchange) pass(res *http.Response, filter *endpointFilter) {
	out := outlet{control: http.NewResponseController(x.writer), writer: x.writer}
	out.arm()
	x.writer.WriteHeader(res.StatusCode)
	if res.ContentLength == 0 || x.request.Method == http.MethodHead {
		return
	}
	if x.stream {
		out.flush()
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
			// The end of a body of known length is flushed by the server.
			if !out.send(part, left != 0) {
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
}

// arm gives the caller time for the next bytes. Only connections without
// deadlines, in tests, refuse it.
func (o *outlet) arm() { _ = o.control.SetWriteDeadline(time.Now().Add(writeTime)) }

// send says whether the caller is still there.
func (o *outlet) send(part []byte, flush bool) bool {
	if len(part) == 0 {
		return true
	}
	o.arm()
	if _, err := o.writer.Write(part); err != nil {
		return false
	}
	return !flush || o.flush()
}

func (o *outlet) flush() bool { return o.control.Flush() == nil }
