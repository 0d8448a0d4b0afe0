package actors

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// world is a running system between a store and upstreams that tests command.
type world struct {
	*System
	t         testing.TB
	store     *memory
	upstreams *upstreams
}

const (
	interval = 30 * time.Second
	// patience is longer than any answer may take, on the tests' clock.
	patience = time.Hour
)

var discard = slog.New(slog.DiscardHandler)

var errDisk = errors.New("the disk is full")

// inWorld runs a test in a world of its own, on a clock of its own.
func inWorld(t *testing.T, test func(t *testing.T, w *world), configure ...func(*Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newWorld(t, configure...)) })
}

// newWorld starts a system. When the test ends it is closed, which must
// succeed, and no message may have got lost.
func newWorld(t testing.TB, configure ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, store: newMemory(), upstreams: newUpstreams()}
	o := Options{
		Store:    w.store,
		Checker:  w.upstreams,
		Rules:    registry.Rules{UnhealthyAfter: 2},
		Interval: interval,
		Logger:   discard,
	}
	for _, c := range configure {
		c(&o)
	}
	// A test may bring its own.
	if m, ok := o.Store.(*memory); ok {
		w.store = m
	}
	if u, ok := o.Checker.(*upstreams); ok {
		w.upstreams = u
	}
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w.System = s
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
		if n := s.DeadLetters(); n != 0 {
			t.Errorf("%d messages reached nobody", n)
		}
	})
	return w
}

// mustAsk asks and fails the test if that fails.
func mustAsk[M interface{ replies(T) }, T any](w *world, to Ref, msg M) T {
	w.t.Helper()
	answer, err := tryAsk(to, msg)
	if err != nil {
		w.t.Fatalf("%T: %v", msg, err)
	}
	return answer
}

func tryAsk[M interface{ replies(T) }, T any](to Ref, msg M) (T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return Ask(ctx, to, msg)
}

// draft is a service with an upstream of the same name.
func draft(path string) registry.Draft {
	return registry.Draft{Path: &path, Name: new("Service " + path), Upstream: new(upstreamOf(path))}
}

func upstreamOf(path string) string { return "http://upstream" + path }

func (w *world) register(path string) *registry.Service {
	w.t.Helper()
	return mustAsk(w, w.Registry, RegisterService{draft(path)})
}

func (w *world) enable(path string) *registry.Service {
	w.t.Helper()
	return mustAsk(w, w.Registry, SetEnabled{registry.Path(path), true})
}

// enabled registers a service and switches it on.
func (w *world) enabled(path string) *registry.Service {
	w.t.Helper()
	w.register(path)
	return w.enable(path)
}

func (w *world) disable(path string) {
	w.t.Helper()
	mustAsk(w, w.Registry, SetEnabled{registry.Path(path), false})
}

func (w *world) get(path string) *registry.Service {
	w.t.Helper()
	return mustAsk(w, w.Registry, GetService{registry.Path(path)})
}

func (w *world) status(path string) string {
	w.t.Helper()
	return w.get(path).Status().String()
}

// expectStatus waits until nothing moves, and compares.
func (w *world) expectStatus(path, want string) {
	w.t.Helper()
	synctest.Wait()
	if got := w.status(path); got != want {
		w.t.Errorf("%s is %q, want %q", path, got, want)
	}
}

// eventually lets time pass until something holds, for five minutes at most.
func (w *world) eventually(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		synctest.Wait()
		if holds() {
			return
		}
	}
	w.t.Fatalf("it never came about that %s", what)
}

// outcome is what an ask in the background came to.
type outcome struct {
	service *registry.Service
	err     error
	took    time.Duration
}

// checking asks for a check in the background.
func (w *world) checking(path string, discover bool) <-chan outcome {
	out := make(chan outcome, 1)
	go func() {
		began := time.Now()
		s, err := tryAsk(w.Registry, CheckService{Path: registry.Path(path), Discover: discover})
		out <- outcome{s, err, time.Since(began)}
	}()
	return out
}

// settle lets pass what follows at once, and what is gathered.
func (w *world) settle() {
	time.Sleep(2 * gatherFor)
	synctest.Wait()
}
