package soaktest

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// endEvery is how often the server ends during the first half.
const endEvery = time.Minute

// TestSoak lets the server live through -soak.for. The first half is for its ends;
// the second is one process, which at the end holds no more than after a tenth
// of it.
func TestSoak(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: what a process holds is read from Linux's /proc")
	}
	seed := *soakSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-soak.seed %d", seed)
	w := newWorld(t, seed)
	followers := make([]*follower, 3)
	for i := range followers {
		var end func()
		followers[i], end = w.follow()
		t.Cleanup(end)
	}

	w.loadFor(*soakFor/2, max(2, int(*soakFor/2/endEvery)))
	w.calm(t, followers)
	w.loadFor(*soakFor/10, 0)
	w.calm(t, followers)
	last := w.look(t)
	before, _ := w.settled(t, func(r remains) bool {
		quiet := r.goroutines >= last.goroutines && r.descriptors >= last.descriptors
		last = r
		return quiet
	})
	w.loadFor(*soakFor*4/10, 0)
	w.calm(t, followers)
	after, ok := w.settled(t, func(r remains) bool { return r.within(before) })
	t.Logf("%d calls, %d streams, %d raw connections, %d sockets, %d acknowledged changes\nbefore: %s\nafter:  %s",
		w.calls.Load(), w.streams.Load(), w.raws.Load(), w.sockets.Load(), w.writes.Load(), before, after)
	if !ok {
		t.Errorf("the process holds more than before; its goroutines:\n%.20000s", w.profile(t, "goroutine?debug=1"))
	}
}

// calm ends all trouble and compares what everybody knows.
func (w *world) calm(t *testing.T, followers []*follower) {
	t.Helper()
	for _, u := range w.upstreams {
		if err := u.become(good); err != nil {
			t.Fatalf("%s does not come back: %v", u.path, err)
		}
	}
	for _, j := range w.writers {
		if !j.verify() {
			t.Error("the journal cannot be compared")
		}
	}
	for _, f := range followers {
		f.knows(t, w)
	}
	for _, u := range w.upstreams {
		for _, ticket := range u.heardTwice() {
			t.Errorf("%s was sent to %s more than once", ticket, u.path)
		}
	}
	w.answered.Range(func(ticket, u any) bool {
		if n := u.(*moody).timesHeard(ticket.(string)); n != 1 {
			t.Errorf("%s was answered, and heard %d times", ticket, n)
		}
		return true
	})
	w.answered.Clear()
	if n := w.deadLetters(); n != "0" {
		t.Errorf("%s dead letters", n)
	}
	for _, line := range w.faults() {
		t.Error("log: " + line)
	}
	if t.Failed() {
		t.FailNow()
	}
}
