package storage

import (
	"context"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// ServiceRegistered stores a new service with everything that came with it.
// It fails with [registry.ErrConflict] when another registration has the path.
func (s *Store) ServiceRegistered(ctx context.Context, svc *registry.Service) error {
	err := s.change(ctx, svc.Version, func(tx *transaction) error {
		tags, err := list(svc.Tags)
		if err != nil {
			return err
		}
		// A row of the same version is this very event, stored before its
		// answer was lost; saying it again is no conflict.
		result, err := tx.exec(ctx, `
			INSERT INTO services (path, name, description, upstream, tags, declared_tools, stars,
				is_python, license, watch_tools, enabled, discovered, version, registered_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (path) DO UPDATE SET version = excluded.version WHERE version = excluded.version`,
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
			return registry.ErrConflict
		}
		if err := s.putHeaders(ctx, tx, svc); err != nil {
			return err
		}
		if err := putHealth(ctx, tx, svc); err != nil {
			return err
		}
		return putTools(ctx, tx, svc)
	})
	return doing("store the registration of", svc.Path, err)
}

// ServiceEdited stores a changed record, and the health and detection that
// follow from the change. The tools stay.
func (s *Store) ServiceEdited(ctx context.Context, svc *registry.Service) error {
	err := s.change(ctx, svc.Version, func(tx *transaction) error {
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
	})
	return doing("store the edit of", svc.Path, err)
}

// ServiceSwitched stores that a service was enabled or disabled, and the
// health that follows.
func (s *Store) ServiceSwitched(ctx context.Context, svc *registry.Service) error {
	err := s.change(ctx, svc.Version, func(tx *transaction) error {
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
	})
	return doing("store the switching of", svc.Path, err)
}

// ServiceRemoved forgets a service, its health and its tools. It is no error
// when there is none: the removal was stored before.
func (s *Store) ServiceRemoved(ctx context.Context, path registry.Path, version uint64) error {
	err := s.change(ctx, version, func(tx *transaction) error {
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
	})
	return doing("store the removal of", path, err)
}
