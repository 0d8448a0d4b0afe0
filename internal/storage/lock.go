//go:build unix

package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockDir takes dir for this process until the returned file is closed or the
// process ends, however it ends. The lock file itself stays: removing it would
// let two processes lock two files of the same name.
func lockDir(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w; make it this user's, or choose another --data", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	_ = file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w: another mcpgateway serve holds %s; stop it or use another --data", ErrLocked, dir)
	}
	return nil, fmt.Errorf("lock the data directory %s: %w", dir, err)
}
