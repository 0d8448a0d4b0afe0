package actors

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// reply is what a change came to.
type reply struct {
	service *registry.Service
	err     error
}

// said sends a request without waiting for its answer, so that many come in a
// known order.
func said[M interface {
	replies(*registry.Service)
}](w *world, msg M) func() reply {
	r := &request[M, *registry.Service]{msg: msg, answer: make(chan answer[*registry.Service], 1)}
	w.Registry.tell(r)
	return func() reply {
		a := <-r.answer
		return reply{a.value, a.err}
	}
}

// What waits while the disk is busy is committed together, with versions as
// though one had come after the other, and is known once it is answered.
func TestChangesAreCommittedTogether(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		const n = 3 * maxGathered / 2
		release := w.blocked()
		before := w.store.commits
		var replies []func() reply
		for i := range n {
			replies = append(replies, said(w, RegisterService{draft(fmt.Sprintf("/s/%d", i))}))
		}
		release()
		e := w.listen()
		for i, answered := range replies {
			r := answered()
			if r.err != nil || r.service.Version != uint64(i+2) {
				t.Fatalf("%d: %+v, %v", i, r.service, r.err)
			}
			if w.store.got(string(r.service.Path)) == nil || w.get(string(r.service.Path)) != r.service {
				t.Errorf("%s was answered before it was stored and known", r.service.Path)
			}
		}
		// The first, which blocked, was alone.
		if got := w.store.commits - before; got != 3 {
			t.Errorf("%d commits for %d changes", got, n)
		}
		w.settle()
		w.expectTruth(e)
	})
}

// Whatever comes in whatever order, the answers are those of one change after
// the other.
func TestGatheringChangesNoAnswer(t *testing.T) {
	for seed := range uint64(20) {
		inWorld(t, func(t *testing.T, w *world) {
			random := rand.New(rand.NewPCG(seed, 0))
			release := w.blocked()
			model := registry.NewCatalog(registry.Rules{UnhealthyAfter: 2}, nil, 0)
			apply := func(ch registry.Change, err error) string {
				if err == nil {
					model.Apply(ch)
				}
				return outcomeOf(ch.After, err)
			}
			apply(model.Register(draft("/blocking"), now()))
			var got, want []string
			var replies []func() reply
			for range 60 {
				path := registry.Path(fmt.Sprintf("/%c", 'a'+rune(random.IntN(6))))
				d := registry.Draft{Name: new(fmt.Sprint(random.IntN(3)))}
				on := random.IntN(2) == 0
				switch random.IntN(5) {
				case 0, 1:
					replies = append(replies, said(w, RegisterService{draft(string(path))}))
					want = append(want, apply(model.Register(draft(string(path)), now())))
				case 2:
					replies = append(replies, said(w, EditService{path, d}))
					want = append(want, apply(model.Edit(path, d, now())))
				case 3:
					replies = append(replies, said(w, SetEnabled{path, on}))
					want = append(want, apply(model.SetEnabled(path, on, now())))
				case 4:
					replies = append(replies, said(w, RemoveService{path}))
					ch, err := model.Remove(path)
					if err == nil {
						model.Apply(ch)
					}
					want = append(want, outcomeOf(ch.Before, err))
				}
			}
			release()
			for _, answered := range replies {
				r := answered()
				got = append(got, outcomeOf(r.service, r.err))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("seed %d (-one by one +gathered):\n%s", seed, diff)
			}
		})
	}
}

func outcomeOf(s *registry.Service, err error) string {
	for _, known := range []error{registry.ErrConflict, registry.ErrNotFound} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(s.Path, " ", s.Name, " ", s.Enabled, " ", s.Version)
}

// A change that storage refuses takes no other along.
func TestOneOfManyThatCannotBeStored(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		release := w.blocked()
		var replies []func() reply
		for _, path := range []string{"/a", "/bad", "/b"} {
			replies = append(replies, said(w, RegisterService{draft(path)}))
		}
		release()
		w.store.doing(func(_ string, path registry.Path) error {
			if path == "/bad" {
				return errDisk
			}
			return nil
		})
		synctest.Wait()
		var versions []uint64
		for i, answered := range replies {
			r := answered()
			if (i == 1) != errors.Is(r.err, errDisk) {
				t.Errorf("%d: %v", i, r.err)
			}
			if r.err == nil {
				versions = append(versions, r.service.Version)
			}
		}
		if !slices.Equal(versions, []uint64{2, 3}) {
			t.Errorf("versions %d", versions)
		}
	})
}

// A panic answers all that were to be committed, changes nothing, and ends
// there.
func TestPanicOverManyChanges(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		release := w.blocked()
		replies := []func() reply{said(w, RegisterService{draft("/a")}), said(w, RegisterService{draft("/b")})}
		release()
		w.store.doing(func(_ string, path registry.Path) error {
			if path == "/b" {
				panic("disk on fire")
			}
			return nil
		})
		for i, answered := range replies {
			if r := answered(); !errors.Is(r.err, ErrInternal) {
				t.Errorf("%d: %+v, %v", i, r.service, r.err)
			}
		}
		w.store.failing(nil)
		for _, path := range []string{"/a", "/b"} {
			w.register(path)
		}
	})
}

// What was asked for before the end is committed before it.
func TestCloseCommitsWhatWasGathered(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		release := w.blocked()
		answered := said(w, RegisterService{draft("/a")})
		closed := make(chan error, 1)
		go func() { closed <- w.Close(t.Context()) }()
		time.Sleep(time.Second)
		release()
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
		if r := answered(); r.err != nil || w.store.got("/a") == nil {
			t.Errorf("it came to %+v, %v", r.service, r.err)
		}
	})
}
