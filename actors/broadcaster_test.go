package actors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestSnapshotComesAtOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		if e := w.listen(); e.heard() != 1 || string(e.messages[0]) != "{}" {
			t.Errorf("of nothing was heard %q", e.messages)
		}
		if got := mustAsk(w, w.Broadcaster, GetHealth{}); string(got) != "{}" {
			t.Errorf("nothing's health is %q", got)
		}
		w.register("/a")
		w.register("/a/b")
		e := w.listen()
		if e.heard() != 1 || len(e.decoded(t)[0]) != 2 {
			t.Errorf("heard %q", e.messages)
		}
		w.expectTruth(e)
	})
}

// The format is that of the API documentation.
func TestMessageFormat(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		synctest.Wait()
		w.register("/b")
		e := w.listen()
		want := `{"/a":{"status":"healthy","last_checked_iso":"2000-01-01T00:00:00Z","num_tools":1,"latency_ms":1,` +
			`"since_iso":"2000-01-01T00:00:00Z","version":3},` +
			`"/b":{"status":"disabled","last_checked_iso":null,"num_tools":0,"latency_ms":null,` +
			`"since_iso":"2000-01-01T00:00:00Z","version":4}}`
		if diff := cmp.Diff(want, string(e.messages[0])); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got := mustAsk(w, w.Broadcaster, GetHealth{}); string(got) != want {
			t.Errorf("GetHealth says %s", got)
		}
	})
}

func TestReasonsAreEncoded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		hostile := "\"}\x00</script>\u2028\xff"
		w.upstreams.at("/a", always(registry.Outcome{Status: registry.Status{Kind: registry.Unhealthy, Reason: hostile}}))
		w.enabled("/a")
		synctest.Wait()
		e := w.listen()
		want := "unhealthy: " + strings.ToValidUTF8(hostile, "\ufffd")
		if got := e.statuses(t, "/a"); len(got) != 1 || got[0] != want {
			t.Errorf("heard %q, want %q", got, want)
		}
		if bytes.Contains(e.messages[0], []byte("</script")) {
			t.Errorf("%s", e.messages[0])
		}
	})
}

// Within a window only the newest of each path goes out, and in one message.
func TestChangesAreGathered(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.register("/a")
		w.register("/b")
		w.settle()
		e := w.listen()
		began := time.Now()
		for i := range 100 {
			mustAsk(w, w.Registry, EditService{"/a", registry.Draft{NumTools: new(i + 1)}})
			mustAsk(w, w.Registry, EditService{"/b", registry.Draft{NumTools: new(i + 1)}})
		}
		synctest.Wait()
		if stats := mustAsk(w, w.Broadcaster, GetBroadcastStats{}); stats.Pending != 2 || e.heard() != 1 || time.Since(began) != 0 {
			t.Errorf("before the window closed: %+v, heard %d", stats, e.heard())
		}
		w.settle()
		if all := e.decoded(t); len(all) != 2 || all[1]["/a"].NumTools != 100 || all[1]["/b"].NumTools != 100 {
			t.Errorf("heard %q", e.messages)
		}
		if stats := mustAsk(w, w.Broadcaster, GetBroadcastStats{}); stats.Pending != 0 {
			t.Errorf("after the window closed: %+v", stats)
		}
	})
}

func TestWhatCancelsOutIsNotTold(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		e := w.listen()
		// Checking, and healthy again with nothing new.
		if got := <-w.checking("/a", true); got.err != nil {
			t.Error(got.err)
		}
		// New, and gone again.
		w.register("/b")
		mustAsk(w, w.Registry, RemoveService{"/b"})
		w.settle()
		if e.heard() != 1 {
			t.Errorf("heard %q", e.messages)
		}
	})
}

// One that comes in the midst of a window in which changes cancel out is not
// left with what it saw.
func TestSubscriberAmidstWhatCancelsOut(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		first := w.listen()
		w.upstreams.at("/a", taking(time.Millisecond))
		waiting := w.checking("/a", false)
		synctest.Wait()
		second := w.listen()
		<-waiting
		w.settle()
		w.expectTruth(first)
		w.expectTruth(second)
		if got := second.statuses(t, "/a"); fmt.Sprint(got) != "[checking healthy]" {
			t.Errorf("the second heard %q", got)
		}
	})
}

func TestUnchangedCheckIsNotBroadcast(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		e := w.listen()
		time.Sleep(20 * interval)
		synctest.Wait()
		if e.heard() != 1 {
			t.Errorf("heard %q", e.messages)
		}
		var all map[string]healthEntry
		if err := json.Unmarshal(mustAsk(w, w.Broadcaster, GetHealth{}), &all); err != nil {
			t.Fatal(err)
		}
		if at, want := all["/a"].LastChecked, w.get("/a").Health.LastChecked; at == nil || !at.Equal(want) {
			t.Errorf("last checked at %v, want %s", at, want)
		}
		if late := w.listen().folded(t)["/a"]; !late.LastChecked.Equal(*all["/a"].LastChecked) {
			t.Errorf("the snapshot says %s", late.LastChecked)
		}
	})
}

