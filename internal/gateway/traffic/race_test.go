package traffic

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Whoever counts at the same time, in whichever slots, nothing is lost: not even
// what comes while slots take each other's place.
func TestNothingIsLost(t *testing.T) {
	const rounds, callers, each = 3, 8, 1000
	const total = callers * each
	b := NewBoard()
	c := b.Counter(weather)
	c.SetTools(named("forecast"))
	l := c.open()
	for round := range rounds {
		// All slots of a ring, in any order: everybody makes all of them.
		begin := b.start.Add(time.Duration(round) * time.Duration(slots) * slotLength)
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				for range each {
					c.Begin()
					c.End(begin.Add(rand.N(time.Duration(slots)*slotLength)), Exchange{
						Outcome: ServerError, Method: methodCallTool, Tool: "forecast",
						Latency: time.Second, Received: 1, Sent: 2,
					})
				}
			})
		}
		wg.Wait()
		got := l.recent.summary(int64(slots*(round+1) - 1))
		if got.Requests != total || got.Errors != total {
			t.Errorf("round %d: the window has %+v, want %d of each", round, got, total)
		}
	}
	if l.received.Load() != rounds*total || l.sent.Load() != 2*rounds*total || l.open.Load() != 0 {
		t.Errorf("received %d, sent %d, open %d", l.received.Load(), l.sent.Load(), l.open.Load())
	}
	if n := c.tools.find(b, "forecast").Load(); n != rounds*total {
		t.Errorf("%d calls of the tool, want %d", n, rounds*total)
	}
}

// Counting, reading, changing the tools and removing the service go on at once.
// What can be known of the outcome is that the labels add up.
func TestEverybodyAtOnce(t *testing.T) {
	b := NewBoard()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				c := b.Counter(weather)
				c.Begin()
				c.End(time.Now().Add(rand.N(2*window)), Exchange{
					Method: methodCallTool, Tool: "t" + strconv.Itoa(rand.N(200)), Latency: rand.N(time.Minute),
				})
			}
		})
	}
	wg.Go(func() { // The one writer.
		for i := range 100 {
			b.Counter(weather).SetTools(named("t1", "t"+strconv.Itoa(i), "t"+strconv.Itoa(i+1)))
			if i%10 == 9 {
				b.Forget(weather)
			}
		}
	})
	wg.Go(func() {
		for range 20 {
			b.Summary(weather)
			scrape(t, b)
		}
	})
	wg.Wait()
	labels := 0
	for range b.Counter(weather).tools.labelled() {
		labels++
	}
	if b.labels != labels {
		t.Errorf("%d labels are said to be given, %d are", b.labels, labels)
	}
	b.Forget(weather)
	if b.labels != 0 {
		t.Errorf("%d labels are left of a service that was removed", b.labels)
	}
}

func named(names ...string) []registry.Tool {
	list := make([]registry.Tool, len(names))
	for i, name := range names {
		list[i].Name = name
	}
	return list
}
