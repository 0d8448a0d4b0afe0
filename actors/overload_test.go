package actors

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// While the disk hangs, what the clock has to say does not pile up: an hour of
// checks leaves a bounded number of messages, and afterwards all goes on.
func TestClockDoesNotFillMailbox(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		const services = 300
		for i := range services {
			w.enabled(fmt.Sprint("/s", i))
		}
		synctest.Wait()
		release := w.blocked()
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := w.Registry.Waiting(); n > maxRoutineMailbox+services {
			t.Errorf("%d messages wait", n)
		} else if n < services {
			t.Errorf("%d messages wait: nothing was checked", n)
		}
		checked := len(w.upstreams.asked("/s0"))
		release()
		time.Sleep(2 * interval)
		synctest.Wait()
		if n := w.Registry.Waiting(); n != 0 {
			t.Errorf("%d messages wait for ever", n)
		}
		if n := len(w.upstreams.asked("/s0")); n <= checked {
			t.Error("the checks do not go on")
		}
	})
}

// A check that hangs is not waited for by any number of people.
func TestFollowersAreBounded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.upstreams.at("/a", hanging)
		var waiting []<-chan outcome
		for range maxFollowers {
			waiting = append(waiting, w.checking("/a", true))
		}
		synctest.Wait()
		if got := <-w.checking("/a", true); !errors.Is(got.err, ErrOverloaded) {
			t.Errorf("one more got %v, want ErrOverloaded", got.err)
		}
		w.disable("/a")
		for _, one := range waiting {
			if got := <-one; errors.Is(got.err, ErrOverloaded) {
				t.Fatal("one that there was room for was refused")
			}
		}
	})
}
