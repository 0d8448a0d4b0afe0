package logline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// sink takes what is written, piece by piece.
type sink struct {
	mu     sync.Mutex
	pieces []string
	err    error
	// gate, if set, lets a write through with each receive.
	gate chan struct{}
}

func (s *sink) Write(p []byte) (int, error) {
	if s.gate != nil {
		<-s.gate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	s.pieces = append(s.pieces, string(p))
	return len(p), nil
}

func (s *sink) is(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := fmt.Sprintf("%q", s.pieces); got != fmt.Sprintf("%q", want) {
		t.Errorf("there is %s, want %q", got, want)
	}
}

const wait = 5 * time.Millisecond

// write writes lines that nothing hinders.
func write(t *testing.T, w *Writer, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if n, err := w.Write([]byte(line)); err != nil || n != len(line) {
			t.Errorf("%q: %d, %v", line, n, err)
		}
	}
}

// TestGathering: the first line of a time goes out at once, and those that come
// soon after it together, none of them late.
func TestGathering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := new(sink)
		w := NewWriter(out, wait)
		write(t, w, "a\n")
		out.is(t, "a\n")
		write(t, w, "b\n")
		time.Sleep(wait - time.Nanosecond)
		write(t, w, "c\n")
		out.is(t, "a\n")
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		out.is(t, "a\n", "b\nc\n")
		write(t, w, "d\n")
		time.Sleep(wait)
		synctest.Wait()
		out.is(t, "a\n", "b\nc\n", "d\n")
		time.Sleep(wait)
		write(t, w, "e\n", "f\n")
		out.is(t, "a\n", "b\nc\n", "d\n", "e\n")
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		write(t, w, "g\n", "h\n")
		out.is(t, "a\n", "b\nc\n", "d\n", "e\n", "f\n", "g\n", "h\n")
	})
}

// TestNoGathering: where nothing is to wait nothing does.
func TestNoGathering(t *testing.T) {
	out := new(sink)
	write(t, NewWriter(out, 0), "a\n", "b\n")
	out.is(t, "a\n", "b\n")
}

// TestWarningsGoOutAtOnce: with all that came before them.
func TestWarningsGoOutAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, level := range []slog.Level{slog.LevelWarn, slog.LevelError} {
			out := new(bytes.Buffer)
			w := NewWriter(out, wait)
			h := NewText(w, slog.LevelInfo)
			log := slog.New(h)
			log.Info("first")
			log.Info("second")
			if err := h.Line(t.Context(), time.Now(), slog.LevelInfo, "third", nil); err != nil {
				t.Error(err)
			}
			if n := strings.Count(out.String(), "\n"); n != 1 {
				t.Errorf("%d lines went out", n)
			}
			log.With("a", 1).WithGroup("g").Log(t.Context(), level, "fourth")
			log.Info("fifth")
			if n := strings.Count(out.String(), "\n"); n != 4 {
				t.Errorf("%s: %d lines went out", level, n)
			}
			if err := h.Line(t.Context(), time.Now(), level, "sixth", nil); err != nil {
				t.Error(err)
			}
			if n := strings.Count(out.String(), "\n"); n != 6 {
				t.Errorf("%s: %d lines went out", level, n)
			}
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestStalled: while nobody takes the lines some are kept, and then whoever
// writes waits. None is lost.
func TestStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sink{gate: make(chan struct{})}
		w := NewWriter(out, wait)
		line := strings.Repeat("x", 1023) + "\n"
		const lines = 1000
		var taken atomic.Int64
		var all sync.WaitGroup
		all.Go(func() {
			for range lines {
				_, _ = w.Write([]byte(line))
				taken.Add(int64(len(line)))
			}
		})
		for range 5 {
			synctest.Wait()
			out.mu.Lock()
			passed := len(strings.Join(out.pieces, ""))
			out.mu.Unlock()
			if kept := taken.Load() - int64(passed); kept > 2*gathered || passed > 0 && kept < gathered/2 {
				t.Errorf("%d bytes are kept", kept)
			}
			out.gate <- struct{}{}
		}
		close(out.gate)
		all.Wait()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if got := strings.Join(out.pieces, ""); got != strings.Repeat(line, lines) {
			t.Errorf("%d bytes came", len(got))
		}
	})
}

// TestLongLine: a line that is longer than the room goes out alone, in its turn.
func TestLongLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := new(sink)
		w := NewWriter(out, wait)
		long := strings.Repeat("x", 3*gathered) + "\n"
		write(t, w, "a\n", "b\n", long, "c\n")
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		out.is(t, "a\n", "b\n", long, "c\n")
		if n := cap(w.spare) + cap(w.lines); n > 6*gathered {
			t.Errorf("%d bytes are kept", n)
		}
	})
}

// TestFailedWrite: who writes at once, or flushes, hears of it; what comes later
// is written.
func TestFailedWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("disk full")
		out := &sink{err: full}
		w := NewWriter(out, wait)
		if _, err := w.Write([]byte("a\n")); !errors.Is(err, full) {
			t.Errorf("at once: %v", err)
		}
		write(t, w, "b\n")
		if err := w.Flush(); !errors.Is(err, full) {
			t.Errorf("flush: %v", err)
		}
		write(t, w, "c\n")
		time.Sleep(wait)
		synctest.Wait() // The timer has nobody to tell.
		log := slog.New(NewJSON(w, nil))
		if err := log.Handler().Handle(t.Context(), slog.NewRecord(time.Now(), slog.LevelError, "x", 0)); !errors.Is(err, full) {
			t.Errorf("a warning: %v", err)
		}
		out.mu.Lock()
		out.err = nil
		out.mu.Unlock()
		write(t, w, "d\n")
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		out.is(t, "d\n")
	})
}

// TestOrder: the lines of each goroutine come whole, once, and in their order,
// whoever flushes meanwhile.
func TestOrder(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, 50*time.Microsecond)
	h := NewText(w, slog.LevelInfo)
	log := slog.New(h)
	const writers, lines = 8, 2000
	var all sync.WaitGroup
	for id := range writers {
		all.Go(func() {
			for n := range lines {
				at := slog.LevelInfo
				if n%100 == id {
					at = slog.LevelWarn
				}
				attrs := []slog.Attr{slog.Int("id", id), slog.Int("n", n)}
				if n%2 == 0 {
					_ = h.Line(context.Background(), time.Now(), at, "line", attrs)
				} else {
					log.LogAttrs(context.Background(), at, "line", attrs...)
				}
			}
		})
	}
	all.Wait()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	var next [writers]int
	for line := range strings.Lines(out.String()) {
		var id, n int
		_, after, _ := strings.Cut(line, "msg=line ")
		if _, err := fmt.Sscanf(after, "id=%d n=%d\n", &id, &n); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if n != next[id] {
			t.Fatalf("%d wrote %d, want %d", id, n, next[id])
		}
		next[id]++
	}
	for id, n := range next {
		if n != lines {
			t.Errorf("%d: %d lines came", id, n)
		}
	}
}
