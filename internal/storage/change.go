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

// Changed stores changes that a catalog planned, in their order and all in one
// transaction. It fails with [registry.ErrConflict] where a path is taken, with
// [registry.ErrNotFound] where a service is not there, and with [ErrStale] where
// what is stored of it is newer.
func (s *Store) Changed(ctx context.Context, changes ...registry.Change) error {
	return s.write(ctx, func(tx *transaction) error {
		// Of a service that is there, its own row has the version.
		var gone uint64
		for _, ch := range changes {
			if err := s.put(ctx, tx, ch); err != nil {
				return fmt.Errorf("store the change of %s: %w", ch.Path(), err)
			}
			if ch.Kind == registry.Removed {
				gone = max(gone, ch.Version)
			}
		}
		if gone == 0 {
			return nil
		}
		_, err := tx.exec(ctx, `UPDATE sequence SET value = max(value, ?)`, gone)
		return err
	})
}

// put writes what a change of its kind brings.
func (s *Store) put(ctx context.Context, tx *transaction, ch registry.Change) error {
	switch ch.Kind {
	case registry.Registered:
		return s.putService(ctx, tx, ch.After)
	case registry.Edited:
		return s.putRecord(ctx, tx, ch.After)
	case registry.Switched:
		return putSwitch(ctx, tx, ch.After)
	case registry.Removed:
		return removeService(ctx, tx, ch.Path(), ch.Version)
	case registry.HealthChanged:
		return putStatus(ctx, tx, ch.After)
	case registry.ToolsDiscovered:
		return putDiscovery(ctx, tx, ch.After)
	case registry.Unchanged, registry.Checked, registry.RecheckStarted, registry.RecheckEnded:
	}
	return nil
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
