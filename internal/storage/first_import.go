package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// FirstImport is how far the import of the first start came.
type FirstImport int

// The steps of the first import, in their order.
const (
	// ImportAhead says that none began.
	ImportAhead FirstImport = iota
	// ImportBegun says that one began and was not seen to its end: some of its
	// services may be registered.
	ImportBegun
	// ImportFinished says that there will be no other.
	ImportFinished
)

// FirstImport reads how far the first import came.
func (s *Store) FirstImport(ctx context.Context) (FirstImport, error) {
	var finished bool
	err := s.readers.QueryRowContext(ctx, `SELECT finished FROM first_import`).Scan(&finished)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ImportAhead, nil
	case err != nil:
		return ImportAhead, fmt.Errorf("read how far the first import came: %w", err)
	case finished:
		return ImportFinished, nil
	default:
		return ImportBegun, nil
	}
}

// FirstImportBegun stores that the first import begins. Store it before the
// first service is.
func (s *Store) FirstImportBegun(ctx context.Context) error {
	return s.recordFirstImport(ctx, `INSERT INTO first_import (id, finished) VALUES (1, 0) ON CONFLICT DO NOTHING`)
}

// FirstImportFinished stores that the first import is through.
func (s *Store) FirstImportFinished(ctx context.Context) error {
	return s.recordFirstImport(ctx, `INSERT OR REPLACE INTO first_import (id, finished) VALUES (1, 1)`)
}

func (s *Store) recordFirstImport(ctx context.Context, statement string) error {
	if err := s.writeOne(ctx, statement); err != nil {
		return fmt.Errorf("store how far the first import came: %w", err)
	}
	return nil
}
