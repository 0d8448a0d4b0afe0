package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// maxBackupTime bounds the wait for a running server's backup.
const maxBackupTime = time.Hour

// BackupConfig says what a backup is to be; the tags make the command line.
type BackupConfig struct {
	WithKey bool `help:"Put the data directory's secret.key in. Whoever has such a backup can read the upstream headers."`
	Force   bool `help:"Replace FILE if it is there."`
	// Version is that of this program.
	Version string `kong:"-"`
}

// BackupReport is what was backed up.
type BackupReport struct {
	storage.Backup
	// Bytes is the size of the file.
	Bytes int64
	// Where says how it was done.
	Where Where
}

// Backup writes what is stored, at one moment, to the file: through the running
// server if one holds the data, which goes on meanwhile. The file is verified
// before it gets its name.
func Backup(ctx context.Context, data DataConfig, file string, c BackupConfig) (report BackupReport, err error) {
	if inside(file, data.Data) {
		return report, usage("%s is in the data directory; name a file elsewhere, best on another disk.", file)
	}
	key := ""
	var box *secret.Box
	if c.WithKey {
		if key, box, err = readKey(data.Data); err != nil {
			return report, err
		}
	}
	err = writeWhole(file, c.Force, func(temp *os.File) error {
		report.Where = Online
		err := fetchBackup(ctx, data.Data, temp)
		if errors.Is(err, ErrNoServer) {
			report.Where = Offline
			err = withRegistry(ctx, data, func(store *storage.Store) error {
				snapshot, err := store.Snapshot(ctx, c.Version, time.Now())
				if err != nil {
					return err
				}
				_, err = io.Copy(temp, snapshot)
				return errors.Join(err, snapshot.Close())
			})
		}
		if err == nil && c.WithKey {
			err = storage.IncludeKey(ctx, temp.Name(), key, box)
		}
		if err != nil {
			return err
		}
		if report.Backup, err = storage.ReadBackup(ctx, temp.Name()); err != nil {
			return err
		}
		info, err := temp.Stat()
		if err == nil {
			report.Bytes = info.Size()
		}
		return err
	})
	return report, err
}

// inside says whether the file would lie in the directory itself.
func inside(file, dir string) bool {
	here, err := os.Stat(filepath.Dir(file))
	if err != nil {
		return false
	}
	there, err := os.Stat(dir)
	return err == nil && os.SameFile(here, there)
}

// readKey reads the key file of the data directory, and makes the box of it that
// headers are sealed with.
func readKey(dir string) (text string, box *secret.Box, err error) {
	file := filepath.Join(dir, secret.FileName)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		return "", nil, usage("--with-key: there is no %s; the key is in MCPGATEWAY_SECRET_KEY, if there is one, and is to be kept where that is.", file)
	}
	key, err := secret.Load(dir, "")
	if err != nil {
		return "", nil, err
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", nil, fmt.Errorf("read the key file: %w", err)
	}
	return string(raw), secret.NewBox(key.Derive(purposeHeaders)), nil
}

// fetchBackup has the running server write a backup and send it.
func fetchBackup(ctx context.Context, dir string, into io.Writer) error {
	res, err := askServer(ctx, dir, "backup", struct{}{}, maxBackupTime)
	if err != nil {
		return err
	}
	_, err = io.Copy(into, res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return fmt.Errorf("take over the running server's backup: %w; nothing was written", err)
	}
	return nil
}

// handleBackup answers the control socket's call for one, one at a time. The
// command writes what it gets under its own user's rights.
func (a *App) handleBackup(c *controlServer) {
	turn := make(chan struct{}, 1)
	c.mux.HandleFunc("POST /backup", func(w http.ResponseWriter, r *http.Request) {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-r.Context().Done():
			return
		}
		file, err := a.store.Snapshot(r.Context(), a.version, time.Now())
		if err != nil {
			refuse(w, err)
			return
		}
		defer func() { _ = file.Close() }()
		info, err := file.Stat()
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
		if _, err := io.Copy(w, file); err == nil {
			a.log.InfoContext(r.Context(), "a backup was made", "bytes", info.Size())
		} // Otherwise the command has gone, or finds it cut off.
	})
}

// Restore verifies a backup and makes it what the data directory holds, while no
// server runs on it. A registry that is there is kept aside with force, and
// refused otherwise.
func Restore(ctx context.Context, data DataConfig, file string, force bool) (storage.Restored, error) {
	return storage.Restore(ctx, storage.RestoreOptions{File: file, Dir: data.Data, Force: force, Logger: slog.New(slog.DiscardHandler)})
}
