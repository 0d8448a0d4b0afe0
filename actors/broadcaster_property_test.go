package actors

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Whatever happens, in whatever order, at whatever time somebody subscribes:
// all that a subscriber heard, laid over each other, is what the registry says.
func TestWhatWasHeardIsTheTruth(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) { overheard(t, w, seed) })
		})
	}
}

func overheard(t *testing.T, w *world, seed uint64) {
	w.upstreams.at("", func(ctx context.Context, c call) registry.Outcome {
		o := taking(rand.N(3*gatherFor))(ctx, c)
		switch rand.N(4) {
		case 0:
			return refused
		case 1:
			if c.discover {
				o.Discovery = tools("a", "b")
			}
		}
		return o
	})
	var all sync.WaitGroup
	for i := range uint64(4) {
		all.Go(func() { meddle(t, w, rand.New(rand.NewPCG(seed, i))) })
	}
	var mu sync.Mutex
	var stayed, left []*ears
	for i := range uint64(4) {
		all.Go(func() {
			r := rand.New(rand.NewPCG(seed, 100+i))
			for range 25 {
				time.Sleep(time.Duration(r.Int64N(int64(2 * gatherFor))))
				e := w.listen()
				mu.Lock()
				if r.IntN(2) == 0 {
					stayed = append(stayed, e)
				} else {
					mustAsk(w, w.Broadcaster, Unsubscribe{e})
					left = append(left, e)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	w.upstreams.at("", hanging)
	time.Sleep(5 * gatherFor) // The last checks end, and nothing changes from here on.
	w.settle()
	for _, e := range stayed {
		w.expectTruth(e)
	}
	for _, e := range left {
		e.folded(t) // Each version was later than the one before.
	}
	if len(stayed) == 0 || len(left) == 0 {
		t.Error("nobody listened: this test shows nothing")
	}
}

// meddle changes this and that about a few services.
func meddle(t *testing.T, w *world, r *rand.Rand) {
	for i := range 150 {
		path := registry.Path(fmt.Sprintf("/s%d", r.IntN(5)))
		var err error
		switch r.IntN(7) {
		case 0, 1:
			_, err = tryAsk(w.Registry, RegisterService{draft(string(path))})
		case 2:
			_, err = tryAsk(w.Registry, EditService{path, registry.Draft{Stars: new(i)}})
		case 3:
			_, err = tryAsk(w.Registry, SetEnabled{path, true})
		case 4:
			_, err = tryAsk(w.Registry, SetEnabled{path, r.IntN(3) == 0})
		case 5:
			_, err = tryAsk(w.Registry, CheckService{Path: path, Discover: r.IntN(2) == 0})
		case 6:
			_, err = tryAsk(w.Registry, RemoveService{path})
		}
		if err != nil && !errors.Is(err, registry.ErrNotFound) && !errors.Is(err, registry.ErrConflict) && !errors.Is(err, registry.ErrDisabled) {
			t.Error(err)
		}
		if r.IntN(3) == 0 {
			time.Sleep(time.Duration(r.Int64N(int64(gatherFor))))
		}
	}
}
