package storage

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// TestFullDisk: an event that no longer fits is refused and leaves nothing,
// and the store goes on when there is room again.
func TestFullDisk(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	small := &registry.Service{Path: "/small", Version: 1}
	if err := s.ServiceRegistered(ctx, small); err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		if _, err := s.writer.ExecContext(ctx, `PRAGMA max_page_count = `+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // SQLite raises it to the present size.
	big := &registry.Service{Path: "/big", Version: 2, Description: strings.Repeat("x", 1<<20)}
	if err := s.ServiceRegistered(ctx, big); err == nil {
		t.Fatal("a megabyte fit into a full disk")
	}
	expectStored(t, s, 1, small)
	limit("1000000")
	if err := s.ServiceRegistered(ctx, big); err != nil {
		t.Fatal(err)
	}
	expectStored(t, s, 2, big, small)
}

func expectStored(t *testing.T, s *Store, sequence uint64, want ...*registry.Service) {
	t.Helper()
	got, n, err := s.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" || n != sequence {
		t.Errorf("sequence %d, want %d; stored (-want +got):\n%s", n, sequence, diff)
	}
}
