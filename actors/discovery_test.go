package actors

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// discoveries are the checks that listed tools.
func (u *upstreams) discoveries(path string) []call {
	var out []call
	for _, c := range u.asked(path) {
		if c.discover {
			out = append(out, c)
		}
	}
	return out
}

func TestEveryTenthCheckDiscovers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.eventually("31 checks are done", func() bool { return len(w.upstreams.asked("/a")) == 3 })
		time.Sleep(30 * interval)
		for _, c := range w.upstreams.asked("/a") {
			if want := c.n%discoverEvery == 1; c.discover != want {
				t.Errorf("check %d: discovery %t, want %t", c.n, c.discover, want)
			}
		}
	})
}

func TestDiscoveryWaitsForTheFirstGoodCheck(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", func(_ context.Context, c call) registry.Outcome {
			if c.n < 4 {
				return refused
			}
			return healthy(c)
		})
		w.enabled("/a")
		w.eventually("it is healthy", func() bool { return w.status("/a") == "healthy" })
		if s := w.get("/a"); !s.Discovered || s.NumTools() != 1 {
			t.Errorf("discovered %t, %d tools", s.Discovered, s.NumTools())
		}
	})
}

// Tools that could not be listed are asked for again by the next check.
func TestDiscoveryInVainComesAgain(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", func(_ context.Context, c call) registry.Outcome {
			o := healthy(c)
			switch c.n {
			case 1:
				o.Discovery = nil
			case 3: // The refresh below.
				o = refused
			case 4:
				o.Discovery = tools("a", "b")
			}
			return o
		})
		w.enabled("/a")
		w.eventually("tools are known", func() bool { return w.get("/a").NumTools() == 1 })
		if got := <-w.checking("/a", true); got.service.Status().Kind != registry.Unhealthy {
			t.Errorf("refreshed: %+v", got)
		}
		w.eventually("tools are known anew", func() bool { return w.get("/a").NumTools() == 2 })
		if n := len(w.upstreams.asked("/a")); n != 4 {
			t.Errorf("it took %d checks", n)
		}
	})
}

func TestRefreshDiscovers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/a", func(_ context.Context, c call) registry.Outcome {
			o := healthy(c)
			if c.discover {
				o.Discovery = tools("now", "later")
			}
			return o
		})
		if got := <-w.checking("/a", false); got.service.NumTools() != 1 {
			t.Errorf("a plain check found %d tools", got.service.NumTools())
		}
		e := w.listen()
		if got := <-w.checking("/a", true); got.err != nil || got.service.NumTools() != 2 {
			t.Errorf("a refresh: %+v", got)
		}
		w.settle()
		w.expectTruth(e)
		if got := w.store.got("/a"); len(got.Tools) != 2 {
			t.Errorf("stored are %v", got.Tools)
		}
	})
}

// watching is a service whose upstream announces changes.
func watching(w *world, listen func(ctx context.Context, changed func()) error) {
	w.t.Helper()
	w.upstreams.listen = func(ctx context.Context, _ registry.Target, changed func()) error { return listen(ctx, changed) }
	d := draft("/a")
	d.WatchTools = new(true)
	mustAsk(w, w.Registry, RegisterService{d})
	w.enable("/a")
	synctest.Wait()
}

// standing is a connection that holds until ctx ends.
func standing(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}

// announce says on the newest connection that tools changed.
func (w *world) announce() {
	calls := w.upstreams.watched()
	calls[len(calls)-1].changed()
}

func TestOnlyWhoAskedForItIsWatched(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		time.Sleep(time.Hour)
		if n := len(w.upstreams.watched()); n != 0 {
			t.Errorf("%d connections", n)
		}
	})
}

func TestAnnouncedChangeIsDiscovered(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		watching(w, standing)
		calls := w.upstreams.watched()
		if len(calls) != 1 || calls[0].target.Detected.Endpoint != spoken.Endpoint {
			t.Fatalf("watched %+v", calls)
		}
		w.upstreams.at("/a", func(context.Context, call) registry.Outcome {
			return registry.Outcome{Status: registry.Status{Kind: registry.Healthy}, Detected: spoken, Discovery: tools("a", "b")}
		})
		began := time.Now()
		w.announce()
		time.Sleep(minDiscoveryGap)
		synctest.Wait()
		if n := w.get("/a").NumTools(); n != 2 {
			t.Errorf("%d tools", n)
		}
		if d := w.upstreams.discoveries("/a"); len(d) != 2 || d[1].at.Sub(began) > minDiscoveryGap {
			t.Errorf("discoveries %+v", d)
		}
		// After a quiet time the next one is heard at once.
		time.Sleep(10 * time.Second)
		n := len(w.upstreams.discoveries("/a"))
		w.announce()
		synctest.Wait()
		if got := len(w.upstreams.discoveries("/a")); got != n+1 {
			t.Errorf("%d discoveries at once", got-n)
		}
		w.disable("/a")
		synctest.Wait() // The connection ends, or the test would never.
	})
}

