package actors

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// following asks for a check in the background and shows its steps.
func (w *world) following(path string) (*Steps, <-chan outcome) {
	steps, out := NewSteps(), make(chan outcome, 1)
	go func() {
		began := time.Now()
		s, err := tryAsk(w.Registry, CheckService{Path: registry.Path(path), Discover: true, Follow: steps})
		out <- outcome{s, err, time.Since(began)}
	}()
	return steps, out
}

// stepping is an upstream whose check takes two steps, a second each.
func stepping(ctx context.Context, c call) registry.Outcome {
	told := registry.ToldTo(ctx)
	for i, purpose := range []string{"server/discover", "tools/list"} {
		step := registry.Step{Method: "POST", Purpose: purpose}
		told(registry.Progress{Number: i + 1, Step: step})
		time.Sleep(time.Second)
		step.Status = 200
		told(registry.Progress{Number: i + 1, Ended: true, Step: step})
	}
	return healthy(c)
}

func (s *Steps) text() string {
	var all []string
	for _, p := range s.Read() {
		all = append(all, fmt.Sprintf("%d %s %t", p.Number, p.Step.Purpose, p.Ended))
	}
	return strings.Join(all, ", ")
}

func TestStepsAreSeenAsTheyCome(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		w.upstreams.at("/a", stepping)
		steps, done := w.following("/a")
		synctest.Wait()
		<-steps.Changed()
		if got, want := steps.text(), "1 server/discover false"; got != want {
			t.Errorf("at first %s, want %s", got, want)
		}
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		// Who comes in later sees what there is.
		later, also := w.following("/a")
		synctest.Wait()
		for _, s := range []*Steps{steps, later} {
			<-s.Changed()
			if got, want := s.text(), "1 server/discover true, 2 tools/list false"; got != want {
				t.Errorf("halfway %s, want %s", got, want)
			}
		}
		for _, done := range []<-chan outcome{done, also} {
			if o := <-done; o.err != nil || o.service.Status().Kind != registry.Healthy {
				t.Errorf("the check came to %+v", o)
			}
		}
		for _, s := range []*Steps{steps, later} {
			if got, want := s.text(), "1 server/discover true, 2 tools/list true"; got != want {
				t.Errorf("in the end %s, want %s", got, want)
			}
		}
		if n := len(w.upstreams.asked("/a")); n != 2 {
			t.Errorf("%d checks ran, want 2", n)
		}
	})
}

// Somebody who never reads holds nobody up, and neither does one who leaves.
func TestStepsWaitForNobody(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		w.upstreams.at("/a", stepping)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := Ask(ctx, w.Registry, CheckService{Path: "/a", Discover: true, Follow: NewSteps()})
			left <- err
		}()
		_, done := w.following("/a")
		synctest.Wait()
		cancel()
		if err := <-left; err == nil {
			t.Error("the one who left got an answer")
		}
		if o := <-done; o.err != nil || o.took != 2*time.Second {
			t.Errorf("the check came to %+v", o)
		}
	})
}

// A service that is switched off while somebody follows its check answers at
// once, and what the check still tells is nobody's.
func TestStepsOfAStoppedProbe(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		w.upstreams.at("/a", stepping)
		steps, done := w.following("/a")
		synctest.Wait()
		w.disable("/a")
		if o := <-done; o.err != nil || o.service.Enabled {
			t.Errorf("the answer is %+v", o)
		}
		before := steps.text()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := steps.text(); got != before {
			t.Errorf("afterwards the steps are %s, before %s", got, before)
		}
	})
}

// A full check replaces a plain one, whose steps are then nothing.
func TestStepsOfAReplacedCheck(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		w.upstreams.at("/a", stepping)
		first := NewSteps()
		done := make(chan error, 1)
		go func() {
			_, err := tryAsk(w.Registry, CheckService{Path: "/a", Follow: first})
			done <- err
		}()
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		_, also := w.following("/a")
		synctest.Wait()
		if got, want := first.text(), "1 server/discover false"; got != want {
			t.Errorf("after the change %s, want %s", got, want)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		<-also
	})
}

// What a check tells is held against the bounds, whatever it tells.
func TestStepsAreBounded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		w.upstreams.at("/a", func(ctx context.Context, c call) registry.Outcome {
			told := registry.ToldTo(ctx)
			for _, n := range []int{-1, 0, 3} {
				told(registry.Progress{Number: n})
			}
			for n := range 2 * registry.MaxSteps {
				told(registry.Progress{Number: n + 1})
			}
			return healthy(c)
		})
		steps, done := w.following("/a")
		<-done
		if n := len(steps.Read()); n != registry.MaxSteps {
			t.Errorf("%d steps", n)
		}
	})
}
