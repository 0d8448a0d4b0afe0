package actors

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Each request gets an answer of the type that belongs to it. That another
// pair does not compile is the point; that these do is shown here.
func TestAnswersHaveTheirTypes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.register("/a")
		imported := mustAsk(w, w.Registry, ImportService{draft("/b"), []registry.Tool{{Name: "now"}}, false})
		edited := mustAsk(w, w.Registry, EditService{"/a", registry.Draft{Name: new("Other")}})
		listing := mustAsk(w, w.Registry, ListServices{})
		counts := mustAsk(w, w.Registry, CountServices{})
		removed := mustAsk(w, w.Registry, RemoveService{"/b"})
		stats := mustAsk(w, w.Broadcaster, GetBroadcastStats{})
		if imported.NumTools() != 1 || edited.Name != "Other" || removed.Path != "/b" || stats.Subscribers != 0 {
			t.Errorf("got %+v, %+v, %+v, %+v", imported, edited, removed, stats)
		}
		if len(listing.Services) != 2 || listing.Sequence != edited.Version || counts[registry.Disabled] != 2 {
			t.Errorf("listed %+v, counted %v", listing, counts)
		}
	})
}

func TestErrorsOfTheCatalogReachTheAsker(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.register("/a")
		_, conflict := tryAsk(w.Registry, RegisterService{draft("/a")})
		_, invalid := tryAsk(w.Registry, RegisterService{draft("/a//b")})
		_, disabled := tryAsk(w.Registry, CheckService{Path: "/a"})
		for name, c := range map[string]struct{ got, want error }{
			"conflict": {conflict, registry.ErrConflict},
			"disabled": {disabled, registry.ErrDisabled},
			"get":      {second(tryAsk(w.Registry, GetService{"/x"})), registry.ErrNotFound},
			"edit":     {second(tryAsk(w.Registry, EditService{Path: "/x"})), registry.ErrNotFound},
			"switch":   {second(tryAsk(w.Registry, SetEnabled{"/x", true})), registry.ErrNotFound},
			"remove":   {second(tryAsk(w.Registry, RemoveService{"/x"})), registry.ErrNotFound},
			"check":    {second(tryAsk(w.Registry, CheckService{Path: "/x"})), registry.ErrNotFound},
		} {
			if !errors.Is(c.got, c.want) {
				t.Errorf("%s: %v, want %v", name, c.got, c.want)
			}
		}
		if _, ok := errors.AsType[*registry.InvalidError](invalid); !ok {
			t.Errorf("a bad path: %v", invalid)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAskOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if _, err := tryAsk(Ref{}, ListServices{}); !errors.Is(err, ErrStopped) || time.Since(began) != 0 {
			t.Errorf("got %v after %s, want ErrStopped at once", err, time.Since(began))
		}
		if n := (Ref{}).Waiting(); n != 0 {
			t.Errorf("%d messages wait for nobody", n)
		}
	})
}

func TestAskOfStopped(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		// More often than a mailbox holds: what is gone is not overloaded.
		for range maxMailbox + 1 {
			if _, err := tryAsk(w.Registry, ListServices{}); !errors.Is(err, ErrStopped) {
				t.Fatalf("registry: %v, want ErrStopped", err)
			}
		}
		if _, err := tryAsk(w.Broadcaster, Subscribe{new(ears)}); !errors.Is(err, ErrStopped) {
			t.Errorf("broadcaster: %v, want ErrStopped", err)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %s", took)
		}
	})
}

// While the engine takes an actor away it drops messages without a word. Each
// asker hears nevertheless, at once.
func TestAskWhileStopping(t *testing.T) {
	for range 8 {
		inWorld(t, func(t *testing.T, w *world) {
			w.enabled("/a")
			began := time.Now()
			var askers sync.WaitGroup
			for range 8 {
				askers.Go(func() {
					for {
						_, err := tryAsk(w.Registry, CheckService{Path: "/a"})
						if errors.Is(err, ErrStopped) {
							break
						}
						if err != nil {
							t.Errorf("a check: %v", err)
							break
						}
					}
					if _, err := tryAsk(w.Registry, RegisterService{draft("/b")}); !errors.Is(err, ErrStopped) {
						t.Errorf("after ErrStopped: %v", err)
					}
				})
				askers.Go(func() {
					for {
						_, err := tryAsk(w.Broadcaster, GetHealth{})
						if errors.Is(err, ErrStopped) {
							return
						}
						if err != nil {
							t.Errorf("health: %v", err)
							return
						}
					}
				})
			}
			if err := w.Close(t.Context()); err != nil {
				t.Error(err)
			}
			askers.Wait()
			if took := time.Since(began); took != 0 {
				t.Errorf("somebody waited for %s", took)
			}
		})
	}
}

// blocked makes the registry hang in storage until the returned function is
// called.
func (w *world) blocked() (release func()) {
	gate := make(chan struct{})
	w.store.doing(func(event string, _ registry.Path) error {
		if event == "registered" {
			<-gate
		}
		return nil
	})
	go func() { _, _ = tryAsk(w.Registry, RegisterService{draft("/blocking")}) }()
	synctest.Wait()
	return func() { close(gate) }
}

func TestAskOfOverloaded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		release := w.blocked()
		for range maxMailbox {
			w.Registry.tell(flushChecks{})
		}
		if n := w.Registry.Waiting(); n != maxMailbox {
			t.Errorf("%d messages wait", n)
		}
		if _, err := tryAsk(w.Registry, ListServices{}); !errors.Is(err, ErrOverloaded) {
			t.Errorf("got %v, want ErrOverloaded", err)
		}
		if _, err := tryAsk(w.Broadcaster, GetHealth{}); err != nil {
			t.Errorf("the broadcaster, which has nothing to do: %v", err)
		}
		release()
		synctest.Wait()
		if n := w.Registry.Waiting(); n != 0 {
			t.Errorf("%d messages wait for ever", n)
		}
		w.get("/blocking")
	})
}

func TestCloseOfOverloaded(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.enabled("/a")
		release := w.blocked()
		for range maxMailbox {
			w.Registry.tell(flushChecks{})
		}
		closed := make(chan error)
		go func() { closed <- w.Close(context.Background()) }()
		synctest.Wait()
		release()
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

func TestAskerMayLeave(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		release := w.blocked()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := Ask(ctx, w.Registry, RegisterService{draft("/b")}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want DeadlineExceeded", err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("the asker left after %s", took)
		}
		cause := errors.New("the browser was closed")
		because, leave := context.WithCancelCause(t.Context())
		left := make(chan error)
		go func() { left <- second(Ask(because, w.Registry, ListServices{})) }()
		synctest.Wait()
		leave(cause)
		if err := <-left; !errors.Is(err, cause) {
			t.Errorf("got %v, want the cause", err)
		}
		release()
		// It was asked before its asker left, so it happened.
		synctest.Wait()
		w.get("/b")
	})
}

func TestAskIsNotSentWhenItIsTooLate(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Ask(ctx, w.Registry, RegisterService{draft("/a")}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want Canceled", err)
		}
		synctest.Wait()
		if _, err := tryAsk(w.Registry, GetService{"/a"}); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("the service was registered: %v", err)
		}
	})
}
