package actors

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestFirstCheckComesAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		began := time.Now()
		if s := w.enabled("/a"); s.Status().Kind != registry.Checking {
			t.Errorf("just enabled it is %s", s.Status())
		}
		w.expectStatus("/a", "healthy")
		calls := w.upstreams.asked("/a")
		if len(calls) != 1 || !calls[0].at.Equal(began) || !calls[0].discover {
			t.Errorf("asked %+v, want one discovery at once", calls)
		}
		if s := w.get("/a"); s.NumTools() != 1 || s.Detected.Endpoint != spoken.Endpoint || !s.Health.LastChecked.Equal(began.UTC()) {
			t.Errorf("known is %+v", s)
		}
	})
}

func TestChecksComeAtJitteredIntervals(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		time.Sleep(2 * time.Hour)
		calls := w.upstreams.asked("/a")
		if n := len(calls); n < 200 || n > 280 {
			t.Errorf("%d checks in two hours", n)
		}
		gaps := make(map[time.Duration]bool)
		for i, c := range calls[1:] {
			gap := c.at.Sub(calls[i].at)
			gaps[gap] = true
			if gap < interval*9/10 || gap > interval*11/10 {
				t.Errorf("check %d came after %s", c.n, gap)
			}
			if c.target.Detected.Endpoint != spoken.Endpoint {
				t.Errorf("check %d was not told what was detected", c.n)
			}
		}
		if len(gaps) < len(calls)/2 {
			t.Errorf("only %d of %d gaps differ", len(gaps), len(calls))
		}
	})
}

// A slow check delays the next one; the two never overlap.
func TestAtMostOneCheckRuns(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", taking(3*interval))
		w.enabled("/a")
		for range 20 {
			w.checking("/a", false)
			time.Sleep(interval / 3)
		}
		time.Sleep(time.Hour)
		if most, _ := w.upstreams.atOnce("/a"); most != 1 {
			t.Errorf("%d checks ran at once", most)
		}
		calls := w.upstreams.asked("/a")
		for i, c := range calls[1:] {
			if gap := c.at.Sub(calls[i].at); gap < 3*interval {
				t.Errorf("check %d began %s after the one before", c.n, gap)
			}
		}
	})
}

func TestHysteresis(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", upTo(2, refused))
		w.enabled("/a")
		synctest.Wait()
		e := w.listen()
		w.eventually("the first check fails", func() bool { return len(w.upstreams.asked("/a")) == 3 })
		w.settle()
		if s := w.get("/a"); s.Status().Kind != registry.Healthy || s.Health.Failures != 1 || s.Health.Detail == "" {
			t.Errorf("after one failure: %+v", s.Health)
		}
		// That there is a detail is told by the version alone.
		if got := fmt.Sprint(e.statuses(t, "/a")); got != "[healthy healthy]" {
			t.Errorf("after one failure was heard %s", got)
		}
		w.eventually("the second check fails", func() bool { return len(w.upstreams.asked("/a")) == 4 })
		w.settle()
		w.expectStatus("/a", "unhealthy: connection refused")
		calls := w.upstreams.asked("/a")
		if gap := calls[3].at.Sub(calls[2].at); gap < time.Second || gap > interval/10*11/10 {
			t.Errorf("the second check came %s after the first failure", gap)
		}
		if got, want := fmt.Sprint(e.statuses(t, "/a")), "[healthy healthy unhealthy: connection refused]"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}

		// From there on the pace is the usual one, and one good check is enough.
		w.eventually("another check fails", func() bool { return len(w.upstreams.asked("/a")) == 5 })
		calls = w.upstreams.asked("/a")
		if gap := calls[4].at.Sub(calls[3].at); gap < interval*9/10 {
			t.Errorf("the third check came %s after the second failure", gap)
		}
		w.upstreams.at("/a", nil)
		w.eventually("it is healthy", func() bool { return w.status("/a") == "healthy" })
		if n := len(w.upstreams.asked("/a")); n != 6 {
			t.Errorf("it took %d good checks", n-5)
		}
		w.settle()
		w.expectTruth(e)
		if e.heard() != 4 {
			t.Errorf("heard %q", e.statuses(t, "/a"))
		}
	})
}

// A hiccup flips nothing. Its detail comes and goes with a version, so that who
// shows the record knows when to read it again.
func TestHiccupFlipsNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", refusing(2, 0))
		w.enabled("/a")
		synctest.Wait()
		e := w.listen()
		time.Sleep(time.Hour)
		w.settle()
		checks := len(w.upstreams.asked("/a"))
		heard := e.statuses(t, "/a")
		if checks < 100 || len(heard) != checks {
			t.Errorf("heard %d messages of %d checks", len(heard), checks)
		}
		if slices.ContainsFunc(heard, func(s string) bool { return s != "healthy" }) {
			t.Errorf("heard %q", heard)
		}
		w.expectTruth(e)
		if got, want := w.store.got("/a"), w.get("/a"); got.Health.Detail != want.Health.Detail || got.Version != want.Version {
			t.Errorf("stored is %+v, want %+v", got.Health, want.Health)
		}
	})
}