// An upstream that announces changes without end costs a discovery each two
// seconds, whether or not it lets its tools be listed.
func TestAnnouncementsWithoutEndAreBounded(t *testing.T) {
	for name, answer := range map[string]script{
		"listed": nil,
		"slow":   taking(500 * time.Millisecond),
		"failing": func(_ context.Context, c call) registry.Outcome {
			if c.n == 1 {
				return healthy(c)
			}
			return refused
		},
		"unlisted": func(_ context.Context, c call) registry.Outcome {
			o := healthy(c)
			o.Discovery = nil
			return o
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.upstreams.at("/a", answer)
				watching(w, standing)
				time.Sleep(time.Second)
				calls := w.upstreams.watched()
				for range 600 {
					for range 1000 {
						calls[0].changed()
					}
					time.Sleep(100 * time.Millisecond)
				}
				d := w.upstreams.discoveries("/a")
				if len(d) < 20 || len(d) > 31 {
					t.Errorf("%d discoveries in a minute", len(d))
				}
				for i, c := range d[1:] {
					if gap := c.at.Sub(d[i].at); gap < minDiscoveryGap {
						t.Errorf("discovery %d came %s after the one before", i+2, gap)
					}
				}
			})
		})
	}
}

// A change that is announced while tools are being listed is listed again.
func TestAnnouncementDuringADiscovery(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		watching(w, standing)
		w.upstreams.at("/a", taking(time.Second))
		waiting := w.checking("/a", true)
		synctest.Wait()
		w.announce()
		<-waiting
		n := len(w.upstreams.discoveries("/a"))
		time.Sleep(minDiscoveryGap)
		synctest.Wait()
		if got := len(w.upstreams.discoveries("/a")); got != n+1 {
			t.Errorf("%d discoveries followed, want 1", got-n)
		}
	})
}

func TestWatchIsRetriedEverMoreSeldom(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("broken pipe") },
		"panic": func() error { panic("unheard-of event") },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				watching(w, func(context.Context, func()) error { return fail() })
				time.Sleep(2 * time.Hour)
				calls := w.upstreams.watched()
				if n := len(calls); n < 20 || n > 60 {
					t.Fatalf("%d tries in two hours", n)
				}
				pause := time.Second
				for i, c := range calls[1:] {
					if gap := c.at.Sub(calls[i].at); gap < pause/2 || gap > pause*3/2 {
						t.Errorf("try %d came after %s, want about %s", c.n, gap, pause)
					}
					pause = min(2*pause, 5*time.Minute)
				}
			})
		})
	}
}

func TestWatchThatHeldIsRetriedSoon(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		watching(w, func(ctx context.Context, _ func()) error {
			select {
			case <-ctx.Done():
			case <-time.After(time.Hour):
			}
			return errors.New("broken pipe")
		})
		time.Sleep(10 * time.Hour)
		calls := w.upstreams.watched()
		if len(calls) < 9 {
			t.Fatalf("%d tries", len(calls))
		}
		for i, c := range calls[1:] {
			if gap := c.at.Sub(calls[i].at) - time.Hour; gap > 2*time.Second {
				t.Errorf("try %d came after %s", c.n, gap)
			}
		}
	})
}

// One that announces nothing is left alone until it changes.
func TestWatchOfWhatAnnouncesNothingIsGivenUp(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		watching(w, func(context.Context, func()) error {
			return fmt.Errorf("watch: %w", registry.ErrNoAnnouncements)
		})
		time.Sleep(2 * time.Hour)
		if n := len(w.upstreams.watched()); n != 1 {
			t.Errorf("%d tries in two hours", n)
		}
		upgraded := spoken
		upgraded.ServerVersion = "2"
		w.upstreams.at("/a", always(registry.Outcome{Status: registry.Status{Kind: registry.Healthy}, Detected: upgraded}))
		time.Sleep(2 * time.Hour)
		if n := len(w.upstreams.watched()); n != 2 {
			t.Errorf("%d tries, want one more after the upgrade", n)
		}
	})
}

// An upstream that was moved or upgraded is watched where it is now.
func TestWatchMovesWithTheUpstream(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		watching(w, standing)
		moved := spoken
		moved.Endpoint, moved.Stateless = "http://upstream/v2/mcp", true
		w.upstreams.at("/a", always(registry.Outcome{Status: registry.Status{Kind: registry.Healthy}, Detected: moved}))
		time.Sleep(5 * interval)
		calls := w.upstreams.watched()
		if len(calls) != 2 || calls[1].target.Detected.Endpoint != moved.Endpoint {
			t.Errorf("watched %+v", calls)
		}
	})
}

func TestWatchEndsWithItsWish(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var open atomic.Int64
		watching(w, func(ctx context.Context, _ func()) error {
			open.Add(1)
			<-ctx.Done()
			open.Add(-1)
			return ctx.Err()
		})
		for range 3 {
			mustAsk(w, w.Registry, EditService{"/a", registry.Draft{WatchTools: new(false)}})
			synctest.Wait()
			if open.Load() != 0 {
				t.Errorf("%d connections without the wish", open.Load())
			}
			mustAsk(w, w.Registry, EditService{"/a", registry.Draft{WatchTools: new(true)}})
			synctest.Wait()
			if open.Load() != 1 {
				t.Errorf("%d connections with the wish", open.Load())
			}
		}
		mustAsk(w, w.Registry, RemoveService{"/a"})
		synctest.Wait()
		if open.Load() != 0 {
			t.Errorf("%d connections of a removed service", open.Load())
		}
	})
}
