package actors

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func (w *world) history(path string) registry.History {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, h, err := w.History(ctx, registry.Path(path))
	if err != nil {
		w.t.Fatalf("the history of %s: %v", path, err)
	}
	return h
}

// Every check is in the history at once, each once, whether it is stored yet
// or not and whatever it changed; those that come between two batches too.
func TestHistoryHasEveryCheck(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", refusing(4, 3))
		w.enabled("/a")
		for range 10 * int(flushEvery/time.Second) {
			time.Sleep(time.Second)
			synctest.Wait()
			asked, got := w.upstreams.asked("/a"), w.history("/a").Checks
			first := max(0, len(asked)-registry.MaxHistory)
			if len(got) != len(asked)-first {
				t.Fatalf("%d of %d checks", len(got), len(asked))
			}
			for i, c := range asked[first:] {
				failed := c.n%4 == 3
				if r := got[i]; r.Number != uint64(c.n) || !r.At.Equal(c.at.Truncate(time.Millisecond)) || (r.Status == refused.Status) != failed || r.Manual {
					t.Fatalf("check %d at %s is recorded as %+v", c.n, c.at, r)
				}
			}
		}
		if n := len(w.upstreams.asked("/a")); n <= registry.MaxHistory {
			t.Errorf("only %d checks: this test shows too little", n)
		}
		if n := len(w.store.written()); n > 2*10 {
			t.Errorf("%d batches", n)
		}
	}, func(o *Options) { o.Interval = 300 * time.Millisecond })
}

// However many checks fail, the beginning of the outage stays.
func TestHistoryKeepsTheBeginningOfAnOutage(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", upTo(2, refused))
		w.enabled("/a")
		time.Sleep(3 * registry.MaxHistory * interval)
		synctest.Wait()
		s, h := w.get("/a"), w.history("/a")
		var kinds []registry.StatusKind
		for _, c := range h.Changes {
			kinds = append(kinds, c.Status.Kind)
		}
		want := []registry.StatusKind{registry.Disabled, registry.Checking, registry.Healthy, registry.Unhealthy}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		if last := h.Changes[len(h.Changes)-1]; !last.At.Equal(s.Health.Since) || last.Status != refused.Status {
			t.Errorf("the last is %+v, it is %+v", last, s.Health)
		}
		if len(h.Checks) != registry.MaxHistory || !h.Checks[0].At.After(s.Health.Since) {
			t.Errorf("%d checks from %s on", len(h.Checks), h.Checks[0].At)
		}
	})
}

// What somebody asked for is told apart, and so is the check that changed the
// status. The time of the next one is known.
func TestHistoryTellsOfManualChecks(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/a", always(refused))
		time.Sleep(time.Second)
		<-w.checking("/a", false)
		checks := w.history("/a").Checks
		want := []registry.CheckRecord{
			{Path: "/a", Number: 1, At: checks[0].At, Status: registry.Status{Kind: registry.Healthy}, Latency: checks[0].Latency, Changed: true},
			{Path: "/a", Number: 2, At: now(), Status: refused.Status, Manual: true, Changed: true},
		}
		if diff := cmp.Diff(want, checks); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		next := w.get("/a").NextCheck
		time.Sleep(time.Until(next) - time.Millisecond)
		synctest.Wait()
		if n := len(w.upstreams.asked("/a")); n != 2 {
			t.Errorf("%d checks before %s", n, next)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if n := len(w.upstreams.asked("/a")); n != 3 {
			t.Errorf("%d checks after %s", n, next)
		}
	})
}

// While storage fails the history waits, in bounded memory.
func TestHistoryWaitsForStorage(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.store.doing(func(event string, _ registry.Path) error {
			if event == "checks" {
				return errDisk
			}
			return nil
		})
		time.Sleep(10 * interval)
		synctest.Wait()
		before := w.history("/a")
		if n := len(w.upstreams.asked("/a")); len(before.Checks) != n || n < 8 {
			t.Errorf("%d of %d checks", len(before.Checks), n)
		}
		w.store.failing(nil)
		time.Sleep(flushEvery)
		synctest.Wait()
		h, err := w.store.History(t.Context(), "/a")
		if err != nil || len(h.Checks) < len(before.Checks) {
			t.Errorf("%d checks are stored, %v", len(h.Checks), err)
		}
	})
	a := &registryActor{}
	for n := range uint64(3 * maxUnrecorded) {
		a.remember(registry.Change{After: &registry.Service{}, Check: registry.CheckRecord{Number: n + 1}})
		if len(a.unrecorded) > maxUnrecorded {
			t.Fatalf("%d checks wait", len(a.unrecorded))
		}
	}
	if last := a.unrecorded[len(a.unrecorded)-1].Number; last != 3*maxUnrecorded {
		t.Errorf("the last is %d", last)
	}
}

// A service has no history of another that had its path before.
func TestHistoryEndsWithItsService(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for range 2 {
			w.enabled("/a")
			synctest.Wait()
			<-w.checking("/a", false)
			h := w.history("/a")
			if len(h.Checks) != 2 || h.Checks[0].Number != 1 || len(h.Changes) != 3 {
				t.Errorf("got %+v", h)
			}
			mustAsk(w, w.Registry, RemoveService{"/a"})
			if _, _, err := w.History(t.Context(), "/a"); !errors.Is(err, registry.ErrNotFound) {
				t.Errorf("of a removed service: %v", err)
			}
		}
	})
}