func TestAskingForCredentialsIsNoFailure(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", upTo(1, registry.Outcome{Status: registry.Status{Kind: registry.AuthRequired}}))
		w.enabled("/a")
		w.eventually("it is noticed", func() bool { return w.status("/a") == "auth-required" })
		if n := len(w.upstreams.asked("/a")); n != 2 {
			t.Errorf("it took %d checks, want the second to be enough", n)
		}
	})
}

// taken is a store as an earlier process left it, with n enabled services.
func taken(n int) *memory {
	var services []*registry.Service
	for i := range n {
		path := fmt.Sprintf("/s%04d", i)
		services = append(services, &registry.Service{
			Path: registry.Path(path), Name: path, Upstream: upstreamOf(path), License: "N/A", Enabled: true,
			Health:  registry.Health{Status: registry.Status{Kind: registry.Healthy}, LastChecked: epoch, Since: epoch},
			Version: uint64(i + 1), RegisteredAt: epoch, UpdatedAt: epoch,
		})
	}
	return newMemory(services...)
}

var epoch = time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)

func TestRestartSpreadsTheFirstChecks(t *testing.T) {
	began := time.Time{}
	inWorld(t, func(t *testing.T, w *world) {
		began = time.Now()
		if s := w.get("/s0007"); s.Status().Kind != registry.Healthy || !s.Health.LastChecked.Equal(epoch) {
			t.Errorf("before the first check it is %+v, want what was known", s.Health)
		}
		// A thousand services take five seconds at 200 a second.
		time.Sleep(5 * time.Second)
		synctest.Wait()
		slices := make([]int, 50)
		for i := range 1000 {
			calls := w.upstreams.asked(fmt.Sprintf("/s%04d", i))
			if len(calls) != 1 {
				t.Fatalf("service %d was checked %d times", i, len(calls))
			}
			slices[calls[0].at.Sub(began)/(100*time.Millisecond)]++
		}
		for i, n := range slices {
			// 20 are expected; 50 are 7 deviations away.
			if n > 50 {
				t.Errorf("%d checks began in the %dth tenth of a second", n, i)
			}
		}
	}, func(o *Options) { o.Store = taken(1000) })
}

// Only what is probed counts for the spread.
func TestRestartWithOneEnabledDoesNotWait(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		time.Sleep(time.Second / startRate)
		synctest.Wait()
		if n := len(w.upstreams.asked("/s0000")); n != 1 {
			t.Errorf("%d checks", n)
		}
	}, func(o *Options) {
		m := taken(5000)
		for path, s := range m.services {
			if s.Enabled = path == "/s0000"; !s.Enabled {
				s.Health.Status.Kind = registry.Disabled
			}
		}
		o.Store = m
	})
}

func TestChecksAreBounded(t *testing.T) {
	const services = maxChecks + 200
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("", hanging)
		time.Sleep(2 * interval)
		synctest.Wait()
		if n := w.upstreams.inFlight(); n != maxChecks {
			t.Errorf("%d checks run, want %d", n, maxChecks)
		}
		// One that waits for its turn leaves when it is switched off.
		for i := range services {
			if path := fmt.Sprintf("/s%04d", i); len(w.upstreams.asked(path)) == 0 {
				waiting := w.checking(path, false)
				synctest.Wait()
				w.disable(path)
				if got := <-waiting; got.err != nil || got.service.Enabled {
					t.Errorf("who waited for %s got %+v", path, got)
				}
				break
			}
		}
		w.upstreams.at("", nil)
		var hung []string
		for i := range services {
			if path := fmt.Sprintf("/s%04d", i); len(w.upstreams.asked(path)) == 1 {
				hung = append(hung, path)
			}
		}
		for _, path := range hung {
			w.disable(path) // And so it makes room for another.
		}
		synctest.Wait()
		if n := w.upstreams.inFlight(); n != 0 {
			t.Errorf("%d checks run", n)
		}
		if counts := mustAsk(w, w.Registry, CountServices{}); counts[registry.Healthy] != services-len(hung)-1 {
			t.Errorf("%v", counts)
		}
		if _, most := w.upstreams.atOnce(""); most != maxChecks {
			t.Errorf("%d checks ran at once", most)
		}
	}, func(o *Options) { o.Store = taken(services) })
}
