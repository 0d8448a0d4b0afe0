package storage

import (
	"context"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// putStatus writes a changed health and what was detected.
func putStatus(ctx context.Context, tx *transaction, svc *registry.Service) error {
	result, err := tx.exec(ctx, `UPDATE services SET version = ? WHERE path = ? AND version <= ?`,
		svc.Version, string(svc.Path), svc.Version)
	if err != nil {
		return err
	}
	if err := updated(ctx, tx, result, svc.Path); err != nil {
		return err
	}
	return putHealth(ctx, tx, svc)
}

// putDiscovery writes the tools in place of the former ones, with the health and
// detection of the check that found them.
func putDiscovery(ctx context.Context, tx *transaction, svc *registry.Service) error {
	result, err := tx.exec(ctx, `
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
}

// putHealth writes the health row of a service whose record is there, and the
// status that it may have entered.
func putHealth(ctx context.Context, tx *transaction, svc *registry.Service) error {
	h, d := &svc.Health, &svc.Detected
	versions, err := list(d.Versions)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT OR REPLACE INTO health (path, status, reason, detail, last_checked, since, latency, failures,
			transport, endpoint, stateless, versions, server_name, server_version, checks, changes)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(svc.Path), string(h.Status.Kind), h.Status.Reason, h.Detail, micros(h.LastChecked), micros(h.Since),
		h.Latency.Microseconds(), h.Failures,
		string(d.Transport), d.Endpoint, d.Stateless, versions, d.ServerName, d.ServerVersion,
		svc.Recorded.Checks, svc.Recorded.Changes)
	if err != nil {
		return err
	}
	return putChange(ctx, tx, svc)
}

// putTools writes the tools of a service in place of those that were stored.
func putTools(ctx context.Context, tx *transaction, svc *registry.Service) error {
	if _, err := tx.exec(ctx, `DELETE FROM tools WHERE path = ?`, string(svc.Path)); err != nil {
		return err
	}
	return addTools(ctx, tx, svc)
}

// addTools writes the tools of a service that has none stored.
func addTools(ctx context.Context, tx *transaction, svc *registry.Service) error {
	const insert = `
		INSERT INTO tools (path, position, name, title, description, input_schema, output_schema, annotations)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	for i, tool := range svc.Tools {
		_, err := tx.exec(ctx, insert, string(svc.Path), i, tool.Name, tool.Title, tool.Description,
			schema(tool.InputSchema), schema(tool.OutputSchema), schema(tool.Annotations))
		if err != nil {
			return err
		}
	}
	return nil
}
