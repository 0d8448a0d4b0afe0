package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/secret"
)

// markBackup makes the table by which a backup is known. Nobody's copy of a
// database that was open has it, and such a copy may be torn.
const markBackup = `
	DROP TABLE IF EXISTS backup;
	CREATE TABLE backup (
		id         INTEGER PRIMARY KEY CHECK (id = 1),
		made_at    INTEGER NOT NULL,
		program    TEXT    NOT NULL,
		secret_key TEXT
	) STRICT`

// Snapshot makes a backup of what is stored at one moment. Others read and write
// meanwhile. program says who made it, and of sessions it has none. The file has
// no name any more: it lies in the data directory until it is closed, and a
// crash leaves only what the next Open removes.
func (s *Store) Snapshot(ctx context.Context, program string, now time.Time) (_ *os.File, err error) {
	// A folder, for SQLite's journal is there for a while too.
	folder, err := os.MkdirTemp(filepath.Dir(s.file), backupPrefix+"*"+unfinished)
	if err != nil {
		return nil, fmt.Errorf("make room for a backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	name := filepath.Join(folder, fileName)
	if err := s.vacuumInto(ctx, name); err != nil {
		return nil, fmt.Errorf("write a backup: %w", err)
	}
	err = alter(ctx, name, "finish a backup", func(tx *sql.Tx) error {
		// Who signed out since, or changed the password, must not find the old
		// sessions alive after a restore.
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, markBackup); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO backup (id, made_at, program) VALUES (1, ?, ?)`, micros(now), program)
		return err
	})
	if err != nil {
		return nil, err
	}
	return os.Open(name)
}

// vacuumInto copies what is there to a file of its own.
func (s *Store) vacuumInto(ctx context.Context, name string) error {
	if _, err := createFile(name); err != nil {
		return err
	}
	db, err := connect(s.file, 1, url.Values{})
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, name)
	return errors.Join(err, db.Close())
}

// IncludeKey puts the text of a key file into a backup. It fails with
// [ErrWrongKey] if box, which is made of that key, does not open what is sealed
// there.
func IncludeKey(ctx context.Context, file, text string, box *secret.Box) error {
	db, err := connect(file, 1, readOnly(file))
	if err != nil {
		return fmt.Errorf("open the backup: %w", err)
	}
	right, _, err := keyState(ctx, db, box)
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("check the secret key: %w", err)
	}
	if !right {
		return fmt.Errorf("%w: no backup was made; leave out --with-key, and keep the key that the server is started with", ErrWrongKey)
	}
	return alter(ctx, file, "put the key into the backup", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE backup SET secret_key = ?`, text)
		return err
	})
}

// alter changes a database that nobody else has open, in one transaction and
// without a file beside it. What is deleted is overwritten.
func alter(ctx context.Context, file, what string, do func(*sql.Tx) error) (err error) {
	db, err := connect(file, 1, url.Values{
		"_journal_mode": {"MEMORY"},
		"_pragma":       {"secure_delete(on)"},
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer func() {
		if err = errors.Join(err, db.Close()); err != nil {
			err = fmt.Errorf("%s: %w", what, err)
		}
	}()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
