package storage

import (
	"context"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// putService writes a new service with everything that came with it. It fails
// with [registry.ErrConflict] when another registration has the path.
func (s *Store) putService(ctx context.Context, tx *transaction, svc *registry.Service) error {
	tags, err := list(svc.Tags)
	if err != nil {
		return err
	}
	result, err := tx.exec(ctx, `
		INSERT INTO services (path, name, description, upstream, tags, declared_tools, stars,
			is_python, license, watch_tools, enabled, discovered, version, registered_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (path) DO NOTHING`,
		string(svc.Path), svc.Name, svc.Description, svc.Upstream, tags, svc.DeclaredTools, svc.Stars,
		svc.IsPython, svc.License, svc.WatchTools, svc.Enabled, svc.Discovered, svc.Version,
		micros(svc.RegisteredAt), micros(svc.UpdatedAt))
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if rows == 0 {
		return isStored(ctx, tx, svc)
	}
	// Nothing is stored of a service that was not there.
	if !svc.UpstreamHeaders.IsZero() {
		if err := s.putHeaders(ctx, tx, svc); err != nil {
			return err
		}
	}
	if err := putHealth(ctx, tx, svc); err != nil {
		return err
	}
	return addTools(ctx, tx, svc)
}

// isStored fails with [registry.ErrConflict] unless the row of the service is of
// the same version: then this very event was stored, all of it, before its answer
// was lost.
func isStored(ctx context.Context, tx *transaction, svc *registry.Service) error {
	var same bool
	err := tx.scan(ctx, `SELECT version = ? FROM services WHERE path = ?`, []any{svc.Version, string(svc.Path)}, &same)
	if err == nil && !same {
		return registry.ErrConflict
	}
	return err
}

// putRecord writes a changed record, and the health and detection that follow
// from the change. The tools stay.
func (s *Store) putRecord(ctx context.Context, tx *transaction, svc *registry.Service) error {
	tags, err := list(svc.Tags)
	if err != nil {
		return err
	}
	result, err := tx.exec(ctx, `
		UPDATE services SET name = ?, description = ?, upstream = ?, tags = ?, declared_tools = ?, stars = ?,
			is_python = ?, license = ?, watch_tools = ?, enabled = ?, discovered = ?, version = ?, updated_at = ?
		WHERE path = ? AND version <= ?`,
		svc.Name, svc.Description, svc.Upstream, tags, svc.DeclaredTools, svc.Stars,
		svc.IsPython, svc.License, svc.WatchTools, svc.Enabled, svc.Discovered, svc.Version, micros(svc.UpdatedAt),
		string(svc.Path), svc.Version)
	if err != nil {
		return err
	}
	if err := updated(ctx, tx, result, svc.Path); err != nil {
		return err
	}
	if err := s.putHeaders(ctx, tx, svc); err != nil {
		return err
	}
	return putHealth(ctx, tx, svc)
}

// putSwitch writes that a service was enabled or disabled, and the health that
// follows.
func putSwitch(ctx context.Context, tx *transaction, svc *registry.Service) error {
	result, err := tx.exec(ctx, `
		UPDATE services SET enabled = ?, version = ?, updated_at = ? WHERE path = ? AND version <= ?`,
		svc.Enabled, svc.Version, micros(svc.UpdatedAt), string(svc.Path), svc.Version)
	if err != nil {
		return err
	}
	if err := updated(ctx, tx, result, svc.Path); err != nil {
		return err
	}
	return putHealth(ctx, tx, svc)
}

// removeService forgets a service, its health and its tools. It is no error when
// there is none: the removal was stored before.
func removeService(ctx context.Context, tx *transaction, path registry.Path, version uint64) error {
	result, err := tx.exec(ctx, `DELETE FROM services WHERE path = ? AND version <= ?`, string(path), version)
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	if err != nil || rows > 0 {
		return err
	}
	there, err := exists(ctx, tx, path)
	if there {
		return ErrStale
	}
	return err
}
