package storage

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// TestFullDisk: an event that no longer fits is refused and leaves nothing,
// and the store goes on when there is room again.
func TestFullDisk(t *testing.T) {
	ctx, s := t.Context(), openStore(t)
	small := &registry.Service{Path: "/small", Version: 1}
	if err := s.Changed(ctx, registry.Change{Kind: registry.Registered, After: small, Version: small.Version}); err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		if _, err := pragma(ctx, s, `max_page_count = `+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // SQLite raises it to the present size.
	big := &registry.Service{Path: "/big", Version: 2, Description: strings.Repeat("x", 1<<20)}
	change := registry.Change{Kind: registry.Registered, After: big, Version: big.Version}
	if err := s.Changed(ctx, change); !errors.Is(err, registry.ErrNotStored) {
		t.Fatalf("a megabyte for a full disk: %v", err)
	}
	expectStored(t, s, 1, small)
	limit("1000000")
	if err := s.Changed(ctx, registry.Change{Kind: registry.Registered, After: big, Version: big.Version}); err != nil {
		t.Fatal(err)
	}
	expectStored(t, s, 2, big, small)
}

// TestReadOnlyDisk: where nothing may be written, reading goes on, and writing
// once it may.
func TestReadOnlyDisk(t *testing.T) {
	ctx, s := t.Context(), openStore(t)
	one := &registry.Service{Path: "/one", Version: 1}
	change := registry.Change{Kind: registry.Registered, After: one, Version: one.Version}
	allow := func(writing string) {
		if _, err := s.writer.db.ExecContext(ctx, `PRAGMA query_only = `+writing); err != nil {
			t.Fatal(err)
		}
	}
	s.writer.release() // The one connection, for the pragma.
	allow("on")
	if err := s.Changed(ctx, change); !errors.Is(err, registry.ErrNotStored) {
		t.Fatalf("a read-only disk: %v", err)
	}
	expectStored(t, s, 0)
	s.writer.release()
	allow("off")
	if err := s.Changed(ctx, change); err != nil {
		t.Fatal(err)
	}
	expectStored(t, s, 1, one)
}

// TestSettings: what a crash of the machine depends on, and no test can show.
func TestSettings(t *testing.T) {
	s := openStore(t)
	for name, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
	} {
		if got, err := pragma(t.Context(), s, name); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
		}
	}
	if _, err := s.readers.ExecContext(t.Context(), `DELETE FROM sequence`); err == nil {
		t.Error("a reader can write")
	}
}

// TestPurgeKeepsTheNewestSessions: the table has a bound besides the clock.
func TestPurgeKeepsTheNewestSessions(t *testing.T) {
	ctx, s := t.Context(), openStore(t)
	expiry := time.Now().Add(time.Hour)
	err := s.writeOne(ctx, `
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO sessions (token, data, expires_at) SELECT 'token ' || i, x'00', ? + i FROM n`,
		MaxSessions+1, expiry.UnixMicro())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PurgeExpiredSessions(ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	all, err := s.Sessions().AllCtx(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, oldest := all["token 1"]; oldest || len(all) != MaxSessions {
		t.Errorf("%d sessions, the oldest among them: %v", len(all), oldest)
	}
}

// pragma runs a pragma of the connection that writes.
func pragma(ctx context.Context, s *Store, what string) (got string, err error) {
	err = s.write(ctx, func(tx *transaction) error { return tx.scan(ctx, `PRAGMA `+what, nil, &got) })
	return got, err
}

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
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
