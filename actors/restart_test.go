package actors

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// What was known when a system was closed is known when the next one starts,
// with the real storage between them.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	running := func(use func(w *world)) {
		store, err := storage.Open(t.Context(), storage.Options{Dir: dir, Logger: discard})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}()
		s, err := Start(t.Context(), Options{
			Store: store, Checker: forgetful{}, Interval: patience,
			Rules: registry.Rules{UnhealthyAfter: 2}, Logger: discard,
		})
		if err != nil {
			t.Fatal(err)
		}
		use(&world{t: t, System: s})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	}
	var before, after Listing
	running(func(w *world) {
		w.enabled("/a")
		w.register("/off")
		w.register("/gone")
		mustAsk(w, w.Registry, RemoveService{"/gone"})
		// The second finds nothing new, and is stored at the end only.
		mustAsk(w, w.Registry, CheckService{Path: "/a", Discover: true})
		mustAsk(w, w.Registry, CheckService{Path: "/a", Discover: false})
		before = mustAsk(w, w.Registry, ListServices{})
	})
	running(func(w *world) { after = mustAsk(w, w.Registry, ListServices{}) })
	sameButTimes := cmp.Options{
		// The first check of the new system may have come already.
		cmpopts.IgnoreFields(registry.Service{}, "Generation", "NextCheck"),
		cmpopts.IgnoreFields(registry.Health{}, "LastChecked"),
		cmpopts.EquateEmpty(),
	}
	if diff := cmp.Diff(before, after, sameButTimes); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if s := after.Services[0]; s.Status().Kind != registry.Healthy || s.NumTools() != 1 || s.Health.LastChecked.Before(before.Services[0].Health.LastChecked) {
		t.Errorf("/a is %+v", s)
	}
}
