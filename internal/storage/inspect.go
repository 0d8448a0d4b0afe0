package storage

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/mcpgateway/mcpgateway/internal/secret"
)

// Every SQLite database begins with magic. The byte at formatAt tells who may
// write to it: for what is above newestFormat, a later SQLite only
// (https://www.sqlite.org/fileformat.html#the_database_header).
var magic = []byte("SQLite format 3\x00")

const formatAt, newestFormat = 18, 2

// inspect decides, without writing to it, whether the file is ours to open:
// absent, empty, or a sound database of schema version newest or older. What is
// sealed in it must be the box's, if there is one.
func inspect(ctx context.Context, file string, newest int64, box *secret.Box) error {
	empty, err := checkHeader(file)
	if err != nil || empty {
		return err
	}
	db, err := connect(file, 1, readOnly(file))
	if err != nil {
		return err
	}
	defer db.Close()
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return describe(file, err)
	}
	if version > newest {
		return fmt.Errorf("%w: %s has schema version %d and this program knows up to %d; "+
			"use the newer mcpgateway, or restore a backup that this one made", ErrNewer, file, version, newest)
	}
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return describe(file, err)
	}
	if verdict != "ok" {
		return unreadable(file, "is damaged")
	}
	if box == nil || version < sealingSchema {
		return nil
	}
	return checkKey(ctx, db, file, box)
}

// checkHeader reports whether the file has no content yet, and refuses one
// that is no SQLite database, or one that cannot be written to.
func checkHeader(name string) (empty bool, err error) {
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("open the database: %w", err)
	}
	defer file.Close()
	head := make([]byte, formatAt+1)
	n, err := io.ReadFull(file, head)
	switch {
	case errors.Is(err, io.EOF):
		return true, nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return false, fmt.Errorf("read the database %s: %w", name, err)
	case !bytes.HasPrefix(head[:n], magic):
		return false, unreadable(name, "is not a SQLite database")
	case n <= formatAt || head[formatAt] > newestFormat:
		return false, unreadable(name, "is damaged, or of a newer SQLite")
	}
	return false, nil
}

// readOnly is how to look at the file and leave no trace. A database without
// a log is read as if nothing could change it, which is true under our lock;
// one with a log left by a crash needs the log to be read too.
func readOnly(file string) url.Values {
	if info, err := os.Stat(file + "-wal"); err == nil && info.Size() > 0 {
		return url.Values{"mode": {"ro"}}
	}
	return url.Values{"mode": {"ro"}, "immutable": {"1"}}
}

// errForeign says that a database has tables, and none that say our version.
var errForeign = errors.New("no schema version")

// schemaVersion is the newest migration that the database has seen; 0 when it
// has no tables at all.
func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var tables, ours int
	err := db.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE name = 'goose_db_version')
		FROM sqlite_schema WHERE type = 'table'`).Scan(&tables, &ours)
	if err != nil || tables == 0 {
		return 0, err
	}
	if ours == 0 {
		return 0, errForeign
	}
	var version int64
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version`).Scan(&version)
	return version, err
}

// describe turns what SQLite says of a damaged or foreign file into advice.
func describe(file string, err error) error {
	if errors.Is(err, errForeign) {
		return unreadable(file, "is the database of another program")
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR:
			return unreadable(file, "is damaged")
		}
	}
	return fmt.Errorf("look at the database %s: %w", file, err)
}

func unreadable(file, what string) error {
	return fmt.Errorf("%w: %s %s; it was left as it is. Restore a backup in its place, "+
		"or move it away to start empty", ErrUnreadable, file, what)
}
