package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // The driver, as storage has it.
)

// bareDatabase is a database with the settings of the server's.
type bareDatabase struct {
	db     *sql.DB
	insert *sql.Stmt
	rows   int
}

func (b *bench) bareDatabase() (*bareDatabase, error) {
	settings := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	dsn := url.URL{Scheme: "file", Path: b.path("bare.db"), RawQuery: settings.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err = db.ExecContext(b.ctx, `CREATE TABLE services (path TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT`); err == nil {
		var insert *sql.Stmt
		if insert, err = db.PrepareContext(b.ctx, `INSERT INTO services (path, record) VALUES (?, ?)`); err == nil {
			return &bareDatabase{db: db, insert: insert}, nil
		}
	}
	return nil, errors.Join(err, db.Close())
}

// commit inserts a row of about 500 bytes, in a transaction of its own.
func (d *bareDatabase) commit(ctx context.Context) error {
	d.rows++
	_, err := d.insert.ExecContext(ctx, fmt.Sprintf("/new/service-%d", d.rows), strings.Repeat("x", 450))
	return err
}

func (d *bareDatabase) close() error { return errors.Join(d.insert.Close(), d.db.Close()) }
