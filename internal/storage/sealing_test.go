package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
	"github.com/mcpgateway/mcpgateway/internal/storage/storagetest"
)

const apiKey = "the-key-of-an-upstream"

// withKey is a service that adds apiKey.
func withKey(i int) *registry.Service {
	svc := sample(i)
	svc.UpstreamHeaders = registry.RestoreHeaders(map[string]string{"X-Api-Key": apiKey})
	return svc
}

// sealed is a closed data directory with a service that adds apiKey.
func sealed(t *testing.T) (dir string, svc *registry.Service) {
	t.Helper()
	dir, svc = t.TempDir(), withKey(0)
	s := mustOpen(t, dir)
	if err := errors.Join(s.Changed(t.Context(), storagetest.Change(registry.Registered, svc)), s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir, svc
}

// TestNoFileHoldsAHeader reads whatever lies in the data directory, while the
// log is in use and after it was folded in.
func TestNoFileHoldsAHeader(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	svc := withKey(0)
	svc.Description = "this can be read"
	if err := s.Changed(t.Context(), storagetest.Change(registry.Registered, svc)); err != nil {
		t.Fatal(err)
	}
	search := func() {
		t.Helper()
		all := fmt.Sprint(contents(t, dir))
		for what, want := range map[string]bool{svc.Description: true, apiKey: false, "X-Api-Key": false} {
			if strings.Contains(all, what) != want {
				t.Errorf("found %q: %t", what, !want)
			}
		}
	}
	search()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	search()
}

// TestWrongKey: it is refused, changes nothing, and the right one still opens
// everything.
func TestWrongKey(t *testing.T) {
	dir, svc := sealed(t)
	o := options(dir)
	o.Box = secret.NewBox([32]byte{2})
	refusedWith(t, o, storage.ErrWrongKey, "MCPGATEWAY_SECRET_KEY")
	refusedWith(t, o, storage.ErrWrongKey, "secret.key")
	expectLoaded(t, mustOpen(t, dir), svc)
}

// TestAnotherKeyIsAdopted as long as nothing, or nothing any more, is sealed.
func TestAnotherKeyIsAdopted(t *testing.T) {
	dir, svc := sealed(t)
	s := mustOpen(t, dir)
	svc.UpstreamHeaders, svc.Version = registry.Headers{}, 2
	if err := errors.Join(s.Changed(t.Context(), storagetest.Change(registry.Edited, svc)), s.Close()); err != nil {
		t.Fatal(err)
	}
	o := options(dir)
	o.Box = secret.NewBox([32]byte{2})
	s, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	svc.UpstreamHeaders, svc.Version = withKey(0).UpstreamHeaders, 3
	if err := errors.Join(s.Changed(t.Context(), storagetest.Change(registry.Edited, svc)), s.Close()); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, storage.ErrWrongKey, "MCPGATEWAY_SECRET_KEY")
	if s, err = storage.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	expectLoaded(t, s, svc)
}

// TestSealedForOneService: a row that was moved to another service, or changed,
// does not open, and the error names the service only.
func TestSealedForOneService(t *testing.T) {
	for _, change := range []string{
		`UPDATE upstream_headers SET path = '/team/service-00001'`,
		`UPDATE upstream_headers SET sealed = x'00'`,
	} {
		dir, _ := sealed(t)
		s := mustOpen(t, dir)
		if err := errors.Join(s.Changed(t.Context(), storagetest.Change(registry.Registered, sample(1))), s.Close()); err != nil {
			t.Fatal(err)
		}
		execute(t, dir, change)
		s = mustOpen(t, dir)
		_, _, err := s.Load(t.Context())
		if !errors.Is(err, storage.ErrUnreadable) || !strings.Contains(err.Error(), "/team/service-0000") || strings.Contains(err.Error(), apiKey) {
			t.Errorf("got %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWithoutABox: the commands that need no key leave what is sealed alone.
func TestWithoutABox(t *testing.T) {
	dir, svc := sealed(t)
	o := options(dir)
	o.Box = nil
	s, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Changed(t.Context(), storagetest.Change(registry.Registered, withKey(1))); err == nil {
		t.Error("headers were stored without a key")
	}
	bare := *svc
	bare.UpstreamHeaders, bare.Description, bare.Version = registry.Headers{}, "edited", 2
	if err := s.Changed(t.Context(), storagetest.Change(registry.Edited, &bare)); err != nil {
		t.Fatal(err)
	}
	expectLoaded(t, s, &bare)
	bare.UpstreamHeaders = svc.UpstreamHeaders
	expectLoaded(t, mustOpen(t, dir), &bare)
}

// expectLoaded compares what the store holds, and closes it.
func expectLoaded(t *testing.T, s *storage.Store, want ...*registry.Service) {
	t.Helper()
	got, _, err := s.Load(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
