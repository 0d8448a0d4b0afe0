package storagetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// plain is a small service.
func plain(path registry.Path, version uint64) *registry.Service {
	return &registry.Service{
		Path: path, Version: version, Name: "Name of " + string(path), Upstream: "http://localhost:8000",
		License: registry.DefaultLicense, Health: registry.Health{Status: registry.Status{Kind: registry.Disabled}},
	}
}

// testRefusals: an event about no service, an older event, a second
// registration. Nothing of a refused event is kept, its version neither.
func testRefusals(t *testing.T, db Database) {
	s, _ := open(t, db)
	ctx := t.Context()
	must(t, s.Changed(ctx, Change(registry.Registered, plain("/a", 5))))

	changes := map[string]registry.ChangeKind{
		"edit":     registry.Edited,
		"switch":   registry.Switched,
		"health":   registry.HealthChanged,
		"discover": registry.ToolsDiscovered,
	}
	for name, kind := range changes {
		if err := s.Changed(ctx, Change(kind, plain("/b", 9))); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("%s without a service: %v", name, err)
		}
		stale := plain("/a", 4)
		stale.Name, stale.Enabled, stale.Health.Detail = "stale", true, "stale"
		stale.Tools = []registry.Tool{{Name: "stale"}}
		if err := s.Changed(ctx, Change(kind, stale)); err == nil || errors.Is(err, registry.ErrNotFound) {
			t.Errorf("stale %s: %v", name, err)
		}
	}
	if err := s.Changed(ctx, Removal("/a", 4)); err == nil {
		t.Error("stale removal: no error")
	}
	if err := s.Changed(ctx, Change(registry.Registered, plain("/a", 9))); !errors.Is(err, registry.ErrConflict) {
		t.Errorf("second registration: %v", err)
	}
	expect(t, s, 5, plain("/a", 5))

	// An event of another service that comes late does not lower the sequence.
	must(t, s.Changed(ctx, Change(registry.Registered, plain("/late", 3))))
	expect(t, s, 5, plain("/a", 5), plain("/late", 3))
}

// testPaths: paths are compared byte for byte, and removing one leaves those
// that look like it.
func testPaths(t *testing.T, db Database) {
	s, _ := open(t, db)
	ctx := t.Context()
	var want []*registry.Service
	for i, path := range []registry.Path{"/A", "/a", "/a-b", "/a.b", "/a/b", "/a_b", "/a~b"} {
		svc := plain(path, uint64(i+1))
		svc.Tools = []registry.Tool{{Name: "tool of " + string(path)}, {Name: "second"}}
		must(t, s.Changed(ctx, Change(registry.Registered, svc)))
		want = append(want, svc)
	}
	expect(t, s, 7, want...)
	must(t, s.Changed(ctx, Removal("/a_b", 8)))
	must(t, s.Changed(ctx, Removal("/a", 9)))
	expect(t, s, 9, want[0], want[2], want[3], want[4], want[6])
}

// testBatch: checks of services that were removed or changed meanwhile are
// skipped, the others are stored.
func testBatch(t *testing.T, db Database) {
	s, _ := open(t, db)
	ctx := t.Context()
	must(t, s.ChecksRecorded(ctx, nil, nil))
	same, gone, changed := plain("/same", 1), plain("/gone", 2), plain("/changed", 3)
	for _, svc := range []*registry.Service{same, gone, changed} {
		must(t, s.Changed(ctx, Change(registry.Registered, svc)))
	}
	must(t, s.Changed(ctx, Removal("/gone", 4)))
	newer := *changed
	newer.Version, newer.Health.Status.Kind, newer.Health.Detail = 5, registry.Healthy, "newer"
	must(t, s.Changed(ctx, Change(registry.HealthChanged, &newer)))

	checked := func(svc *registry.Service) *registry.Service {
		c := *svc
		c.Health.LastChecked = time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
		c.Health.Latency, c.Health.Failures, c.Health.Detail = 7*time.Millisecond, 1, "checked"
		return &c
	}
	must(t, s.ChecksRecorded(ctx, []*registry.Service{checked(same), checked(gone), checked(changed)}, nil))
	expect(t, s, 5, &newer, checked(same))
}

