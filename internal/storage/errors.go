package storage

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Sentinels of the package. They arrive wrapped, with a sentence that says
// what to do: test with [errors.Is].
var (
	// ErrExposed says that others may enter the data directory, and that it is
	// not one to close to them.
	ErrExposed = errors.New("the data directory is open to others")
	// ErrLocked says that another process, or another Store, holds the data
	// directory.
	ErrLocked = errors.New("the data directory is in use")
	// ErrNewer says that a newer version of the program wrote the database.
	ErrNewer = errors.New("the database is from a newer version")
	// ErrUnreadable says that the file is no database, is damaged, or belongs
	// to another program. It was not written to.
	ErrUnreadable = errors.New("the database cannot be used")
	// ErrWrongKey says that another secret key sealed what the database holds.
	// It was not written to.
	ErrWrongKey = errors.New("the secret key is not the one that the database was sealed with")
	// ErrStale says that a newer change of the same service is stored.
	ErrStale = errors.New("a newer change of the service is stored already")
	// ErrFileLost says that the database file was removed or replaced while it
	// was open, so that nothing written from now on would be found again.
	ErrFileLost = errors.New("the database file is gone or was replaced")
	// ErrNoBackup says that a file is no whole backup of ours.
	ErrNoBackup = errors.New("this backup cannot be restored")
	// ErrOccupied says that a registry is where a backup was to be restored.
	ErrOccupied = errors.New("a registry is there already")
)

// notStored marks what a disk that is full, fails or may not be written to did
// to a transaction as [registry.ErrNotStored].
func notStored(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY:
			return fmt.Errorf("%w: %w", registry.ErrNotStored, err)
		}
	}
	return err
}

// errNoBox is a mistake of the program: headers came to a store that cannot
// seal them.
var errNoBox = errors.New("there is no key to seal headers with")
