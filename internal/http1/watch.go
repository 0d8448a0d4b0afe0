package http1

import (
	"context"
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// watchAfter is how long a request takes before somebody watches whether its
// caller is still there. That costs a goroutine and what wakes it: it must not
// begin just because the machine is busy.
const watchAfter = 50 * time.Millisecond

// watch waits, while a request is being served, for the caller to leave.
type watch struct {
	mu      sync.Mutex
	timer   *time.Timer
	armed   bool // The timer will say something.
	began   time.Time
	content *content
	cancel  context.CancelFunc
	// over is true while no request is being served.
	over bool
	// reading is set while somebody reads from the connection, and closed after
	// that.
	reading chan struct{}
}

// begin begins with a request. cancel is called when the caller leaves. The timer
// may be that of an earlier request: most are answered before it says anything.
func (w *watch) begin(c *conn, b *content, cancel context.CancelFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.content, w.cancel, w.over, w.began = b, cancel, false, time.Now()
	if w.timer == nil {
		w.timer = time.AfterFunc(watchAfter, func() { w.look(c) })
	} else if !w.armed {
		w.timer.Reset(watchAfter)
	}
	w.armed = true
}

// again lets the timer say something later. The lock is held.
func (w *watch) again(after time.Duration) {
	w.armed = true
	w.timer.Reset(after)
}

// look reads ahead until something comes, the caller leaves, or the request is
// answered. What came is left for the next request.
func (w *watch) look(c *conn) {
	w.mu.Lock()
	w.armed = false
	if w.over || w.reading != nil {
		w.mu.Unlock()
		return
	}
	if took := time.Since(w.began); took < watchAfter {
		w.again(watchAfter - took)
		w.mu.Unlock()
		return
	}
	if !w.content.done.Load() {
		w.again(watchAfter) // The handler still reads.
		w.mu.Unlock()
		return
	}
	cancel, reading := w.cancel, make(chan struct{})
	w.reading = reading
	_ = c.net.SetReadDeadline(time.Time{}) // Before end sets its own.
	w.mu.Unlock()
	// With the next request there already, nobody can tell.
	if c.in.Buffered() == 0 {
		// Who takes long may take hours, and thousands may.
		c.server.readerDone(c.in)
		c.in, c.parser.memory = nil, httpfield.Memory{}
		if err := c.net.Wait(); err != nil && !w.isOver() {
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
	w.mu.Lock()
	w.over = true
	reading := w.reading
	w.reading = nil
	w.mu.Unlock()
	if reading != nil {
		_ = c.readUntil(time.Unix(1, 0))
		<-reading
	}
}

// stop ends all watching.
func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
}
