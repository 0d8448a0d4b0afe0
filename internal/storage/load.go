package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Load reads every service, sorted by path, and the highest version that any
// change ever had. All of it is of one moment.
func (s *Store) Load(ctx context.Context) (services []*registry.Service, sequence uint64, err error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, 0, fmt.Errorf("read the services: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := tx.QueryRowContext(ctx, `SELECT value FROM sequence`).Scan(&sequence); err != nil {
		return nil, 0, fmt.Errorf("read the sequence: %w", err)
	}
	if services, err = s.loadRecords(ctx, tx); err != nil {
		return nil, 0, fmt.Errorf("read the services: %w", err)
	}
	for _, svc := range services {
		sequence = max(sequence, svc.Version)
	}
	if err := loadTools(ctx, tx, services); err != nil {
		return nil, 0, fmt.Errorf("read the tools: %w", err)
	}
	return services, sequence, nil
}

// loadRecords reads everything but the tools, sorted by path.
func (s *Store) loadRecords(ctx context.Context, tx *sql.Tx) ([]*registry.Service, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT path, name, description, upstream, tags, declared_tools, stars, is_python, license, watch_tools,
			enabled, discovered, version, registered_at, updated_at,
			status, reason, detail, last_checked, since, latency, failures,
			transport, endpoint, stateless, versions, server_name, server_version, checks, changes, sealed
		FROM services JOIN health USING (path) LEFT JOIN upstream_headers USING (path) ORDER BY path`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var services []*registry.Service
	for rows.Next() {
		svc, err := s.scanService(rows)
		if err != nil {
			return nil, err
		}
		services = append(services, svc)
	}
	return services, rows.Err()
}

func (s *Store) scanService(rows *sql.Rows) (*registry.Service, error) {
	var (
		svc                                     registry.Service
		tags, versions, sealed                  sql.RawBytes
		registered, updated, lastChecked, since sql.NullInt64
		latency                                 int64
	)
	h, d := &svc.Health, &svc.Detected
	err := rows.Scan(&svc.Path, &svc.Name, &svc.Description, &svc.Upstream, &tags, &svc.DeclaredTools, &svc.Stars,
		&svc.IsPython, &svc.License, &svc.WatchTools,
		&svc.Enabled, &svc.Discovered, &svc.Version, &registered, &updated,
		&h.Status.Kind, &h.Status.Reason, &h.Detail, &lastChecked, &since, &latency, &h.Failures,
		&d.Transport, &d.Endpoint, &d.Stateless, &versions, &d.ServerName, &d.ServerVersion,
		&svc.Recorded.Checks, &svc.Recorded.Changes, &sealed)
	if err != nil {
		return nil, err
	}
	if svc.Tags, err = unlist(tags); err != nil {
		return nil, err
	}
	if d.Versions, err = unlist(versions); err != nil {
		return nil, err
	}
	if svc.UpstreamHeaders, err = s.openHeaders(svc.Path, sealed); err != nil {
		return nil, err
	}
	svc.RegisteredAt, svc.UpdatedAt = moment(registered), moment(updated)
	h.LastChecked, h.Since = moment(lastChecked), moment(since)
	h.Latency = time.Duration(latency) * time.Microsecond
	return &svc, nil
}

// loadTools gives each service its tools. Both come sorted by path, so one
// pass over the tools finds each owner where the last one was found or
// further on.
func loadTools(ctx context.Context, tx *sql.Tx, services []*registry.Service) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT path, name, title, description, input_schema, output_schema, annotations
		FROM tools ORDER BY path, position`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var path sql.RawBytes
	for rows.Next() {
		var tool registry.Tool
		err := rows.Scan(&path, &tool.Name, &tool.Title, &tool.Description,
			(*[]byte)(&tool.InputSchema), (*[]byte)(&tool.OutputSchema), (*[]byte)(&tool.Annotations))
		if err != nil {
			return err
		}
		for len(services) > 0 && string(services[0].Path) < string(path) {
			services = services[1:]
		}
		if len(services) == 0 || string(path) != string(services[0].Path) {
			return errors.New("a tool without a service")
		}
		services[0].Tools = append(services[0].Tools, tool)
	}
	return rows.Err()
}

// SealedPaths lists, sorted, the services that have headers stored, with the
// right key or without.
func (s *Store) SealedPaths(ctx context.Context) ([]registry.Path, error) {
	rows, err := s.readers.QueryContext(ctx, `SELECT path FROM upstream_headers ORDER BY path`)
	if err != nil {
		return nil, fmt.Errorf("read who has headers: %w", err)
	}
	defer rows.Close()
	var paths []registry.Path
	for rows.Next() {
		var path registry.Path
		if err := rows.Scan(&path); err != nil {
			return nil, fmt.Errorf("read who has headers: %w", err)
		}
		paths = append(paths, path)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read who has headers: %w", err)
	}
	return paths, nil
}
