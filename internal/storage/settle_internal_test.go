package storage

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSettleFromEveryStep stops a restore that was decided after each of its
// moves, in turn, and expects the next one to come to the same end.
func TestSettleFromEveryStep(t *testing.T) {
	moves := [][2]string{ // In the order of install.
		{"secret.key", "replaced-1Z/secret.key"},
		{"restore-1Z/secret.key", "secret.key"},
		{"registry.db-wal", "replaced-1Z/registry.db-wal"},
		{"registry.db-shm", "replaced-1Z/registry.db-shm"},
		{"registry.db", "replaced-1Z/registry.db"},
		{"restore-1Z/registry.db", "registry.db"},
	}
	for done := range len(moves) + 1 {
		dir := t.TempDir()
		for _, folder := range []string{"restore-1Z", "replaced-1Z", "restore-2Z.tmp", "backup-7.tmp"} {
			if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		for _, move := range moves {
			if err := os.WriteFile(filepath.Join(dir, move[0]), []byte(move[0]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "backup-7.tmp", "registry.db-journal"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, move := range moves[:done] {
			if err := os.Rename(filepath.Join(dir, move[0]), filepath.Join(dir, move[1])); err != nil {
				t.Fatal(err)
			}
		}
		if !Exists(dir) {
			t.Errorf("after %d moves there is nothing", done)
		}
		aside, err := settle(dir)
		if err != nil || aside != filepath.Join(dir, "replaced-1Z") {
			t.Fatalf("after %d moves: %q, %v", done, aside, err)
		}
		for _, move := range moves {
			if got, err := os.ReadFile(filepath.Join(dir, move[1])); err != nil || string(got) != move[0] {
				t.Errorf("after %d moves %s holds %q, %v", done, move[1], got, err)
			}
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 3 { // The key, the database, what is aside.
			t.Errorf("after %d moves there is %v", done, entries)
		}
		if aside, err := settle(dir); err != nil || aside != "" {
			t.Errorf("once more: %q, %v", aside, err)
		}
	}
}
