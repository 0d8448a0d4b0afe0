//go:build unix

package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/secret"
)

// RestoreOptions say what goes where.
type RestoreOptions struct {
	// File is the backup, and Dir the data directory, which is made when absent.
	File, Dir string
	// Force puts a registry that is there aside.
	Force bool
	// Logger hears of a changed mode. Required.
	Logger *slog.Logger
}

// Restored is what Restore did.
type Restored struct {
	Backup
	// Aside is the folder, in the data directory, with what was there before;
	// empty if nothing was.
	Aside string
}

// versionGap is added to the highest version at a restore. Versions that the
// lost changes had, and that somebody may remember, are not given out again.
const versionGap = 1 << 32

// raiseVersions adds that to the highest version that there ever was.
const raiseVersions = `
	UPDATE sequence SET value = max(value, (SELECT ifnull(max(version), 0) FROM services)) + ?`

// Restore verifies the backup and makes it what the data directory holds. It is
// there as a whole or not at all, at whatever moment the process or the machine
// stops: the next who opens the directory finishes what was decided, and forgets
// what was not. It fails with [ErrNoBackup], [ErrNewer], [ErrLocked],
// [ErrExposed] or [ErrOccupied] without having changed anything.
func Restore(ctx context.Context, o RestoreOptions) (Restored, error) {
	if _, err := ReadBackup(ctx, o.File); err != nil {
		return Restored{}, err
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return Restored{}, fmt.Errorf("find the data directory: %w", err)
	}
	there, err := isThere(dir)
	if err != nil {
		return Restored{}, fmt.Errorf("find the data directory: %w", err)
	}
	if err := prepareDir(ctx, dir, o.Logger); err != nil {
		return Restored{}, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return Restored{}, err
	}
	r, err := restoreInto(ctx, dir, o)
	if err != nil && !there {
		// Nothing is in it; a folder that somebody put something into stays.
		_ = os.Remove(lock.Name())
		_ = os.Remove(dir)
	}
	return r, errors.Join(err, lock.Close())
}

// restoreInto does the work under the lock.
func restoreInto(ctx context.Context, dir string, o RestoreOptions) (r Restored, err error) {
	if _, err := settle(dir); err != nil {
		return r, err
	}
	name := restorePrefix + time.Now().UTC().Format("20060102T150405.000000Z")
	staged := filepath.Join(dir, name+unfinished)
	if err := os.Mkdir(staged, ownerOnly); err != nil {
		return r, fmt.Errorf("make room for the backup: %w", err)
	}
	defer func() { _ = os.RemoveAll(staged) }() // Renamed by then, unless something failed.
	if r.Backup, err = stage(ctx, staged, dir, o.File); err != nil {
		return r, err
	}
	if !o.Force {
		if err := checkVacant(dir, staged); err != nil {
			return r, err
		}
	}
	// From here on it is decided.
	err = os.Rename(staged, filepath.Join(dir, name))
	if err = errors.Join(err, syncDir(dir)); err != nil {
		return r, fmt.Errorf("put the backup in place: %w", err)
	}
	r.Aside, err = settle(dir)
	return r, err
}

// stage puts what is to be in dir into the folder staged, and on the disk.
func stage(ctx context.Context, staged, dir, backup string) (b Backup, err error) {
	file := filepath.Join(staged, fileName)
	if err := copyFile(file, backup); err != nil {
		return b, fmt.Errorf("copy the backup: %w", err)
	}
	b, key, err := readBackup(ctx, file)
	if err != nil {
		return b, err
	}
	err = alter(ctx, file, "prepare the backup", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, raiseVersions, versionGap); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DROP TABLE backup`)
		return err
	})
	if err != nil {
		return b, err
	}
	names := []string{staged, file}
	if b.HasKey {
		if names, err = stageKey(names, staged, dir, key); err != nil {
			return b, err
		}
	}
	for _, name := range names {
		if err := errors.Join(giveToOwner(dir, name), syncFile(name)); err != nil {
			return b, err
		}
	}
	return b, nil
}

// stageKey writes the key file, unless the same one is in dir, and adds it to
// the names.
func stageKey(names []string, staged, dir, key string) ([]string, error) {
	there, err := os.ReadFile(filepath.Join(dir, secret.FileName))
	if err == nil && string(there) == key {
		return names, nil
	}
	name := filepath.Join(staged, secret.FileName)
	if err := os.WriteFile(name, []byte(key), 0o600); err != nil {
		return nil, fmt.Errorf("write the key file: %w", err)
	}
	return append(names, name), nil
}

// giveToOwner makes a file, or a folder, that root wrote that of dir's owner, who
// runs the server.
func giveToOwner(dir, name string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return os.Lchown(name, int(owner.Uid), int(owner.Gid))
}

// checkVacant refuses to put aside what is there, which is for the operator to
// decide.
func checkVacant(dir, staged string) error {
	for _, name := range []string{fileName, secret.FileName} {
		_, there := os.Lstat(filepath.Join(dir, name))
		_, comes := os.Lstat(filepath.Join(staged, name))
		if there == nil && comes == nil {
			return fmt.Errorf("%w: %s holds %s; with --force it is kept aside, in a folder there, or name another --data", ErrOccupied, dir, name)
		}
	}
	return nil
}

func copyFile(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// syncFile waits until what was written to the file is on the disk.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir waits until the names in the directory are on the disk.
func syncDir(dir string) error { return syncFile(dir) }

func isThere(name string) (bool, error) {
	_, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
