package actors

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestCloseOfAnIdleSystem(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		began := time.Now()
		if err := w.Close(t.Context()); err != nil || time.Since(began) != 0 {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

func TestSystemOutlivesTheContextOfItsStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		m := taken(1)
		s, err := Start(ctx, Options{
			Store: m, Checker: newUpstreams(), Interval: interval,
			Rules: registry.Rules{UnhealthyAfter: 2}, Logger: discard,
		})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		time.Sleep(3*interval + flushEvery)
		synctest.Wait()
		if len(m.written()) == 0 {
			t.Error("no batch was written")
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestCloseCutsHangingChecks(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("", hanging)
		var waiting []<-chan outcome
		for i := range 20 {
			path := fmt.Sprintf("/s%04d", i)
			waiting = append(waiting, w.checking(path, i%2 == 0))
		}
		time.Sleep(5 * interval)
		began := time.Now()
		if err := w.Close(t.Context()); err != nil || time.Since(began) != 0 {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if n := w.upstreams.inFlight(); n != 0 {
			t.Errorf("%d checks outlive Close", n)
		}
		for _, c := range waiting {
			if got := <-c; !errors.Is(got.err, ErrStopped) || got.took != 5*interval {
				t.Errorf("who waited got %+v", got)
			}
		}
		n := len(w.upstreams.asked("/s0000"))
		time.Sleep(time.Hour)
		if len(w.upstreams.asked("/s0000")) != n {
			t.Error("checks go on")
		}
	}, func(o *Options) { o.Store = taken(500) })
}

func TestCloseTwice(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		release := make(chan struct{})
		w.upstreams.at("/a", func(context.Context, call) registry.Outcome { <-release; return refused })
		w.enabled("/a")
		synctest.Wait()
		var closers sync.WaitGroup
		for range 5 {
			closers.Go(func() {
				if err := w.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := w.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("one that would not wait got %v", err)
		}
		close(release)
		closers.Wait()
		if err := w.Close(t.Context()); err != nil {
			t.Errorf("a late Close: %v", err)
		}
	})
}

// A check that does not end when it is told to holds Close up only as long as
// Close may take.
func TestCloseGivesUp(t *testing.T) {
	for name, hang := range map[string]func(w *world, gate chan struct{}){
		"on a check": func(w *world, gate chan struct{}) {
			w.upstreams.at("/a", func(context.Context, call) registry.Outcome { <-gate; return refused })
			w.enabled("/a")
		},
		"on storage": func(w *world, gate chan struct{}) {
			w.enabled("/a")
			synctest.Wait()
			w.store.doing(func(string, registry.Path) error { <-gate; return nil })
			go func() { _, _ = tryAsk(w.Registry, RegisterService{draft("/b")}) }()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{t: t, store: newMemory(), upstreams: newUpstreams()}
				s, err := Start(t.Context(), Options{
					Store: w.store, Checker: w.upstreams, Interval: interval,
					Rules: registry.Rules{UnhealthyAfter: 2}, Logger: discard,
				})
				if err != nil {
					t.Fatal(err)
				}
				w.System = s
				gate := make(chan struct{})
				e := w.listen()
				hang(w, gate)
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				began := time.Now()
				if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 10*time.Second {
					t.Errorf("%v after %s", err, time.Since(began))
				}
				synctest.Wait()
				if e.ends() != 1 {
					t.Error("the subscribers were not ended")
				}
				close(gate)
				synctest.Wait() // And so all ends after all, or the test would not.
				n := len(w.upstreams.asked("/a"))
				time.Sleep(time.Hour)
				if len(w.upstreams.asked("/a")) != n {
					t.Error("checks go on")
				}
			})
		})
	}
}

// What happened before Close is told before the end, and nothing after it.
func TestCloseTellsWhatIsPending(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		e := w.listen()
		w.register("/a")
		want := w.enabled("/b")
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		got := e.folded(t)
		if len(got) != 2 || got["/b"].Version < want.Version {
			t.Errorf("heard %q", e.messages)
		}
		if e.ends() != 1 || e.late {
			t.Errorf("ended %d times; something came late: %t", e.ends(), e.late)
		}
	})
}

// What a request was answered before Close is stored, whatever comes between.
func TestCloseAmidstRequests(t *testing.T) {
	for range 5 {
		inWorld(t, func(t *testing.T, w *world) {
			var mu sync.Mutex
			acknowledged := make(map[registry.Path]uint64)
			var askers sync.WaitGroup
			for i := range 8 {
				askers.Go(func() {
					for n := 0; ; n++ {
						s, err := tryAsk(w.Registry, ImportService{draft(fmt.Sprintf("/s%d-%d", i, n)), nil, true})
						if err != nil {
							if !errors.Is(err, ErrStopped) {
								t.Error(err)
							}
							return
						}
						mu.Lock()
						acknowledged[s.Path] = s.Version
						mu.Unlock()
					}
				})
			}
			e := w.listen()
			if err := w.Close(t.Context()); err != nil {
				t.Error(err)
			}
			askers.Wait()
			heard := e.folded(t)
			for path, version := range acknowledged {
				if s := w.store.got(string(path)); s == nil || s.Version < version {
					t.Errorf("%s was acknowledged and is not stored", path)
				}
				if heard[path].Version < version {
					t.Errorf("%s was acknowledged and not told", path)
				}
			}
		})
	}
}
