package mcpclient

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// However many lists are long, few are read at a time; a short one never
// waits, and no upstream is called down because another one talks much.
func TestLongListsAreReadFewAtATime(t *testing.T) {
	t.Parallel()
	c := New(Options{Timeout: 3 * time.Second})
	short := registry.Target{Upstream: upstreamtest.Serve(t, upstreamtest.LongDescription(1<<10))}
	long := registry.Target{Upstream: upstreamtest.Serve(t, upstreamtest.LongDescription(1<<20))}
	for range maxReaders {
		c.readers <- struct{}{}
	}
	if out := c.Check(t.Context(), short, true); out.Status.Kind != registry.Healthy || len(names(out.Discovery)) != 2 {
		t.Errorf("a short list while others are read: %s (%s)", out.Status, out.Detail)
	}
	out := c.Check(t.Context(), long, true)
	if out.Status.Kind != registry.Healthy || out.Discovery != nil || !strings.Contains(out.Detail, "the next check tries again") {
		t.Errorf("a long list while others are read: %s (%s), %+v", out.Status, out.Detail, out.Discovery)
	}
	<-c.readers
	if out := c.Check(t.Context(), long, true); len(names(out.Discovery)) != 2 {
		t.Errorf("a long list in its turn: %s (%s)", out.Status, out.Detail)
	}
	if n := len(c.readers); n != maxReaders-1 {
		t.Errorf("%d places are taken, want %d", n, maxReaders-1)
	}
}

func TestBudget(t *testing.T) {
	readers := make(chan struct{}, 1)
	first := &budget{left: 10, free: 1, readers: readers}
	second := &budget{left: 10, readers: readers}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	admit := func(b *budget, want error) {
		t.Helper()
		if err := b.admit(ended); err != want { //nolint:errorlint // It is bare.
			t.Errorf("got %v, want %v", err, want)
		}
	}
	admit(first, nil)
	if len(readers) != 0 {
		t.Error("what is free took a place")
	}
	first.free = 0
	if err := first.admit(t.Context()); err != nil || len(readers) != 1 {
		t.Errorf("%v, %d places are taken", err, len(readers))
	}
	admit(first, nil)
	admit(second, errBusy)
	second.release()
	first.release()
	first.release()
	if len(readers) != 0 {
		t.Error("the place was not given back")
	}
}

// A standing connection keeps no place: it may stand for weeks.
func TestWatchThatStandsGivesItsPlaceBack(t *testing.T) {
	readers := make(chan struct{}, 1)
	w := &watch{k: &talk{}, changed: func() {}, handshake: time.AfterFunc(time.Hour, func() {})}
	w.k.budget = budget{readers: readers}
	if err := w.k.budget.admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.stands()
	if len(readers) != 0 {
		t.Error("the place is still taken")
	}
}
