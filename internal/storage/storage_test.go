package storage_test

import (
	"log/slog"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
	"github.com/mcpgateway/mcpgateway/internal/storage/storagetest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		os.Exit(writeUntilKilled(dir))
	}
	if dir := os.Getenv(restoreDir); dir != "" {
		os.Exit(restoreUntilKilled(dir))
	}
	goleak.VerifyTestMain(m)
}

// directory is a database of the suite: one data directory.
type directory string

func (d directory) Open(t *testing.T) (storagetest.Store, storagetest.Sessions) {
	s := mustOpen(t, string(d))
	return s, s.Sessions()
}

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Database { return directory(t.TempDir()) })
}

func mustOpen(t testing.TB, dir string) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// box is what everybody in these tests seals with.
var box = secret.NewBox([32]byte{1})

func options(dir string) storage.Options {
	return storage.Options{Dir: dir, Box: box, Logger: slog.New(slog.DiscardHandler)}
}
