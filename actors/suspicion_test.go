package actors

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// down makes an upstream refuse from now on.
func (w *world) down(path string) { w.upstreams.at(path, always(refused)) }

func TestSuspicionBringsACheckWithinASecond(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.enabled("/b")
		time.Sleep(10 * time.Second)
		w.Suspect("/a")
		time.Sleep(suspicionSpread)
		synctest.Wait()
		if n := len(w.upstreams.asked("/a")); n != 2 {
			t.Errorf("a suspected upstream was checked %d times, want 2", n)
		}
		if n := len(w.upstreams.asked("/b")); n != 1 {
			t.Errorf("another upstream was checked %d times, want 1", n)
		}
		w.expectStatus("/a", "healthy")
	})
}

// Checks decide, as they always do; what a suspicion changes is when they come.
func TestSuspicionFlipsNothingByItself(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		time.Sleep(10 * time.Second)
		w.down("/a")
		for range 1000 {
			w.Suspect("/a")
		}
		w.expectStatus("/a", "healthy")
		time.Sleep(suspicionSpread)
		w.expectStatus("/a", "healthy") // One failure.
		time.Sleep(interval / 10 * 11 / 10)
		w.expectStatus("/a", "unhealthy: connection refused")
	})
}

func TestSuspicionsBringAtMostOneCheckInFiveSeconds(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		for range 600 {
			time.Sleep(100 * time.Millisecond)
			w.Suspect("/a")
		}
		calls := w.upstreams.asked("/a")
		if n := len(calls); n < 12 || n > 14 {
			t.Errorf("%d checks in a minute, want about 12", n)
		}
		for i, c := range calls[2:] {
			if gap := c.at.Sub(calls[i+1].at); gap < suspicionGap {
				t.Errorf("check %d came %s after the one before", c.n, gap)
			}
		}
	})
}

func TestSuspicionLeavesASoonerCheckAlone(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.upstreams.at("/a", taking(10*time.Second))
		w.enabled("/a")
		synctest.Wait()
		w.Suspect("/a") // While the first check runs.
		time.Sleep(10*time.Second + interval/2)
		if n := len(w.upstreams.asked("/a")); n != 1 {
			t.Errorf("%d checks, want the first alone", n)
		}
	})
}

func TestWhatIsDownIsSuspectedNoMore(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.down("/a")
		w.enabled("/a")
		w.eventually("it is down", func() bool { return len(w.upstreams.asked("/a")) == 2 })
		before := len(w.upstreams.asked("/a"))
		w.Suspect("/a")
		time.Sleep(interval / 2)
		synctest.Wait()
		if n := len(w.upstreams.asked("/a")); n != before {
			t.Errorf("%d more checks, want none", n-before)
		}
	})
}

func TestSuspicionOfNobody(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.register("/off")
		w.Suspect("/off")
		w.Suspect("/nowhere")
		w.enabled("/gone")
		w.Suspect("/gone")
		mustAsk(w, w.Registry, RemoveService{"/gone"})
		time.Sleep(time.Minute)
		if n := len(w.upstreams.asked("/off")); n != 0 {
			t.Errorf("a disabled service was checked %d times", n)
		}
	})
}

// However many there are, suspicions leave room for those who ask.
func TestSuspicionsAreDroppedWhenTheMailboxIsLong(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		blocked, release := make(chan struct{}), make(chan struct{})
		w.store.doing(func(string, registry.Path) error {
			close(blocked)
			<-release
			return nil
		})
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = tryAsk(w.Registry, SetEnabled{"/a", false})
		}()
		<-blocked
		for range 100 * maxSuspectMailbox {
			w.Suspect("/a")
		}
		if n := w.Registry.Waiting(); n != maxSuspectMailbox {
			t.Errorf("%d messages wait, want %d", n, maxSuspectMailbox)
		}
		w.store.doing(nil)
		close(release)
		<-done
	})
}
