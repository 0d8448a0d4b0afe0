package storage

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// HealthChanged stores a changed health and what was detected.
func (s *Store) HealthChanged(ctx context.Context, svc *registry.Service) error {
	err := s.change(ctx, svc.Version, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE services SET version = ? WHERE path = ? AND version <= ?`,
			svc.Version, string(svc.Path), svc.Version)
		if err != nil {
			return err
		}
		if err := updated(ctx, tx, result, svc.Path); err != nil {
			return err
		}
		return putHealth(ctx, tx, svc)
	})
	return doing("store the health of", svc.Path, err)
}

// ToolsDiscovered stores the tools in place of the former ones, with the
// health and detection of the check that found them.
func (s *Store) ToolsDiscovered(ctx context.Context, svc *registry.Service) error {
	err := s.change(ctx, svc.Version, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE services SET discovered = ?, version = ? WHERE path = ? AND version <= ?`,
			svc.Discovered, svc.Version, string(svc.Path), svc.Version)
		if err != nil {
			return err
		}
		if err := updated(ctx, tx, result, svc.Path); err != nil {
			return err
		}
		if err := putHealth(ctx, tx, svc); err != nil {
			return err
		}
		return putTools(ctx, tx, svc)
	})
	return doing("store the tools of", svc.Path, err)
}

// ChecksRecorded stores a batch of checks that found everything as it was:
// when, how fast, how many failures in a row, and the explanation. It raises
// no version. A service that was removed or changed since the check is
// skipped: what is stored about it is newer. The writer is busy for about
// 10 µs a service; keep batches under some thousands.
func (s *Store) ChecksRecorded(ctx context.Context, batch []*registry.Service) error {
	if len(batch) == 0 {
		return nil
	}
	err := s.write(ctx, func(tx *sql.Tx) error {
		update, err := tx.PrepareContext(ctx, `
			UPDATE health SET detail = ?, last_checked = ?, latency = ?, failures = ?
			WHERE path = ?5 AND EXISTS (SELECT 1 FROM services WHERE path = ?5 AND version = ?6)`)
		if err != nil {
			return err
		}
		defer update.Close()
		for _, svc := range batch {
			h := &svc.Health
			_, err := update.ExecContext(ctx, h.Detail, micros(h.LastChecked), h.Latency.Microseconds(), h.Failures,
				string(svc.Path), svc.Version)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store %d checks: %w", len(batch), err)
	}
	return nil
}

// putHealth writes the health row of a service whose record is there.
func putHealth(ctx context.Context, tx *sql.Tx, svc *registry.Service) error {
	h, d := &svc.Health, &svc.Detected
	versions, err := list(d.Versions)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT OR REPLACE INTO health (path, status, reason, detail, last_checked, since, latency, failures,
			transport, endpoint, stateless, versions, server_name, server_version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(svc.Path), string(h.Status.Kind), h.Status.Reason, h.Detail, micros(h.LastChecked), micros(h.Since),
		h.Latency.Microseconds(), h.Failures,
		string(d.Transport), d.Endpoint, d.Stateless, versions, d.ServerName, d.ServerVersion)
	return err
}

// putTools writes the tools of a service in place of those that were stored.
func putTools(ctx context.Context, tx *sql.Tx, svc *registry.Service) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM tools WHERE path = ?`, string(svc.Path)); err != nil {
		return err
	}
	if len(svc.Tools) == 0 {
		return nil
	}
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO tools (path, position, name, title, description, input_schema, output_schema, annotations)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i, tool := range svc.Tools {
		_, err := insert.ExecContext(ctx, string(svc.Path), i, tool.Name, tool.Title, tool.Description,
			schema(tool.InputSchema), schema(tool.OutputSchema), schema(tool.Annotations))
		if err != nil {
			return err
		}
	}
	return nil
}
