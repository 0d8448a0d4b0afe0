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

func TestCheckShowsAsCheckingUntilItsResult(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		e := w.listen()
		w.upstreams.at("/a", func(ctx context.Context, c call) registry.Outcome {
			taking(time.Second)(ctx, c)
			return refused
		})
		waiting := w.checking("/a", false)
		synctest.Wait()
		if s := w.get("/a"); s.Status().Kind != registry.Checking || s.Health.Status.Kind != registry.Healthy {
			t.Errorf("meanwhile it is %s over %s", s.Status(), s.Health.Status)
		}
		got := <-waiting
		if got.err != nil || got.took != time.Second || got.service.Status() != refused.Status {
			t.Errorf("got %+v, want one failure to count at once", got)
		}
		w.settle()
		if heard, want := fmt.Sprint(e.statuses(t, "/a")), "[healthy checking unhealthy: connection refused]"; heard != want {
			t.Errorf("heard %s, want %s", heard, want)
		}
	})
}

// Who asks right after switching on waits for the first check, not for two.
func TestCheckJoinsWhatSuffices(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", taking(time.Second))
		w.enabled("/a")
		var all []<-chan outcome
		for i := range 20 {
			all = append(all, w.checking("/a", i%2 == 0))
		}
		for _, waiting := range all {
			if got := <-waiting; got.err != nil || got.service.Status().Kind != registry.Healthy || got.took != time.Second {
				t.Errorf("got %+v", got)
			}
		}
		if n := len(w.upstreams.asked("/a")); n != 1 {
			t.Errorf("%d checks ran", n)
		}
	})
}

// A scheduled check that somebody joins counts like one that was asked for.
func TestJoinedCheckCountsAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/a", func(ctx context.Context, c call) registry.Outcome {
			taking(time.Second)(ctx, c)
			return refused
		})
		w.eventually("a scheduled check runs", func() bool { return w.upstreams.inFlight() == 1 })
		if s := w.get("/a"); s.Status().Kind != registry.Healthy {
			t.Errorf("a scheduled check shows as %s", s.Status())
		}
		waiting := w.checking("/a", false)
		synctest.Wait()
		if s := w.get("/a"); s.Status().Kind != registry.Checking {
			t.Errorf("a joined check shows as %s", s.Status())
		}
		if got := <-waiting; got.service.Status() != refused.Status || len(w.upstreams.asked("/a")) != 2 {
			t.Errorf("got %+v after %d checks", got, len(w.upstreams.asked("/a")))
		}
	})
}

// A refresh replaces a plain check; who waited for that gets the refresh's
// result.
func TestRefreshReplacesAPlainCheck(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		var cut atomic.Bool
		w.upstreams.at("/a", func(ctx context.Context, c call) registry.Outcome {
			if !c.discover {
				<-ctx.Done()
				cut.Store(true)
				return refused
			}
			return taking(time.Second)(ctx, c)
		})
		plain := w.checking("/a", false)
		synctest.Wait()
		full := w.checking("/a", true)
		for _, waiting := range []<-chan outcome{plain, full} {
			if got := <-waiting; got.err != nil || got.service.Status().Kind != registry.Healthy || got.took != time.Second {
				t.Errorf("got %+v", got)
			}
		}
		if !cut.Load() {
			t.Error("the plain check was not cut short")
		}
		if s := w.get("/a"); s.Health.Failures != 0 {
			t.Errorf("the replaced check counted: %+v", s.Health)
		}
		if n := len(w.upstreams.asked("/a")); n != 3 {
			t.Errorf("%d checks ran", n)
		}
	})
}

// A replaced check that ignores the end of its context changes nothing when it
// answers at last.
func TestReplacedCheckThatLingersIsIgnored(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/a", func(_ context.Context, c call) registry.Outcome {
			if !c.discover {
				time.Sleep(3 * time.Second)
				return refused
			}
			return healthy(c)
		})
		plain := w.checking("/a", false)
		synctest.Wait()
		<-w.checking("/a", true)
		<-plain
		time.Sleep(5 * time.Second)
		if s := w.get("/a"); s.Status().Kind != registry.Healthy || s.Health.Failures != 0 {
			t.Errorf("it is %+v", s.Health)
		}
	})
}

