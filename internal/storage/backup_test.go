package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// gap is what a restore adds to the sequence.
const gap = 1 << 32

// backupOf writes a backup of the store to a new file.
func backupOf(t testing.TB, s *storage.Store) string {
	t.Helper()
	snapshot, err := s.Snapshot(t.Context(), "v1", time.UnixMicro(1e15))
	must(t, err)
	data, err := io.ReadAll(snapshot)
	must(t, errors.Join(err, snapshot.Close()))
	file := filepath.Join(t.TempDir(), "backup.db")
	must(t, os.WriteFile(file, data, 0o600))
	return file
}

func restore(t testing.TB, dir, file string, force bool) (storage.Restored, error) {
	t.Helper()
	return storage.Restore(t.Context(), storage.RestoreOptions{File: file, Dir: dir, Force: force, Logger: options(dir).Logger})
}

// tables are all rows of all tables of a database, as text.
func tables(t *testing.T, file string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	names := texts(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
	all := make(map[string][]string)
	for _, name := range names {
		columns := texts(t, db, `SELECT 'quote("' || name || '")' FROM pragma_table_info('`+name+`')`)
		query := "SELECT " + columns[0]
		for _, c := range columns[1:] {
			query += ` || ',' || ` + c
		}
		all[name] = texts(t, db, query+` FROM "`+name+`" ORDER BY 1`)
	}
	return all
}

func texts(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// filled is a store with something in every table but that of the first import.
func filled(t testing.TB, dir string) *storage.Store {
	t.Helper()
	s := mustOpen(t, dir)
	script := newScript()
	for version := uint64(1); version <= 300; version++ {
		must(t, script.step(version)(t.Context(), s))
	}
	at := time.UnixMicro(2e15).UTC()
	for _, svc := range script.stateAfter(300) {
		must(t, s.ChecksRecorded(t.Context(), nil, []registry.CheckRecord{{Path: svc.Path, Number: 1, At: at, Status: svc.Health.Status, Latency: time.Second}}))
	}
	must(t, s.SetCredential(t.Context(), "admin", auth.Credential{Hash: "hash"}, false))
	must(t, s.TokenCreated(t.Context(), auth.StoredToken{Token: auth.Token{ID: "a", Name: "CI", Scope: auth.ScopeGateway, CreatedAt: at}, Hash: auth.TokenHash{1}}))
	must(t, s.Sessions().Commit("session", []byte("data"), time.Now().Add(time.Hour)))
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestBackupHoldsAll compares each row of each table, sessions apart, after a
// way through a backup into a fresh directory.
func TestBackupHoldsAll(t *testing.T) {
	dir := t.TempDir()
	s := filled(t, dir)
	file := backupOf(t, s)
	must(t, s.Close())
	want := tables(t, filepath.Join(dir, "registry.db"))

	fresh := filepath.Join(t.TempDir(), "new", "data")
	r, err := restore(t, fresh, file, false)
	must(t, err)
	b, err := storage.ReadBackup(t.Context(), file)
	must(t, err)
	if diff := cmp.Diff(b, r.Backup); diff != "" || r.Aside != "" {
		t.Errorf("aside %q, and the backup differs:\n%s", r.Aside, diff)
	}
	if b.Services != len(want["services"]) || b.Tools != len(want["tools"]) || b.Tokens != 1 || b.Sealed != len(want["upstream_headers"]) ||
		b.Sealed == 0 || b.Tools == 0 || b.HasKey || b.Program != "v1" || !b.MadeAt.Equal(time.UnixMicro(1e15)) {
		t.Errorf("the backup holds %+v", b)
	}
	got := tables(t, filepath.Join(fresh, "registry.db"))
	if len(got["sessions"]) != 0 || len(want["sessions"]) != 1 {
		t.Errorf("sessions: %q", got["sessions"])
	}
	if want := []string{fmt.Sprint("1,", 300+gap)}; !slices.Equal(got["sequence"], want) {
		t.Errorf("sequence %q, want %q", got["sequence"], want)
	}
	for _, all := range []map[string][]string{got, want} {
		delete(all, "sessions")
		delete(all, "sequence")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	expectModes(t, fresh)
	s = mustOpen(t, fresh) // What is sealed opens.
	must(t, s.Close())
}

// expectModes: nothing of a restored directory is for others.
func expectModes(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", e.Name(), info.Mode())
		}
	}
}

// TestBackupIsOfOneMoment takes backups while events are stored.
func TestBackupIsOfOneMoment(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	defer func() { must(t, s.Close()) }()
	ctx, cancel := context.WithCancel(t.Context())
	stored := make(chan error, 1)
	begun := make(chan struct{})
	go func() {
		script := newScript()
		var err error
		for version := uint64(1); err == nil && ctx.Err() == nil; version++ {
			err = script.step(version)(context.WithoutCancel(ctx), s)
			if version == 50 {
				close(begun)
			}
		}
		stored <- err
	}()
	<-begun
	script, last := newScript(), uint64(0)
	for range 8 {
		file := backupOf(t, s)
		dir := t.TempDir()
		_, err := restore(t, dir, file, false)
		must(t, err)
		r := mustOpen(t, dir)
		got, sequence, err := r.Load(t.Context())
		must(t, errors.Join(err, r.Close()))
		if sequence -= gap; sequence < max(50, last) {
			t.Fatalf("a backup of version %d after %d", sequence, last)
		}
		last = sequence
		if diff := cmp.Diff(script.stateAfter(sequence), got); diff != "" {
			t.Fatalf("of version %d (-want +got):\n%s", sequence, diff)
		}
	}
	cancel()
	must(t, <-stored)
}

// TestBackupKey: the key goes along if it is the right one.
func TestBackupKey(t *testing.T) {
	dir := t.TempDir()
	s := filled(t, dir)
	file := backupOf(t, s)
	must(t, s.Close())
	const text = "0123456789abcdef0123456789abcdef\n"
	if err := storage.IncludeKey(t.Context(), file, text, secret.NewBox([32]byte{2})); !errors.Is(err, storage.ErrWrongKey) {
		t.Errorf("a wrong key: %v", err)
	}
	must(t, storage.IncludeKey(t.Context(), file, text, box))
	fresh := t.TempDir()
	r, err := restore(t, fresh, file, false)
	must(t, err)
	key := filepath.Join(fresh, secret.FileName)
	if got, err := os.ReadFile(key); err != nil || string(got) != text || !r.HasKey {
		t.Errorf("the key is %q, %v", got, err)
	}
	expectModes(t, fresh)
	if names := slices.Sorted(maps.Keys(tables(t, filepath.Join(fresh, "registry.db")))); slices.Contains(names, "backup") {
		t.Error("the key stayed in the database")
	}
	// The same key is no reason to put anything aside; another one is.
	must(t, os.Remove(filepath.Join(fresh, "registry.db")))
	if r, err = restore(t, fresh, file, false); err != nil || r.Aside != "" {
		t.Errorf("beside the same key: %q, %v", r.Aside, err)
	}
	must(t, os.Remove(filepath.Join(fresh, "registry.db")))
	must(t, os.WriteFile(key, []byte("another"), 0o600))
	if _, err := restore(t, fresh, file, false); !errors.Is(err, storage.ErrOccupied) {
		t.Errorf("beside another key: %v", err)
	}
	r, err = restore(t, fresh, file, true)
	must(t, err)
	if got, err := os.ReadFile(filepath.Join(r.Aside, secret.FileName)); err != nil || string(got) != "another" {
		t.Errorf("aside is %q, %v", got, err)
	}
}
