package storage_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// filesIn are the files in a directory, and theirs.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		all[name] = string(text)
		return err
	})
	must(t, err)
	return all
}

// TestRestoreRefuses: what is no whole backup changes nothing, whether there is
// a registry or not.
func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	s := filled(t, dir)
	file := backupOf(t, s)
	must(t, s.Close())
	whole, err := os.ReadFile(file)
	must(t, err)
	own, err := os.ReadFile(filepath.Join(dir, "registry.db"))
	must(t, err)

	flipped := bytes.Clone(whole)
	for i := 8192; i < len(flipped); i += 4096 { // The pages' headers.
		flipped[i] ^= 0xff
	}
	locked := bytes.Clone(whole)
	locked[18] = '0' // SQLite takes it for read-only.
	newer := changed(t, whole, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (1000, 1)`)
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":          {nil, storage.ErrNoBackup},
		"text":           {[]byte("no database\n"), storage.ErrNoBackup},
		"a short header": {whole[:50], storage.ErrNoBackup},
		"one page":       {whole[:4096], storage.ErrNoBackup},
		"half":           {whole[:len(whole)/2], storage.ErrNoBackup},
		"one byte short": {whole[:len(whole)-1], storage.ErrNoBackup},
		"one page short": {whole[:len(whole)-4096], storage.ErrNoBackup},
		"too long":       {append(bytes.Clone(whole), 0), storage.ErrNoBackup},
		"damaged":        {flipped, storage.ErrNoBackup},
		"a copy of ours": {own, storage.ErrNoBackup},
		"orphans":        {changed(t, whole, `DELETE FROM services`), storage.ErrNoBackup},
		"another's":      {changed(t, nil, `CREATE TABLE t (a)`), storage.ErrNoBackup},
		"another backup": {changed(t, nil, `CREATE TABLE backup (a)`), storage.ErrNoBackup},
		"read-only":      {locked, storage.ErrNoBackup},
		"newer":          {newer, storage.ErrNewer},
	} {
		bad := filepath.Join(t.TempDir(), "bad.db")
		must(t, os.WriteFile(bad, c.data, 0o600))
		before := filesIn(t, dir)
		for _, force := range []bool{true, false} {
			if _, err := restore(t, dir, bad, force); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if diff := cmp.Diff(before, filesIn(t, dir)); diff != "" {
			t.Fatalf("%s changed the data", name)
		}
		fresh := filepath.Join(t.TempDir(), "fresh")
		if _, err := restore(t, fresh, bad, false); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s made a directory: %v", name, err)
		}
	}
	if _, err := restore(t, dir, filepath.Join(dir, "nothing"), true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := storage.ReadBackup(ctx, file); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
}

// TestRestoreLeavesNothing where the backup is whole and cannot be taken over.
func TestRestoreLeavesNothing(t *testing.T) {
	s := filled(t, t.TempDir())
	whole, err := os.ReadFile(backupOf(t, s))
	must(t, errors.Join(err, s.Close()))
	file := filepath.Join(t.TempDir(), "last.db")
	must(t, os.WriteFile(file, changed(t, whole, `UPDATE sequence SET value = 9223372036854775807`), 0o600))
	fresh := filepath.Join(t.TempDir(), "fresh")
	if _, err := restore(t, fresh, file, false); err == nil {
		t.Fatal("a version after the last was given out")
	}
	if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a directory: %v", err)
	}
	mine := t.TempDir()
	must(t, errors.Join(os.Chmod(mine, 0o700), os.WriteFile(filepath.Join(mine, "note"), nil, 0o600)))
	if _, err := restore(t, mine, file, false); err == nil {
		t.Fatal("a version after the last was given out")
	}
	if _, err := os.Stat(filepath.Join(mine, "note")); err != nil {
		t.Error(err)
	}
}

// changed is a database, or an empty one, after a statement.
func changed(t *testing.T, database []byte, statement string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "changed.db")
	must(t, os.WriteFile(file, database, 0o600))
	db, err := sql.Open("sqlite", file)
	must(t, err)
	_, err = db.Exec(statement)
	must(t, errors.Join(err, db.Close()))
	after, err := os.ReadFile(file)
	must(t, err)
	return after
}

// TestRestoreOverData: only if told to, not while it is open, and what was
// there before is kept with its log.
func TestRestoreOverData(t *testing.T) {
	s := filled(t, t.TempDir())
	file := backupOf(t, s)
	must(t, s.Close())

	// What a crash leaves: a database with a log.
	dir := t.TempDir()
	last := runAndKill(t, dir, 40)
	if info, err := os.Stat(filepath.Join(dir, "registry.db-wal")); err != nil || info.Size() == 0 {
		t.Fatalf("there is no log: %v", err)
	}
	before := filesIn(t, dir)
	if _, err := restore(t, dir, file, false); !errors.Is(err, storage.ErrOccupied) {
		t.Errorf("over data: %v", err)
	}
	if diff := cmp.Diff(before, filesIn(t, dir)); diff != "" {
		t.Error("the refusal changed the data")
	}
	r, err := restore(t, dir, file, true)
	must(t, err)
	if filepath.Dir(r.Aside) != dir {
		t.Fatalf("aside is %q", r.Aside)
	}
	expectState(t, dir, 300+gap)
	aside := mustOpen(t, r.Aside)
	got, sequence, err := aside.Load(t.Context())
	must(t, errors.Join(err, aside.Close()))
	if sequence < last {
		t.Errorf("aside is version %d, want %d", sequence, last)
	}
	if diff := cmp.Diff(newScript().stateAfter(sequence), got); diff != "" {
		t.Errorf("aside (-want +got):\n%s", diff)
	}

	s = mustOpen(t, dir)
	defer func() { must(t, s.Close()) }()
	if _, err := restore(t, dir, file, true); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("while it is open: %v", err)
	}
}

// expectState: the data opens, and is the script's at the version, which a
// restore has added its gap to.
func expectState(t *testing.T, dir string, sequence uint64) {
	t.Helper()
	s := mustOpen(t, dir)
	got, found, err := s.Load(t.Context())
	must(t, errors.Join(err, s.Close()))
	if found != sequence {
		t.Fatalf("found version %d, want %d", found, sequence)
	}
	if diff := cmp.Diff(newScript().stateAfter(sequence%gap), got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
}

// TestRestoreByRoot: what root restores belongs to who runs the server.
func TestRestoreByRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	s := filled(t, t.TempDir())
	file := backupOf(t, s)
	must(t, s.Close())
	must(t, storage.IncludeKey(t.Context(), file, "0123456789abcdef0123456789abcdef\n", box))
	dir := t.TempDir()
	must(t, mustOpen(t, dir).Close())
	must(t, os.Chown(dir, 65534, 65534))
	r, err := restore(t, dir, file, true)
	must(t, err)
	for _, name := range []string{"registry.db", "secret.key", filepath.Base(r.Aside)} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 65534 || owner.Gid != 65534 {
			t.Errorf("%s belongs to %d:%d", name, owner.Uid, owner.Gid)
		}
	}
}
