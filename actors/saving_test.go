package actors

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestStartFailsWithoutStore(t *testing.T) {
	m := newMemory()
	m.failing(errDisk)
	_, err := Start(t.Context(), Options{Store: m, Checker: newUpstreams(), Interval: interval, Logger: discard})
	if !errors.Is(err, errDisk) {
		t.Errorf("got %v", err)
	}
}

// A write that fails changes nothing and tells nobody, and who asked gets the
// error.
func TestWriteThatFails(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/on")
		w.register("/off")
		synctest.Wait()
		e := w.listen()
		before := mustAsk(w, w.Registry, ListServices{})
		w.store.failing(errDisk)
		for what, err := range map[string]error{
			"register":   second(tryAsk(w.Registry, RegisterService{draft("/new")})),
			"import":     second(tryAsk(w.Registry, ImportService{draft("/new"), nil, true})),
			"edit":       second(tryAsk(w.Registry, EditService{"/on", registry.Draft{Upstream: new("http://elsewhere")}})),
			"enable":     second(tryAsk(w.Registry, SetEnabled{"/off", true})),
			"disable":    second(tryAsk(w.Registry, SetEnabled{"/on", false})),
			"remove":     second(tryAsk(w.Registry, RemoveService{"/on"})),
			"remove off": second(tryAsk(w.Registry, RemoveService{"/off"})),
		} {
			if !errors.Is(err, errDisk) {
				t.Errorf("%s: %v", what, err)
			}
		}
		time.Sleep(time.Second)
		if diff := cmp.Diff(before, mustAsk(w, w.Registry, ListServices{})); diff != "" {
			t.Errorf("something changed (-before +after):\n%s", diff)
		}
		if e.heard() != 1 {
			t.Errorf("something was told: %s", e.messages)
		}
		time.Sleep(2 * interval)
		if n := len(w.upstreams.asked("/on")); n < 2 {
			t.Error("the checks ended with a removal that failed")
		}
		if n := len(w.upstreams.asked("/off")) + len(w.upstreams.asked("/new")); n != 0 {
			t.Errorf("%d checks of what was not switched on", n)
		}

		// What failed can be done later, without a gap in the versions.
		w.store.failing(nil)
		if s := w.register("/new"); s.Version != before.Sequence+1 {
			t.Errorf("version %d after %d", s.Version, before.Sequence)
		}
	})
}

func TestResultWhoseWriteFailsComesAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", upTo(1, refused))
		w.enabled("/a")
		synctest.Wait()
		e := w.listen()
		w.store.failing(errDisk)
		if got := <-w.checking("/a", false); !errors.Is(got.err, errDisk) {
			t.Errorf("who waited got %+v", got)
		}
		if s := w.get("/a"); s.Rechecking || s.Status().Kind != registry.Healthy {
			t.Errorf("after its check it is %s", s.Status())
		}
		w.settle()
		w.expectTruth(e)
		time.Sleep(2 * interval)
		if s := w.get("/a"); s.Health.Status.Kind != registry.Healthy {
			t.Errorf("unsaved, it is %s", s.Health.Status)
		}
		w.store.failing(nil)
		w.eventually("the result is known", func() bool { return w.status("/a") == refused.Status.String() })
		if got := w.store.got("/a"); got.Health.Status != refused.Status {
			t.Errorf("stored is %+v", got.Health)
		}
		w.settle()
		w.expectTruth(e)
	})
}

func TestChangesAreStoredAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/a", always(refused))
		<-w.checking("/a", false)
		mustAsk(w, w.Registry, EditService{"/a", registry.Draft{Name: new("X")}})
		w.disable("/a")
		mustAsk(w, w.Registry, RemoveService{"/a"})
		want := []string{"registered", "switched", "tools", "health", "edited", "switched", "removed"}
		if diff := cmp.Diff(want, w.store.happened("/a")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// What was asked for twice is done once.
func TestNothingNewIsNotStored(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		before := w.register("/a")
		w.disable("/a")
		after := mustAsk(w, w.Registry, EditService{"/a", draft("/a")})
		if n := len(w.store.happened("/a")); n != 1 || after != before {
			t.Errorf("%d events, %+v", n, after)
		}
	})
}

