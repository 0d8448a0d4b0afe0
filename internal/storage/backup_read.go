package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"
)

// Backup is what a backup holds.
type Backup struct {
	MadeAt time.Time
	// Program is the version that made it.
	Program                 string
	Services, Tools, Tokens int
	// Sealed is the number of services whose headers only the right key opens.
	Sealed int
	// HasKey says that the backup holds that key.
	HasKey bool
}

// ReadBackup verifies a backup, all of it, and tells what it holds. It fails
// with [ErrNoBackup] or [ErrNewer], and writes nothing.
func ReadBackup(ctx context.Context, file string) (Backup, error) {
	b, _, err := readBackup(ctx, file)
	return b, err
}

// readBackup gives the key along with it, if there is one.
func readBackup(ctx context.Context, file string) (b Backup, key string, err error) {
	if _, err := os.Stat(file); err != nil {
		return b, "", fmt.Errorf("look at the backup: %w; name a file that mcpgateway backup made", err)
	}
	empty, err := checkHeader(file)
	if empty || errors.Is(err, ErrUnreadable) {
		return b, "", noBackup(file, "is no SQLite database that can be used")
	}
	if err != nil {
		return b, "", err
	}
	db, err := connect(file, 1, readOnly(file))
	if err != nil {
		return b, "", fmt.Errorf("open the backup: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := checkBackup(ctx, db, file); err != nil {
		return b, "", err
	}
	var madeAt sql.NullInt64
	var kept sql.NullString
	err = db.QueryRowContext(ctx, `SELECT made_at, program, secret_key,
			(SELECT count(*) FROM services), (SELECT count(*) FROM tools), (SELECT count(*) FROM tokens),
			(SELECT count(*) FROM upstream_headers) FROM backup`).
		Scan(&madeAt, &b.Program, &kept, &b.Services, &b.Tools, &b.Tokens, &b.Sealed)
	if err != nil {
		return b, "", noBackup(file, "is damaged")
	}
	b.MadeAt, b.HasKey = moment(madeAt), kept.Valid
	return b, kept.String, nil
}

// checkBackup refuses what is not ours, is of a newer version, or is damaged.
func checkBackup(ctx context.Context, db *sql.DB, file string) error {
	version, err := schemaVersion(ctx, db)
	if errors.Is(err, errForeign) {
		return noBackup(file, "is the database of another program")
	}
	var marks int
	if err == nil {
		err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'backup'`).Scan(&marks)
	}
	if err != nil {
		return cannotRead(ctx, file)
	}
	newest, err := newestSchema(db)
	if err != nil {
		return err
	}
	switch {
	case version > newest:
		return fmt.Errorf("%w: the backup %s has schema version %d and this program knows up to %d; restore it with the mcpgateway that made it, or a newer one",
			ErrNewer, file, version, newest)
	case version == 0 || marks == 0:
		return noBackup(file, "was not made by mcpgateway backup, and a copy of a database in use may be torn")
	}
	// SQLite takes zeros for what is missing at the end.
	var size int64
	info, err := os.Stat(file)
	if err == nil {
		err = db.QueryRowContext(ctx, `SELECT page_size * page_count FROM pragma_page_size, pragma_page_count`).Scan(&size)
	}
	if err != nil {
		return cannotRead(ctx, file)
	}
	if info.Size() != size {
		return noBackup(file, "is cut off, or has more than its end")
	}
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return cannotRead(ctx, file)
	}
	var orphans int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM pragma_foreign_key_check`).Scan(&orphans); err != nil {
		return cannotRead(ctx, file)
	}
	if verdict != "ok" || orphans > 0 {
		return noBackup(file, "is damaged")
	}
	return nil
}

// newestSchema is the schema version that this program writes. db is not
// touched.
func newestSchema(db *sql.DB) (int64, error) {
	provider, err := newProvider(db)
	if err != nil {
		return 0, fmt.Errorf("read the migrations: %w", err)
	}
	return latest(provider), nil
}

// cannotRead says that reading failed: because somebody broke it off, or else
// because of the file.
func cannotRead(ctx context.Context, file string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("verify the backup: %w", err)
	}
	return noBackup(file, "is damaged")
}

func noBackup(file, what string) error {
	return fmt.Errorf("%w: %s %s; nothing was changed. Try another backup", ErrNoBackup, file, what)
}
