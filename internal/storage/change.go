package storage

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// write runs do in one transaction. When it returns nil the changes are on the
// disk; otherwise there are none.
func (s *Store) write(ctx context.Context, do func(*transaction) error) error {
	return s.writer.run(ctx, do)
}

// writeOne is a write of one statement.
func (s *Store) writeOne(ctx context.Context, statement string, args ...any) error {
	return s.writer.run(ctx, func(tx *transaction) error {
		_, err := tx.exec(ctx, statement, args...)
		return err
	})
}

// change is a write that is a domain event of the version: it also raises the
// sequence.
func (s *Store) change(ctx context.Context, version uint64, do func(*transaction) error) error {
	return s.write(ctx, func(tx *transaction) error {
		if err := do(tx); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `UPDATE sequence SET value = max(value, ?)`, version)
		return err
	})
}

// updated makes sure that a guarded statement changed the service's row. When
// it did not, the row is missing or newer.
func updated(ctx context.Context, tx *transaction, result sql.Result, path registry.Path) error {
	rows, err := result.RowsAffected()
	if err != nil || rows > 0 {
		return err
	}
	there, err := exists(ctx, tx, path)
	switch {
	case err != nil:
		return err
	case there:
		return ErrStale
	default:
		return registry.ErrNotFound
	}
}

func exists(ctx context.Context, tx *transaction, path registry.Path) (there bool, err error) {
	err = tx.scan(ctx, `SELECT EXISTS (SELECT 1 FROM services WHERE path = ?)`, []any{string(path)}, &there)
	return there, err
}

// doing wraps a failure with what was being done to which service.
func doing(what string, path registry.Path, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", what, path, err)
}
