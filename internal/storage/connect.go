package storage

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"runtime"

	"modernc.org/sqlite"
)

// busyTimeout is how long, in milliseconds, a statement waits for another
// program that has the file open, such as a backup.
const busyTimeout = "5000"

// connect makes a pool of connections to the file. The settings stand behind
// those that every connection has.
func connect(file string, connections int, settings url.Values) (*sql.DB, error) {
	file, err := filepath.Abs(file) // A URI's path begins at the root.
	if err != nil {
		return nil, err
	}
	settings.Set("_busy_timeout", busyTimeout)
	settings.Set("_foreign_keys", "on")
	settings.Set("_dqs", "0")
	settings.Set("_defensive", "1")
	dsn := url.URL{Scheme: "file", Path: file, RawQuery: settings.Encode()}
	connector, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// connectWriter makes the one connection that writes. Transactions take the
// write lock when they begin, so none fails half-way.
func connectWriter(file string) (*sql.DB, error) {
	return connect(file, 1, url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_txlock":       {"immediate"},
		"_pragma":       {"journal_size_limit(67108864)"},
	})
}

// connectReaders makes the connections that read while the writer writes.
func connectReaders(file string) (*sql.DB, error) {
	return connect(file, max(2, min(4, runtime.GOMAXPROCS(0))), url.Values{
		"_query_only": {"on"},
	})
}