func TestUnchangedChecksAreStoredInBatches(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for i := range 10 {
			w.enabled(fmt.Sprintf("/a%d", i))
		}
		synctest.Wait()
		began := time.Now()
		time.Sleep(10 * interval)
		synctest.Wait()
		batches := w.store.written()
		if n, most := len(batches), int(10*interval/flushEvery); n == 0 || n > most {
			t.Errorf("%d batches", n)
		}
		for _, b := range batches {
			seen := make(map[registry.Path]bool)
			for _, s := range b {
				if seen[s.Path] || s.Health.LastChecked.Before(began.UTC()) {
					t.Errorf("%s: twice, or checked at %s", s.Path, s.Health.LastChecked)
				}
				seen[s.Path] = true
			}
		}
		time.Sleep(flushEvery)
		synctest.Wait()
		for i := range 10 {
			path := fmt.Sprintf("/a%d", i)
			if got := w.store.got(path).Health.LastChecked; time.Since(got) > interval*11/10+flushEvery {
				t.Errorf("%s: stored is the check of %s ago", path, time.Since(got))
			}
		}
	})
}

func TestFullBatchIsWrittenBeforeItsTime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		// The first round finds tools, the others nothing new.
		time.Sleep(8 * time.Second)
		full := 0
		for _, b := range w.store.written() {
			if len(b) > maxUnsaved {
				t.Errorf("a batch of %d", len(b))
			}
			if len(b) == maxUnsaved {
				full++
			}
		}
		if full == 0 {
			t.Error("no batch was full")
		}
	}, func(o *Options) {
		o.Store = taken(maxUnsaved + 100)
		o.Interval = time.Second
	})
}

func TestFlushThatFailsIsTriedAgain(t *testing.T) {
	var flushes atomic.Int64
	inWorld(t, func(t *testing.T, w *world) {
		time.Sleep(flushEvery)
		synctest.Wait()
		before := w.store.got("/s0000").Health.LastChecked
		flushes.Store(0)
		w.store.doing(func(event string, _ registry.Path) error {
			if event == "checks" {
				flushes.Add(1)
				return errDisk
			}
			return nil
		})
		time.Sleep(3 * flushEvery)
		// Thousands of checks arrived meanwhile; storage was not asked for each.
		if n := flushes.Load(); n == 0 || n > 6 {
			t.Errorf("%d tries", n)
		}
		if got := w.store.got("/s0000").Health.LastChecked; !got.Equal(before) {
			t.Error("it was stored nevertheless")
		}
		w.store.failing(nil)
		time.Sleep(flushEvery)
		synctest.Wait()
		for i := range maxUnsaved + 100 {
			path := fmt.Sprintf("/s%04d", i)
			s := w.store.got(path)
			if now := w.get(path); now.Health.LastChecked.Sub(s.Health.LastChecked) > flushEvery {
				t.Errorf("%s: checked at %s, stored %s", path, now.Health.LastChecked, s.Health.LastChecked)
			}
		}
	}, func(o *Options) {
		o.Store = taken(maxUnsaved + 100)
		o.Interval = 2 * time.Second
	})
}

func TestCloseWritesTheBatch(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		time.Sleep(time.Second)
		<-w.checking("/a", false)
		want := w.get("/a").Health.LastChecked
		if w.store.got("/a").Health.LastChecked.Equal(want) {
			t.Fatal("it is stored already: this test shows nothing")
		}
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.store.got("/a").Health.LastChecked; !got.Equal(want) {
			t.Errorf("stored is %s, want %s", got, want)
		}
	})
}

// A service that was removed or changed is not stored with an older batch.
func TestBatchForgetsWhatWasStoredOtherwise(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		for _, path := range []string{"/edited", "/removed"} {
			w.enabled(path)
			synctest.Wait()
			<-w.checking(path, false) // Unchanged, and so in the batch.
		}
		mustAsk(w, w.Registry, EditService{"/edited", registry.Draft{Name: new("X")}})
		mustAsk(w, w.Registry, RemoveService{"/removed"})
		time.Sleep(flushEvery)
		synctest.Wait()
		if b := w.store.written(); len(b) != 0 {
			t.Errorf("written: %v", b)
		}
	})
}
