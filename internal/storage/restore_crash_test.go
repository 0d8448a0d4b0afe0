package storage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// restoreDir, when set, makes the test binary the victim of
// TestKilledRestore, and restoreFile names the backup.
const (
	restoreDir  = "STORAGE_RESTORE_DIR"
	restoreFile = "STORAGE_RESTORE_FILE"
)

// TestKilledRestore kills a process at any moment of a restore over data, and
// expects to find either what was there or what was to come, and what was there
// is never lost.
func TestKilledRestore(t *testing.T) {
	s := filled(t, t.TempDir())
	file := backupOf(t, s)
	must(t, s.Close())
	const key = "0123456789abcdef0123456789abcdef\n"
	must(t, storage.IncludeKey(t.Context(), file, key, box))
	began := time.Now()
	_, err := restore(t, t.TempDir(), file, true)
	must(t, err)
	whole := time.Since(began)
	outcomes := make(map[string]int)
	const tries = 24
	for try := range tries {
		dir := t.TempDir()
		old := newScript()
		s := mustOpen(t, dir)
		for version := uint64(1); version <= 20; version++ {
			must(t, old.step(version)(t.Context(), s))
		}
		must(t, s.Close())
		must(t, os.WriteFile(filepath.Join(dir, "secret.key"), []byte("another"), 0o600))

		victim := exec.CommandContext(t.Context(), os.Args[0])
		victim.Env = append(os.Environ(), restoreDir+"="+dir, restoreFile+"="+file)
		victim.Stderr = os.Stderr
		out, err := victim.StdoutPipe()
		must(t, err)
		must(t, victim.Start())
		_, err = out.Read(make([]byte, 1)) // It begins.
		must(t, err)
		// The tries go through the whole of it, and beyond.
		<-time.After(whole*time.Duration(try)*3/(2*tries) + rand.N(whole/tries))
		must(t, victim.Process.Kill())
		_ = victim.Wait() // It was killed, or was through.

		must(t, storage.FinishRestore(dir))
		s = mustOpen(t, dir)
		_, sequence, err := s.Load(t.Context())
		must(t, err)
		must(t, s.Close())
		aside, err := filepath.Glob(filepath.Join(dir, "replaced-*"))
		must(t, err)
		text, err := os.ReadFile(filepath.Join(dir, "secret.key"))
		must(t, err)
		switch {
		case sequence == 20 && string(text) == "another" && len(aside) == 0:
			outcomes["before"]++
			expectState(t, dir, 20)
		case sequence == 300+gap && string(text) == key && len(aside) == 1:
			outcomes["after"]++
			expectState(t, dir, 300+gap)
			expectState(t, aside[0], 20)
		default:
			t.Fatalf("try %d: version %d, key %q, aside %q", try, sequence, text, aside)
		}
		left, err := filepath.Glob(filepath.Join(dir, "restore-*"))
		must(t, err)
		if len(left) > 0 {
			t.Fatalf("left: %q", left)
		}
	}
	t.Logf("%v", outcomes)
}

// restoreUntilKilled restores once.
func restoreUntilKilled(dir string) int {
	fmt.Println("begins")
	_, err := storage.Restore(context.Background(), storage.RestoreOptions{File: os.Getenv(restoreFile), Dir: dir, Force: true, Logger: options(dir).Logger})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
