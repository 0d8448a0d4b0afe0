//go:build unix

package storage

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
)

// ownerOnly is the mode of the data directory. It is what keeps others from
// the control socket and from what SQLite puts beside the database.
const ownerOnly fs.FileMode = 0o700

// prepareDir makes the data directory, or takes a present one away from all but
// its owner. A present one must be this user's, and empty or a data directory
// already: nobody means to close /tmp or a home to others.
func prepareDir(ctx context.Context, dir string, log *slog.Logger) error {
	if err := os.MkdirAll(dir, ownerOnly); err != nil {
		return fmt.Errorf("make the data directory: %w; choose another --data", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at the data directory: %w; choose another --data", err)
	}
	if info.Mode().Perm()&^ownerOnly == 0 {
		return nil
	}
	refuse := func(why string) error {
		return fmt.Errorf("%w: others may enter %s, which %s; make it this user's with mode 0700, or name a new folder, such as --data %s",
			ErrExposed, dir, why, filepath.Join(dir, "mcpgateway"))
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || int(owner.Uid) != os.Geteuid() {
		return refuse("belongs to another user")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look into the data directory: %w; choose another --data", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, fileName)); err != nil && len(entries) > 0 {
		return refuse("holds other files")
	}
	if err := os.Chmod(dir, ownerOnly); err != nil {
		return fmt.Errorf("close the data directory to others: %w; choose another --data", err)
	}
	log.InfoContext(ctx, "the data directory is closed to others now", "dir", dir, "mode_before", info.Mode().Perm().String())
	return nil
}