// testSessions: found until they expire, over each other, across a restart.
func testSessions(t *testing.T, db Database) {
	store, sessions := db.Open(t)
	ctx, now := t.Context(), time.Now()
	must(t, sessions.CommitCtx(ctx, "expired", []byte("x"), now.Add(-time.Second)))
	must(t, sessions.CommitCtx(ctx, "live", []byte("first"), now.Add(time.Hour)))
	must(t, sessions.CommitCtx(ctx, "live", []byte("second"), now.Add(time.Hour)))
	must(t, sessions.Commit("ended", []byte("e"), now.Add(time.Hour)))
	must(t, sessions.Delete("ended"))
	must(t, sessions.DeleteCtx(ctx, "never"))
	must(t, store.Close())

	store, sessions = open(t, db)
	for _, token := range []string{"expired", "ended", "never", "LIVE", ""} {
		if data, found, err := sessions.FindCtx(ctx, token); found || err != nil {
			t.Errorf("%q: found %q, %v", token, data, err)
		}
	}
	if data, found, err := sessions.Find("live"); string(data) != "second" || !found || err != nil {
		t.Errorf("live: %q %v %v", data, found, err)
	}
	want := map[string][]byte{"live": []byte("second")}
	all, err := sessions.AllCtx(ctx)
	must(t, err)
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	must(t, store.PurgeExpiredSessions(ctx, now))
	if _, found, err := sessions.FindCtx(ctx, "live"); !found || err != nil {
		t.Errorf("the purge took a live session: %v", err)
	}
	must(t, store.PurgeExpiredSessions(ctx, now.Add(2*time.Hour)))
	all, err = sessions.AllCtx(ctx)
	must(t, err)
	if all == nil || len(all) != 0 {
		t.Errorf("after the purge: %v", all)
	}
}

// testCredentials: a new password ends the sessions if it is to.
func testCredentials(t *testing.T, db Database) {
	s, sessions := open(t, db)
	ctx := t.Context()
	if c, err := s.Credential(ctx, "admin"); !errors.Is(err, auth.ErrUnknownUser) || c != (auth.Credential{}) {
		t.Errorf("no credential: %+v %v", c, err)
	}
	must(t, s.SetCredential(ctx, "admin", auth.Credential{Hash: "one"}, false))
	must(t, sessions.CommitCtx(ctx, "token", []byte("data"), time.Now().Add(time.Hour)))
	for _, step := range []struct {
		auth.Credential
		end, live bool
	}{{auth.Credential{Hash: "two", Weak: true}, false, true}, {auth.Credential{Hash: "three"}, true, false}} {
		must(t, s.SetCredential(ctx, "admin", step.Credential, step.end))
		if c, err := s.Credential(ctx, "admin"); c != step.Credential || err != nil {
			t.Errorf("got %+v %v, want %+v", c, err, step.Credential)
		}
		if _, found, err := sessions.FindCtx(ctx, "token"); found != step.live || err != nil {
			t.Errorf("%s: session live %v %v, want %v", step.Hash, found, err, step.live)
		}
	}
	if _, err := s.Credential(ctx, "Admin"); !errors.Is(err, auth.ErrUnknownUser) {
		t.Errorf("user names differ by case: %v", err)
	}
}

// testFirstImport: it goes forward only, and a restart changes nothing.
func testFirstImport(t *testing.T, db Database) {
	ctx := t.Context()
	for i, step := range []struct {
		say  func(Store) error
		want storage.FirstImport
	}{
		{func(Store) error { return nil }, storage.ImportAhead},
		{func(s Store) error { return s.FirstImportBegun(ctx) }, storage.ImportBegun},
		{func(s Store) error { return s.FirstImportBegun(ctx) }, storage.ImportBegun},
		{func(s Store) error { return s.FirstImportFinished(ctx) }, storage.ImportFinished},
		{func(s Store) error { return s.FirstImportFinished(ctx) }, storage.ImportFinished},
		{func(s Store) error { return s.FirstImportBegun(ctx) }, storage.ImportFinished},
	} {
		s, _ := db.Open(t)
		must(t, step.say(s))
		must(t, s.Close())
		s, _ = db.Open(t)
		if got, err := s.FirstImport(ctx); got != step.want || err != nil {
			t.Errorf("step %d: %v %v, want %v", i, got, err, step.want)
		}
		must(t, s.Close())
	}
}

// testCancelled: whenever the context of an event ends, the event is stored
// if there was no error, and not at all if there was one.
func testCancelled(t *testing.T, db Database) {
	s, _ := open(t, db)
	must(t, s.Ping(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Changed(ctx, Change(registry.Registered, plain("/a", 1))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	expect(t, s, 0)

	last := plain("/a", 1)
	must(t, s.Changed(t.Context(), Change(registry.Registered, last)))
	for version := uint64(2); version < 100; version++ {
		next := plain("/a", version)
		next.Tools = make([]registry.Tool, 20)
		ctx, cancel := context.WithCancel(t.Context())
		var racer sync.WaitGroup
		racer.Go(func() {
			for range rand.IntN(40_000) {
				runtime.Gosched()
			}
			cancel()
		})
		if err := s.Changed(ctx, Change(registry.ToolsDiscovered, next)); err == nil {
			last = next
		}
		racer.Wait()
		expect(t, s, last.Version, last)
	}
}

// expect compares what the store holds.
func expect(t *testing.T, s Store, sequence uint64, want ...*registry.Service) {
	t.Helper()
	got, n, err := s.Load(t.Context())
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if n != sequence {
		t.Errorf("sequence %d, want %d", n, sequence)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