// What ends a service's checks ends the one that runs, and answers who waits.
func TestWhatEndsARunningCheck(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(w *world)
		status string
		err    error
		next   int // checks afterwards
	}{
		"disable": {do: func(w *world) { w.disable("/a") }, status: "disabled"},
		"remove":  {do: func(w *world) { mustAsk(w, w.Registry, RemoveService{"/a"}) }, err: registry.ErrNotFound},
		"edit of the upstream": {do: func(w *world) {
			mustAsk(w, w.Registry, EditService{"/a", registry.Draft{Upstream: new(upstreamOf("/b"))}})
		}, status: "checking", next: 1},
		"off and on": {do: func(w *world) { w.disable("/a"); w.enable("/a") }, status: "checking", next: 1},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				var late atomic.Bool
				w.upstreams.at("/a", func(ctx context.Context, _ call) registry.Outcome {
					<-ctx.Done()
					time.Sleep(time.Second) // It takes a while to notice,
					late.Store(true)
					return refused // and then it lies.
				})
				w.enabled("/a")
				waiting := w.checking("/a", true)
				synctest.Wait()
				w.upstreams.at("/b", taking(10*time.Second))
				w.upstreams.at("/a", func(ctx context.Context, call call) registry.Outcome {
					if call.n > 1 {
						return taking(10*time.Second)(ctx, call)
					}
					return refused
				})
				c.do(w)
				got := <-waiting
				if !errors.Is(got.err, c.err) || got.took != 0 || c.err == nil && got.service.Status().String() != c.status && got.service.Status().Kind != registry.Disabled {
					t.Errorf("who waited got %+v", got)
				}
				time.Sleep(5 * time.Second)
				if !late.Load() {
					t.Error("the check was not cut short")
				}
				if c.err == nil {
					w.expectStatus("/a", c.status)
				}
				if n := w.upstreams.inFlight(); n != c.next {
					t.Errorf("%d checks run", n)
				}
				time.Sleep(interval)
				if c.next == 1 {
					w.expectStatus("/a", "healthy")
				}
			})
		})
	}
}

// A result that was on its way when the upstream changed is not taken for the
// new one's.
func TestResultOfTheOldUpstreamIsDropped(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		s := w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/b", hanging)
		mustAsk(w, w.Registry, EditService{"/a", registry.Draft{Upstream: new(upstreamOf("/b"))}})
		r := &checkRequest{msg: CheckService{Path: "/a"}, answer: make(chan answer[*registry.Service], 1)}
		w.Registry.tell(checkFinished{registry.CheckResult{Path: "/a", Generation: s.Generation, Outcome: refused}, []*checkRequest{r}})
		w.Registry.tell(recheckStarted{"/a", s.Generation})
		if a := <-r.answer; a.err != nil || a.value.Status().Kind != registry.Checking || a.value.Health.Failures != 0 {
			t.Errorf("got %+v", a)
		}
		if s := w.get("/a"); s.Rechecking || s.Detected.Endpoint != "" {
			t.Errorf("the service became %+v", s)
		}
	})
}

func TestSwitchingFast(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		e := w.listen()
		w.upstreams.at("/a", taking(time.Second))
		w.register("/a")
		for range 200 {
			w.enable("/a")
			w.disable("/a")
		}
		w.enable("/a")
		time.Sleep(5 * time.Second)
		w.expectStatus("/a", "healthy")
		w.expectTruth(e)
		before := len(w.upstreams.asked("/a"))
		time.Sleep(20 * interval)
		if n := len(w.upstreams.asked("/a")) - before; n > 25 {
			t.Errorf("%d checks in 20 intervals: probes were left behind", n)
		}
	})
}

func TestAskerOfACheckMayLeave(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", taking(time.Minute))
		w.enabled("/a")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := Ask(ctx, w.Registry, CheckService{Path: "/a"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		w.expectStatus("/a", "checking")
		time.Sleep(time.Minute)
		w.expectStatus("/a", "healthy")
	})
}
