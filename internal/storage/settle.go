//go:build unix

package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/secret"
)

// Names in the data directory of what is under way. A restore- folder holds what
// was decided to become the data; with the unfinished ending, what was not.
const (
	restorePrefix = "restore-"
	asidePrefix   = "replaced-"
	backupPrefix  = "backup-"
	unfinished    = ".tmp"
)

// FinishRestore finishes a restore that was interrupted, if there is one. Open
// does so too, but comes too late for who reads the key file first. It fails
// with [ErrLocked] while another process holds the data directory.
func FinishRestore(dir string) error {
	if decided, _, err := pendingRestore(dir); err != nil || decided == "" {
		return err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	_, err = settle(dir)
	return errors.Join(err, lock.Close())
}

// pendingRestore is the name of the folder of a restore that was decided, or
// nothing. What was left unfinished comes along.
func pendingRestore(dir string) (decided string, left []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, fmt.Errorf("look into the data directory: %w; choose another --data", err)
	}
	for _, entry := range entries {
		name := entry.Name()
		restore := strings.HasPrefix(name, restorePrefix)
		switch {
		case strings.HasSuffix(name, unfinished) && (restore || strings.HasPrefix(name, backupPrefix)):
			left = append(left, name)
		case restore && entry.IsDir():
			decided = name
		}
	}
	return decided, left, nil
}

// settle brings the data directory to where it was going when a process that
// held it ended: a restore that was decided is finished, and what was left
// unfinished is removed. It returns the folder that the old data went into, if
// there was any. The caller holds the lock.
func settle(dir string) (aside string, err error) {
	decided, left, err := pendingRestore(dir)
	if err != nil {
		return "", err
	}
	for _, name := range left {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return "", fmt.Errorf("remove what was left unfinished: %w", err)
		}
	}
	if decided == "" {
		return "", nil
	}
	staged := filepath.Join(dir, decided)
	aside = filepath.Join(dir, asidePrefix+strings.TrimPrefix(decided, restorePrefix))
	if err := install(staged, dir, aside); err != nil {
		return "", fmt.Errorf("finish the restore in %s: %w; the next start tries again", staged, err)
	}
	if there, err := isThere(aside); err != nil || !there {
		return "", err
	}
	return aside, nil
}

// install moves what is staged into dir, and what it replaces aside. Each step
// can be repeated, and none before the last loses what the next ones go by: a
// file that is no longer staged is in its place. The log goes before its
// database: it would be taken for that of the new one.
func install(staged, dir, aside string) error {
	steps := []struct {
		comes string
		goes  []string
	}{
		{secret.FileName, []string{secret.FileName}},
		{fileName, []string{fileName + "-wal", fileName + "-shm", fileName + "-journal", fileName}},
	}
	for _, step := range steps {
		comes, err := isThere(filepath.Join(staged, step.comes))
		if err != nil {
			return err
		}
		if !comes {
			continue
		}
		for _, name := range step.goes {
			if err := moveAside(filepath.Join(dir, name), aside); err != nil {
				return err
			}
		}
		if err := syncDir(dir); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(staged, step.comes), filepath.Join(dir, step.comes)); err != nil {
			return err
		}
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return errors.Join(os.RemoveAll(staged), syncDir(dir))
}

// moveAside moves a file, if it is there, into the folder aside.
func moveAside(file, aside string) error {
	there, err := isThere(file)
	if err != nil || !there {
		return err
	}
	if err := os.MkdirAll(aside, ownerOnly); err != nil {
		return err
	}
	if err := giveToOwner(filepath.Dir(aside), aside); err != nil {
		return err
	}
	if err := os.Rename(file, filepath.Join(aside, filepath.Base(file))); err != nil {
		return err
	}
	return syncDir(aside)
}
