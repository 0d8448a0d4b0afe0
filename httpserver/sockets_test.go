package httpserver

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestSocketSnapshotThenChanges(t *testing.T) {
	t.Parallel()
	e := startSocketEdge(t, nil, nil)
	l := e.listen(t)
	eventually(t, func() bool { return l.count() == 1 }, func() string { return "no snapshot" })
	if got := string(l.messages[0]); got != "{}" {
		t.Fatalf("the snapshot of nothing is %s", got)
	}
	e.register(t, "/weather")
	e.agree(t, l)
	if n := l.count(); n != 2 {
		t.Errorf("%d messages for one change", n-1)
	}

	e.enable(t, "/weather")
	checked := e.check(t, "/weather")
	e.agree(t, l)
	if got := l.folded()["/weather"].Status; got != "healthy" {
		t.Fatalf("the status is %q", got)
	}

	// Neither a second check, which finds the same, nor its time is news.
	known := e.broadcastStats(t).Broadcasts
	again := e.check(t, "/weather")
	if again.Health.LastChecked.Before(checked.Health.LastChecked) {
		t.Error("the second check was none")
	}
	e.listen(t) // Flushes what is pending.
	e.agree(t, l)
	if told := e.broadcastStats(t).Broadcasts - known; told > 2 {
		t.Errorf("%d messages about a check, of which two at most are news: checking and back", told)
	}

	e.remove(t, "/weather")
	e.agree(t, l)
	if n := l.removals["/weather"]; n != 1 {
		t.Errorf("%d removals were told", n)
	}
}

func TestSocketGathersChanges(t *testing.T) {
	t.Parallel()
	e := startSocketEdge(t, disabledServices(1), nil)
	l := e.listen(t)
	path := disabledServices(1)[0].Path
	const changes = 2000
	for i := range changes {
		e.star(t, path, i)
	}
	e.agree(t, l)
	if n := l.count(); n > changes/2 {
		t.Errorf("%d messages for %d changes of one service", n, changes)
	}
}

func TestSocketLargeSnapshot(t *testing.T) {
	t.Parallel()
	e := startSocketEdge(t, disabledServices(5000), nil)
	l := e.listen(t)
	e.agree(t, l) // The listener measures each message.
	if n := l.count(); n < 2 {
		t.Errorf("5,000 services came in %d message", n)
	}
}

// TestSocketsFoldToTheTruth registers, switches, edits and removes at random
// and all at once, while sockets come and go. Whenever one came, what it was
// told must add up to what a plain GET says.
func TestSocketsFoldToTheTruth(t *testing.T) {
	t.Parallel()
	e := startSocketEdge(t, nil, nil)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	const (
		workers, steps     = 4, 400
		visitors, sojourns = 8, 6
	)
	var working, visiting sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(w)))
			for range steps {
				disturb(t, e, random)
			}
		})
	}
	var mu sync.Mutex
	var stayed []*listener
	for v := range visitors {
		visiting.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(workers+v)))
			for range sojourns {
				conn, res := e.dial(t, nil)
				if conn == nil {
					t.Errorf("dial: %s", res.Status)
					return
				}
				l := fold(t, conn)
				for range random.IntN(40) {
					e.broadcastStats(t)
				}
				if random.IntN(3) == 0 {
					_ = conn.Close()
					continue
				}
				mu.Lock()
				stayed = append(stayed, l)
				mu.Unlock()
			}
		})
	}
	visiting.Wait()
	working.Wait()
	// The checks that still run change something in the end.
	for path := range e.health(t) {
		_, _ = actors.Ask(t.Context(), e.system.Registry, actors.CheckService{Path: registry.Path(path)})
	}
	e.agree(t, append(stayed, e.listen(t))...)
	if n := e.broadcastStats(t).FailedSends; n != 0 {
		t.Errorf("%d sockets were cut", n)
	}
}

// disturb does one random thing. Whether it is possible is no matter.
func disturb(tb testing.TB, e *socketEdge, random *rand.Rand) {
	path := fmt.Sprintf("/s%d", random.IntN(30))
	p := registry.Path(path)
	ctx, ref := tb.Context(), e.system.Registry
	switch stars := random.IntN(5); random.IntN(6) {
	case 0, 1:
		name, upstream := "Service", []string{"http://well", "http://sick"}[random.IntN(2)]
		_, _ = actors.Ask(ctx, ref, actors.RegisterService{Draft: registry.Draft{Path: &path, Name: &name, Upstream: &upstream}})
	case 2:
		_, _ = actors.Ask(ctx, ref, actors.SetEnabled{Path: p, Enabled: random.IntN(2) == 0})
	case 3:
		_, _ = actors.Ask(ctx, ref, actors.EditService{Path: p, Draft: registry.Draft{Stars: &stars}})
	case 4:
		_, _ = actors.Ask(ctx, ref, actors.CheckService{Path: p})
	case 5:
		_, _ = actors.Ask(ctx, ref, actors.RemoveService{Path: p})
	}
}
