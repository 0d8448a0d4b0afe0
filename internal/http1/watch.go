package http1

import (
	"context"
	"sync"
	"time"
)

// watchAfter is how long a request takes before somebody watches whether its
// caller is still there.
const watchAfter = 10 * time.Millisecond

// watch waits, while a request is being served, for the caller to leave.
type watch struct {
	timer   *time.Timer
	content *content
	cancel  context.CancelFunc

	mu sync.Mutex
	// over is true while no request is being served.
	over bool
	// reading is set while somebody reads from the connection, and closed after
	// that.
	reading chan struct{}
}

// begin begins with a request. cancel is called when the caller leaves.
func (w *watch) begin(c *conn, b *content, cancel context.CancelFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.content, w.cancel, w.over = b, cancel, false
	if w.timer == nil {
		w.timer = time.AfterFunc(watchAfter, func() { w.look(c) })
		return
	}
	w.timer.Reset(watchAfter)
}

// look reads ahead until something comes, the caller leaves, or the request is
// answered. What came is left for the next request.
func (w *watch) look(c *conn) {
	w.mu.Lock()
	if w.over || w.reading != nil {
		w.mu.Unlock()
		return
	}
	if !w.content.done.Load() {
		w.timer.Reset(watchAfter) // The handler still reads.
		w.mu.Unlock()
		return
	}
	cancel, reading := w.cancel, make(chan struct{})
	w.reading = reading
	_ = c.net.SetReadDeadline(time.Time{}) // Before end sets its own.
	w.mu.Unlock()
	// With the next request there already, nobody can tell.
	if c.in.Buffered() == 0 {
		if _, err := c.in.Peek(1); err != nil && !w.isOver() {
			cancel()
		}
	}
	close(reading)
}

func (w *watch) isOver() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.over
}

// end ends the watching over a request. Nobody reads from the connection after
// that.
func (w *watch) end(c *conn) {
	w.timer.Stop()
	w.mu.Lock()
	w.over = true
	reading := w.reading
	w.reading = nil
	w.mu.Unlock()
	if reading != nil {
		_ = c.net.SetReadDeadline(time.Unix(1, 0))
		<-reading
	}
}
