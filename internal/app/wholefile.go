package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeWhole makes a file, mode 0600, that is under its name whole or not at
// all, and on the disk when it returns. It replaces one only with force. write
// fills it under another name beside.
func writeWhole(file string, force bool, write func(*os.File) error) (err error) {
	if err := checkTarget(file, force); err != nil {
		return err
	}
	dir := filepath.Dir(file)
	temp, err := os.CreateTemp(dir, "."+filepath.Base(file)+".*.tmp") // Mode 0600.
	if err != nil {
		return fmt.Errorf("make %s: %w", file, err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // Renamed by then, unless something failed.
	err = write(temp)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := checkTarget(file, force); err != nil { // Writing may have taken a while.
		return err
	}
	if err := os.Rename(temp.Name(), file); err != nil {
		return fmt.Errorf("make %s: %w", file, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("keep %s: %w", file, err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// checkTarget refuses to replace what is there, unless that is a file and forced.
func checkTarget(file string, force bool) error {
	info, err := os.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look at %s: %w", file, err)
	case !info.Mode().IsRegular():
		return usage("%s is no file; name one to write.", file)
	case !force:
		return usage("%s is there already; name another file, or replace it with --force.", file)
	}
	return nil
}