// A service that is checked all the time does not have everything encoded anew
// for each newcomer; but no newcomer is shown what is old.
func TestUnchangedCheckIsShownWithinASecond(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		w.eventually("it is checked again", func() bool { return len(w.upstreams.asked("/a")) == 2 })
		shown := func() time.Time { return *w.listen().decoded(t)[0]["/a"].LastChecked }
		first := shown()
		n := len(w.upstreams.asked("/a"))
		w.eventually("it is checked again", func() bool { return len(w.upstreams.asked("/a")) > n })
		if got, want := shown(), w.get("/a").Health.LastChecked; !got.Equal(want) || !got.After(first) {
			t.Errorf("shown is %s, want %s", got, want)
		}
		// A change that is told is shown at once, whatever is cached.
		mustAsk(w, w.Registry, EditService{"/a", registry.Draft{Name: new("X")}})
		w.expectTruth(w.listen())
	})
}

func TestRemovalIsHeardOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		w.settle()
		e := w.listen()
		mustAsk(w, w.Registry, RemoveService{"/a"})
		w.settle()
		time.Sleep(time.Minute)
		all := e.decoded(t)
		if got := e.statuses(t, "/a"); fmt.Sprint(got) != "[healthy removed]" || all[1]["/a"].Version <= all[0]["/a"].Version {
			t.Errorf("heard %q", e.messages)
		}
		if late := w.listen(); string(late.messages[0]) != "{}" {
			t.Errorf("a late one heard %q", late.messages)
		}
	})
}

// Removed and registered again: both are told, be it in one window. What was
// never told of is not told to be removed.
func TestRegisteredAgain(t *testing.T) {
	for name, c := range map[string]struct {
		between func(w *world)
		want    string
	}{
		"one window":  {func(*world) {}, "[healthy removed disabled]"},
		"two windows": {(*world).settle, "[healthy removed disabled]"},
		"thrice in one window": {func(w *world) {
			for range 2 {
				w.register("/a")
				mustAsk(w, w.Registry, RemoveService{"/a"})
			}
		}, "[healthy removed disabled]"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.enabled("/a")
				w.settle()
				e := w.listen()
				mustAsk(w, w.Registry, RemoveService{"/a"})
				c.between(w)
				w.register("/a")
				w.settle()
				if got := fmt.Sprint(e.statuses(t, "/a")); got != c.want {
					t.Errorf("heard %s, want %s", got, c.want)
				}
				w.expectTruth(e)
			})
		})
	}
}

func TestSubscriberThatRefusesIsForgotten(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var all []*ears
		for range 30 {
			all = append(all, w.listen())
		}
		for _, e := range all[:10] {
			e.deafen()
		}
		w.register("/a")
		w.settle()
		for _, e := range all[:10] {
			e.mu.Lock()
			e.refuse = false
			e.mu.Unlock()
		}
		w.register("/b")
		w.settle()
		for i, e := range all {
			if i < 10 {
				if e.heard() != 1 {
					t.Errorf("a forgotten one heard %q", e.messages)
				}
				continue
			}
			w.expectTruth(e)
		}
		refusing := &ears{refuse: true}
		mustAsk(w, w.Broadcaster, Subscribe{refusing})
		stats := mustAsk(w, w.Broadcaster, GetBroadcastStats{})
		if stats.Subscribers != 20 || stats.FailedSends != 11 || stats.Broadcasts != 2 {
			t.Errorf("stats are %+v", stats)
		}
	})
}

func TestUnsubscribe(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		e, other := w.listen(), w.listen()
		w.register("/a") // Pending when it leaves.
		mustAsk(w, w.Broadcaster, Unsubscribe{e})
		mustAsk(w, w.Broadcaster, Unsubscribe{e})
		mustAsk(w, w.Broadcaster, Unsubscribe{new(ears)})
		w.settle()
		if e.heard() != 1 || other.heard() != 2 {
			t.Errorf("heard %d and %d messages", e.heard(), other.heard())
		}
		if err := w.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if e.ends() != 0 || other.ends() != 1 {
			t.Errorf("ended %d and %d times", e.ends(), other.ends())
		}
	})
}

func TestLargeMessagesAreSplit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		e := w.listen()
		if n := e.heard(); n < 2 || n > 4 {
			t.Errorf("the snapshot of 5,000 came in %d messages", n)
		}
		w.expectTruth(e)
		if got := mustAsk(w, w.Broadcaster, GetHealth{}); !json.Valid(got) || len(got) < MaxMessageBytes {
			t.Errorf("GetHealth has %d bytes", len(got))
		}
		// And a change of them all.
		for i := range 5000 {
			w.disable(fmt.Sprintf("/s%04d", i))
		}
		w.settle()
		w.expectTruth(e)
	}, func(o *Options) { o.Store = taken(5000) })
}
