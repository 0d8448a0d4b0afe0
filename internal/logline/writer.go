package logline

import (
	"io"
	"sync"
	"time"
)

// gathered bounds the lines that wait to be written, in bytes. One that is longer
// waits alone.
const gathered = 64 << 10

// Writer passes lines on: at once while few come, many together while many do.
// They keep their order; those of a write that fails are lost. No line waits
// longer than the writer was made for, unless whoever takes them makes it wait:
// then, after the first 64 KiB, those who write wait too.
//
// Any number of goroutines may use it. It has none of its own.
type Writer struct {
	out  io.Writer
	wait time.Duration

	// turn is held by whoever writes to out. Who needs both locks takes it first.
	turn  sync.Mutex
	spare []byte

	mu    sync.Mutex
	lines []byte
	// until is when lines are no longer gathered, unless out was written to
	// again.
	until time.Time
	timer *time.Timer
	armed bool // The timer will flush.
	ended bool
}

// NewWriter makes a writer to out whose lines wait for at most the time given;
// for none at all if it is 0.
func NewWriter(out io.Writer, wait time.Duration) *Writer { return &Writer{out: out, wait: wait} }

// Write takes a line, with its end. An error is of the lines that were written
// with it; one that comes later is told to nobody.
func (w *Writer) Write(line []byte) (int, error) {
	if w.gather(line) {
		return len(line), nil
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	return len(line), nil
}

// gather takes a line and says whether it may wait.
func (w *Writer) gather(line []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.lines) > 0 && len(w.lines)+len(line) > gathered {
		w.mu.Unlock()
		_ = w.Flush() // Those lines are of others.
		w.mu.Lock()
	}
	w.lines = append(w.lines, line...)
	left := time.Until(w.until)
	if w.ended || left <= 0 {
		return false
	}
	if w.armed {
		return true
	}
	w.armed = true
	if w.timer == nil {
		w.timer = time.AfterFunc(left, w.ring)
	} else {
		w.timer.Reset(left)
	}
	return true
}

// ring is what the timer does.
func (w *Writer) ring() {
	w.mu.Lock()
	w.armed = false
	w.mu.Unlock()
	_ = w.Flush()
}

// Flush returns once all lines that were taken before are written, or with the
// error of those that it wrote, which are lost.
func (w *Writer) Flush() error {
	w.turn.Lock()
	defer w.turn.Unlock()
	w.mu.Lock()
	lines := w.lines
	w.lines, w.spare = w.spare[:0], nil
	w.until = time.Now().Add(w.wait)
	w.mu.Unlock()
	if len(lines) == 0 {
		w.spare = lines
		return nil
	}
	_, err := w.out.Write(lines)
	if cap(lines) <= 2*gathered { // It grew for a longer line.
		w.spare = lines[:0]
	}
	return err
}

// Close flushes. Lines that come later are written at once.
func (w *Writer) Close() error {
	w.mu.Lock()
	w.ended = true
	if w.timer != nil {
		w.timer.Stop()
	}
	w.armed = false
	w.mu.Unlock()
	return w.Flush()
}
