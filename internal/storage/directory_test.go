package storage_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// TestOpenDirIsClosed: a directory made by others, such as a container's
// volume, is closed, and so is one whose mode was changed.
func TestOpenDirIsClosed(t *testing.T) {
	dir := t.TempDir()
	for _, before := range []fs.FileMode{0o755, 0o770, 0o701} {
		chmod(t, dir, before)
		var log bytes.Buffer
		s, err := storage.Open(t.Context(), storage.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		if mode := modeOf(t, dir); mode != 0o700 {
			t.Errorf("%s became %s", before, mode)
		}
		if !strings.Contains(log.String(), before.String()) || !strings.Contains(log.String(), dir) {
			t.Errorf("the log does not tell:\n%s", &log)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStricterDirIsLeft: what nobody else may enter keeps its mode.
func TestStricterDirIsLeft(t *testing.T) {
	dir := t.TempDir()
	chmod(t, dir, 0o700|fs.ModeSetgid)
	before := modeOf(t, dir)
	if err := mustOpen(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	if after := modeOf(t, dir); after != before {
		t.Errorf("%s became %s", before, after)
	}
}

// TestSharedDirIsRefused: nothing is closed, or made, in a directory that
// others count on.
func TestSharedDirIsRefused(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, dir string){
		"holds other files": func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "notes"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"belongs to another user": func(t *testing.T, dir string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a directory away")
			}
			if err := os.Chown(dir, 65532, 65532); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			chmod(t, dir, 0o755)
			prepare(t, dir)
			before := listing(t, dir)
			s, err := storage.Open(t.Context(), options(dir))
			if err == nil {
				_ = s.Close()
			}
			if !errors.Is(err, storage.ErrExposed) || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "--data "+dir+"/mcpgateway") {
				t.Errorf("open: %v", err)
			}
			if mode := modeOf(t, dir); mode != 0o755 || len(listing(t, dir)) != len(before) {
				t.Errorf("left %s with %v", mode, listing(t, dir))
			}
			if err := mustOpen(t, filepath.Join(dir, "mcpgateway")).Close(); err != nil {
				t.Errorf("the folder that the error names: %v", err)
			}
		})
	}
}

func chmod(t *testing.T, dir string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(dir, mode); err != nil {
		t.Fatal(err)
	}
}

// modeOf is the directory's mode without its type.
func modeOf(t *testing.T, dir string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode() &^ fs.ModeDir
}
