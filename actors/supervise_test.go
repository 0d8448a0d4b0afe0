package actors

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anthdm/hollywood/actor"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// manyPanics is far over the engine's own limit of restarts.
const manyPanics = 50

func TestRegistrySurvivesPanics(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.expectStatus("/a", "healthy")
		before := w.get("/a")
		w.store.doing(func(string, registry.Path) error { panic("disk on fire") })
		for range manyPanics {
			for what, err := range map[string]error{
				"register": second(tryAsk(w.Registry, RegisterService{draft("/b")})),
				"edit":     second(tryAsk(w.Registry, EditService{"/a", registry.Draft{Name: new("X")}})),
				"switch":   second(tryAsk(w.Registry, SetEnabled{"/a", false})),
				"remove":   second(tryAsk(w.Registry, RemoveService{"/a"})),
			} {
				if !errors.Is(err, ErrInternal) {
					t.Fatalf("%s: %v, want ErrInternal", what, err)
				}
			}
		}
		if got := w.get("/a"); got != before {
			t.Errorf("the service became %+v", got)
		}
		w.store.failing(nil)
		w.register("/b")
		n := len(w.upstreams.asked("/a"))
		time.Sleep(2 * interval)
		if len(w.upstreams.asked("/a")) <= n {
			t.Error("the checks have ended")
		}
		synctest.Wait()
		if w.Registry.Waiting() != 0 {
			t.Errorf("%d messages wait", w.Registry.Waiting())
		}
	})
}

// A panic over a check's result answers those who wait for it.
func TestPanicOverAResultAnswersItsAskers(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/a", always(refused))
		w.store.doing(func(event string, _ registry.Path) error {
			if event == "health" {
				panic("disk on fire")
			}
			return nil
		})
		if _, err := tryAsk(w.Registry, CheckService{Path: "/a"}); !errors.Is(err, ErrInternal) {
			t.Errorf("got %v, want ErrInternal", err)
		}
		w.store.failing(nil)
		w.eventually("the result comes again", func() bool { return w.status("/a") == "unhealthy: connection refused" })
	})
}

// A probe's Receive panics through OnOutcome.
func TestProbeSurvivesPanics(t *testing.T) {
	var panics atomic.Int64
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		time.Sleep(manyPanics * 3 * interval / 2)
		if n := panics.Load(); n < manyPanics {
			t.Errorf("%d panics only: the timer was not armed again", n)
		}
		w.expectStatus("/a", "healthy")
		if got := <-w.checking("/a", true); got.err != nil || got.service.Status().Kind != registry.Healthy {
			t.Errorf("a check by hand: %+v", got)
		}
		w.disable("/a")
	}, func(o *Options) {
		o.OnOutcome = func(registry.Outcome) { panics.Add(1); panic("no such metric") }
	})
}

// A check that runs while its probe panics is ended, those who wait are
// answered, and the schedule goes on.
func TestProbePanicEndsItsCheck(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("", hanging)
		// Telling this registry anything panics.
		b := &probe{p: w.probing, path: "/a", target: registry.Target{Upstream: upstreamOf("")}, registry: Ref{pid: actor.NewPID("local", "nowhere")}}
		w.probing.background.Add(1)
		ref := spawn(w.engine, discard, b, "probe", "/a#broken", 16, nil)
		defer w.engine.Poison(ref.pid)
		synctest.Wait() // The first check hangs.
		r := &checkRequest{msg: CheckService{Path: "/a", Discover: true}, answer: make(chan answer[*registry.Service], 1)}
		ref.tell(r)
		if a := <-r.answer; !errors.Is(a.err, ErrInternal) {
			t.Errorf("who waited got %+v, want ErrInternal", a)
		}
		synctest.Wait()
		if n := w.upstreams.inFlight(); n != 0 {
			t.Errorf("%d checks run on", n)
		}
		w.upstreams.at("", taking(time.Second))
		time.Sleep(manyPanics * 3 * interval / 2)
		if n := len(w.upstreams.asked("")); n < manyPanics {
			t.Errorf("%d checks: the schedule has ended", n)
		}
	})
}

func TestCheckerMayPanic(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", func(context.Context, call) registry.Outcome { panic("unheard-of answer") })
		w.enabled("/a")
		w.expectStatus("/a", "error: internal error")
		time.Sleep(manyPanics * interval)
		w.upstreams.at("/a", nil)
		w.eventually("the service is healthy", func() bool { return w.status("/a") == "healthy" })
	})
}

// unhashable cannot be the key of a map, so that subscribing it panics in the
// broadcaster's Receive.
type unhashable []int

func (unhashable) Send([]byte) error { return nil }
func (unhashable) End()              {}

func TestBroadcasterSurvivesPanics(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		e := w.listen()
		w.register("/a")
		for range manyPanics {
			// Each panic comes while a window is open.
			mustAsk(w, w.Registry, EditService{"/a", registry.Draft{Stars: new(int(w.get("/a").Version))}})
			if _, err := tryAsk(w.Broadcaster, Subscribe{unhashable{1}}); !errors.Is(err, ErrInternal) {
				t.Fatalf("subscribe: %v, want ErrInternal", err)
			}
			if _, err := tryAsk(w.Broadcaster, Unsubscribe{unhashable{1}}); !errors.Is(err, ErrInternal) {
				t.Fatalf("unsubscribe: %v, want ErrInternal", err)
			}
		}
		time.Sleep(time.Second)
		w.expectTruth(e)
		if stats := mustAsk(w, w.Broadcaster, GetBroadcastStats{}); stats.Subscribers != 1 || stats.Pending != 0 {
			t.Errorf("stats are %+v", stats)
		}
	})
}

// explosive panics whenever it is told something after the snapshot.
type explosive struct{ heard, ends atomic.Int64 }

func (x *explosive) Send([]byte) error {
	if x.heard.Add(1) > 1 {
		panic("no such socket")
	}
	return nil
}

func (x *explosive) End() { x.ends.Add(1); panic("no such socket") }

func TestSubscriberMayPanic(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var others []*ears
		var bad []*explosive
		for range 20 {
			x := new(explosive)
			bad = append(bad, x)
			mustAsk(w, w.Broadcaster, Subscribe{x})
			others = append(others, w.listen())
		}
		w.register("/a")
		time.Sleep(time.Second)
		for _, e := range others {
			w.expectTruth(e)
		}
		for _, x := range bad {
			if x.heard.Load() != 2 {
				t.Errorf("one that panics was told %d times", x.heard.Load())
			}
		}
		stats := mustAsk(w, w.Broadcaster, GetBroadcastStats{})
		if stats.Subscribers != len(others) || stats.FailedSends != uint64(len(bad)) {
			t.Errorf("stats are %+v", stats)
		}
		last := new(explosive)
		mustAsk(w, w.Broadcaster, Subscribe{last})
		if err := w.Close(t.Context()); err != nil {
			t.Error(err)
		}
		for _, e := range others {
			if e.ends() != 1 {
				t.Errorf("one was ended %d times", e.ends())
			}
		}
		if last.ends.Load() != 1 {
			t.Errorf("the one that panics was ended %d times", last.ends.Load())
		}
	})
}

func TestDeadLettersAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Start(t.Context(), Options{
			Store: newMemory(), Checker: newUpstreams(), Interval: interval,
			Rules: registry.Rules{UnhealthyAfter: 2}, Logger: discard,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Registry.tell(flushChecks{}) // A timer's message may come late.
		s.Registry.tell("a letter")
		synctest.Wait()
		if n := s.DeadLetters(); n != 1 {
			t.Errorf("%d dead letters, want 1", n)
		}
	})
}
