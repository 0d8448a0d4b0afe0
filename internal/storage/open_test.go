package storage_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
	"github.com/mcpgateway/mcpgateway/internal/storage/storagetest"
)

func TestPermissions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	s := mustOpen(t, dir)
	defer s.Close()
	if err := s.Changed(t.Context(), storagetest.Change(registry.Registered, sample(0))); err != nil {
		t.Fatal(err)
	}
	want := map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "lock": 0o600, "registry.db": 0o600, "registry.db-wal": 0o600, "registry.db-shm": 0o600,
	}
	got := map[string]fs.FileMode{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		got[path] = info.Mode()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modes (-want +got):\n%s", diff)
	}
}

func TestPathWithOddCharacters(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c=d&e%20#f")
	s := mustOpen(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "registry.db")); err != nil {
		t.Error(err)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	_, err := storage.Open(t.Context(), options(dir))
	if !errors.Is(err, storage.ErrLocked) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "--data") {
		t.Errorf("second open: %v", err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := mustOpen(t, dir).Close(); err != nil {
		t.Errorf("after the lock was released: %v", err)
	}
}

// TestCloseLeavesOneFile: a copy of the closed database file alone is a
// complete backup.
func TestCloseLeavesOneFile(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	if err := s.Changed(t.Context(), storagetest.Change(registry.Registered, sample(0))); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := listing(t, dir), []string{"lock", "registry.db"}; !cmp.Equal(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := mustOpen(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, dir, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	refused(t, dir, storage.ErrNewer, "99")
}

// TestOlderSchemaIsMigrated: a database of the first schema keeps its services
// and learns of tokens, headers and the history, of which it knows the last
// change.
func TestOlderSchemaIsMigrated(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	svc := sample(0)
	if err := s.Changed(t.Context(), storagetest.Change(registry.Registered, svc)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, dir, `DROP TABLE status_changes; DROP TABLE checks;
		ALTER TABLE health DROP COLUMN checks; ALTER TABLE health DROP COLUMN changes; DROP TABLE sealing_key; DROP TABLE upstream_headers; DROP TABLE tokens; DELETE FROM goose_db_version WHERE version_id > 1`)
	s = mustOpen(t, dir)
	defer s.Close()
	got, _, err := s.Load(t.Context())
	svc.Recorded.Changes = 1
	if diff := cmp.Diff([]*registry.Service{svc}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	h, err := s.History(t.Context(), svc.Path)
	if diff := cmp.Diff(registry.History{Changes: []registry.StatusChange{svc.Entered()}}, h); diff != "" || err != nil {
		t.Errorf("the history: %v (-want +got):\n%s", err, diff)
	}
	if tokens, err := s.LoadTokens(t.Context()); len(tokens) > 0 || err != nil {
		t.Errorf("tokens: %v, %v", tokens, err)
	}
}

// TestNewerSchemaInTheLogIsRefused: the newer version crashed, and what it
// wrote is still in the log.
func TestNewerSchemaInTheLogIsRefused(t *testing.T) {
	dir, crashed := t.TempDir(), t.TempDir()
	s := mustOpen(t, dir)
	execute(t, dir, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	for _, name := range []string{"registry.db", "registry.db-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(crashed, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, crashed, storage.ErrNewer, "99")
}

func TestForeignFilesAreRefused(t *testing.T) {
	damaged := func(t *testing.T, damage func([]byte) []byte) string {
		dir := t.TempDir()
		s := mustOpen(t, dir)
		fillTools(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "registry.db")
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, damage(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for name, prepare := range map[string]func(t *testing.T) string{
		"text": func(t *testing.T) string {
			return damaged(t, func([]byte) []byte { return []byte("my notes\n") })
		},
		"zeros": func(t *testing.T) string {
			return damaged(t, func(c []byte) []byte { return bytes.Repeat([]byte{0}, len(c)) })
		},
		"header only": func(t *testing.T) string {
			return damaged(t, func(c []byte) []byte { return c[:16] })
		},
		"read-only by its header": func(t *testing.T) string {
			return damaged(t, func(c []byte) []byte { c[18] = '0'; return c })
		},
		"truncated": func(t *testing.T) string {
			return damaged(t, func(c []byte) []byte { return c[:len(c)/2] })
		},
		"scribbled": func(t *testing.T) string {
			return damaged(t, func(c []byte) []byte {
				for i := len(c) / 2; i < len(c); i++ {
					c[i] = byte(i)
				}
				return c
			})
		},
		"another program": func(t *testing.T) string {
			dir := t.TempDir()
			execute(t, dir, `CREATE TABLE bookmarks (url TEXT)`)
			return dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, prepare(t), storage.ErrUnreadable, "backup")
		})
	}
}

func TestEmptyFileIsANewDatabase(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "registry.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := mustOpen(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPingNoticesALostFile(t *testing.T) {
	for name, lose := range map[string]func(file string) error{
		"removed": os.Remove,
		"replaced": func(file string) error {
			return errors.Join(os.Rename(file, file+".old"), os.WriteFile(file, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := mustOpen(t, dir)
			defer s.Close()
			if err := s.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := lose(filepath.Join(dir, "registry.db")); err != nil {
				t.Fatal(err)
			}
			if err := s.Ping(t.Context()); !errors.Is(err, storage.ErrFileLost) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestAnyBytes: SQLite keeps even what is no text.
func TestAnyBytes(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	defer s.Close()
	svc := sample(0)
	svc.Detected.ServerName = "a\x00b\xff"
	svc.Tools[0].Description = "\x00\xfe"
	if err := s.Changed(t.Context(), storagetest.Change(registry.Registered, svc)); err != nil {
		t.Fatal(err)
	}
	got, _, err := s.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*registry.Service{svc}, got); diff != "" {
		t.Error(diff)
	}
}

// refused expects Open to fail with want, to say the word, and to have left
// every byte and file but the lock as it was.
func refused(t *testing.T, dir string, want error, word string) {
	t.Helper()
	refusedWith(t, options(dir), want, word)
}

func refusedWith(t *testing.T, o storage.Options, want error, word string) {
	t.Helper()
	before := contents(t, o.Dir)
	s, err := storage.Open(t.Context(), o)
	if err == nil {
		_ = s.Close()
	}
	if !errors.Is(err, want) || !strings.Contains(err.Error(), word) || !strings.Contains(err.Error(), o.Dir) {
		t.Errorf("open: %v; want %v with %q", err, want, word)
	}
	if diff := cmp.Diff(before, contents(t, o.Dir)); diff != "" {
		t.Errorf("the directory changed (-before +after):\n%s", diff)
	}
}

// contents are the data files by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range listing(t, dir) {
		if name == "lock" || strings.HasSuffix(name, "-shm") {
			continue // the shm is an index of the log, made anew by each reader
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(content)
	}
	return all
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// execute runs a statement behind the store's back.
func execute(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "registry.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

func fillTools(t *testing.T, s *storage.Store) {
	t.Helper()
	for i := range 20 {
		if err := s.Changed(t.Context(), storagetest.Change(registry.Registered, sample(i))); err != nil {
			t.Fatal(err)
		}
	}
}
