package storage_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// FuzzRestore overwrites a part of a backup. It is refused, and nothing is there
// then, or restored, and then the directory opens and can be read.
func FuzzRestore(f *testing.F) {
	s := mustOpen(f, f.TempDir())
	script := newScript()
	for version := uint64(1); version <= 12; version++ {
		must(f, script.step(version)(f.Context(), s))
	}
	whole, err := os.ReadFile(backupOf(f, s))
	must(f, errors.Join(err, s.Close()))
	f.Add(uint32(0), []byte{}, uint32(0))
	f.Add(uint32(16), []byte{2, 0}, uint32(0))
	f.Add(uint32(100), []byte{0x0d}, uint32(0))
	f.Add(uint32(4096), []byte{0xff, 0xff}, uint32(0))
	f.Add(uint32(0), []byte{}, uint32(4096))
	f.Add(uint32(28), []byte{0, 0, 0, 1}, uint32(1))
	f.Fuzz(func(t *testing.T, at uint32, over []byte, cut uint32) {
		data := bytes.Clone(whole)
		copy(data[int(at)%len(data):], over)
		data = data[:len(data)-int(cut)%len(data)]
		file := filepath.Join(t.TempDir(), "backup.db")
		must(t, os.WriteFile(file, data, 0o600))
		dir := filepath.Join(t.TempDir(), "data")
		if _, err := restore(t, dir, file, false); err != nil {
			if _, err := os.Stat(dir); err == nil {
				t.Fatal("refused, and something is there")
			}
			return
		}
		restored, err := storage.Open(t.Context(), options(dir))
		if errors.Is(err, storage.ErrWrongKey) {
			return // What is sealed was changed.
		}
		must(t, err)
		_, _, err = restored.Load(t.Context())
		if errors.Is(err, storage.ErrUnreadable) {
			err = nil // So here.
		}
		must(t, errors.Join(err, restored.Close()))
	})
}
