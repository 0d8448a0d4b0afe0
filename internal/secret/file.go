package secret

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// readFile reads a key file that only its owner may read. It fails with
// [fs.ErrNotExist] if there is none.
func readFile(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("open the key file: %w; let the user that runs this program read it, or set MCPGATEWAY_SECRET_KEY", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("look at the key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%w: %s is not a file; put the key back from a backup", ErrUnusable, file)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("%w: others may read or write %s (mode %#o); if none of them did, run: chmod 600 %s", ErrUnusable, file, mode, file)
	}
	raw, err := io.ReadAll(io.LimitReader(f, MaxKeyBytes+64))
	if err != nil {
		return "", fmt.Errorf("read the key file: %w", err)
	}
	text, why := parse(string(raw))
	if why != "" {
		return "", fmt.Errorf("%w: what %s holds %s; put it back from a backup, or remove it if nothing was sealed with it yet", ErrUnusable, file, why)
	}
	return text, nil
}

// writeFile makes the key file, whole or not at all, and syncs it and its
// directory. It never replaces one.
func writeFile(file, text string) (err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s came to be while this program started; start it again", ErrUnusable, file)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write the key file: %w; give the data directory space and write access, or set MCPGATEWAY_SECRET_KEY", err)
		}
	}()
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, FileName+".new-*") // Mode 0600.
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // Renamed by then, unless something failed.
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
