package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/mcpgateway/mcpgateway/internal/secret"
)

// fileName is the database in the data directory; SQLite keeps its log beside
// it, under the same name with "-wal" and "-shm".
const fileName = "registry.db"

// Options say where the data lies.
type Options struct {
	// Dir is the data directory. It is made when absent, and closed to all but
	// its owner.
	Dir string
	// Box seals the headers towards upstreams. Without one they are neither
	// read nor written: Load leaves them out, an edit keeps those that are
	// stored, and a service that has some is an error.
	Box *secret.Box
	// Logger hears of migrations and of a changed mode. Required.
	Logger *slog.Logger
}

// Store is an open database. Its methods may be called by any number of
// goroutines; writes happen one after the other.
type Store struct {
	writer  *writer
	readers *sql.DB
	file    string
	opened  os.FileInfo
	lock    *os.File
	box     *secret.Box
	close   func() error
}

// Open takes the data directory for this process and opens the database in
// it, making or migrating it as needed. A restore that was interrupted is
// finished first. It fails with [ErrExposed],
// [ErrLocked], [ErrNewer], [ErrUnreadable] or [ErrWrongKey] without having
// written to the database. Where nothing is sealed yet, any key is right. The
// caller must Close the Store.
func Open(ctx context.Context, o Options) (*Store, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the data directory: %w", err)
	}
	if err := prepareDir(ctx, dir, o.Logger); err != nil {
		return nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	if _, err := settle(dir); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s := &Store{file: filepath.Join(dir, fileName), lock: lock, box: o.Box}
	s.close = sync.OnceValue(s.release)
	if err := s.start(ctx, o.Logger); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// start opens the file, of which the process holds the lock.
func (s *Store) start(ctx context.Context, log *slog.Logger) (err error) {
	db, err := connectWriter(s.file)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	s.writer = newWriter(db)
	// A provider does not touch the database before it is told to.
	provider, err := newProvider(db)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if err := inspect(ctx, s.file, latest(provider), s.box); err != nil {
		return err
	}
	if s.opened, err = createFile(s.file); err != nil {
		return err
	}
	steps, err := migrate(ctx, provider)
	if err != nil {
		return err
	}
	if steps > 0 {
		log.InfoContext(ctx, "database migrated", "file", s.file, "steps", steps, "schema", latest(provider))
	}
	if s.box != nil {
		if err := s.adoptKey(ctx, db); err != nil {
			return err
		}
	}
	if s.readers, err = connectReaders(s.file); err != nil {
		return fmt.Errorf("open the database for reading: %w", err)
	}
	return s.Ping(ctx)
}

// createFile makes the file, readable by its owner only, unless it is there.
// SQLite gives its log the same permissions.
func createFile(name string) (os.FileInfo, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the database: %w", err)
	}
	defer file.Close()
	return file.Stat()
}

// Ping reads from the database and makes sure that its file is still the one
// that was opened: a write to a removed file would succeed and be lost. It
// fails with [ErrFileLost] otherwise. It costs some ten microseconds.
func (s *Store) Ping(ctx context.Context) error {
	info, err := os.Stat(s.file)
	if err != nil || !os.SameFile(info, s.opened) {
		return fmt.Errorf("%w: put %s back and restart", ErrFileLost, s.file)
	}
	var sequence int64
	if err := s.readers.QueryRowContext(ctx, `SELECT value FROM sequence`).Scan(&sequence); err != nil {
		return fmt.Errorf("read from the database: %w", err)
	}
	return nil
}

// Close folds the log into the database file and gives the data directory
// free. Calls after the first return what the first returned.
func (s *Store) Close() error { return s.close() }

// release closes what Open got hold of, in reverse order. SQLite folds the log
// into the file when its last connection, the writer's, closes.
func (s *Store) release() error {
	var errs []error
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	errs = append(errs, s.lock.Close())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// Exists says whether there is a database in the directory, ours or not, or one
// that a restore was about to put there.
func Exists(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, fileName)); err == nil {
		return true
	}
	decided, _, err := pendingRestore(dir)
	return err == nil && decided != ""
}
