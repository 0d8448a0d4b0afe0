package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The history is two rings for each service: the entry of a number lies in the
// slot number % registry.MaxHistory, over the one of a ring before. So a write
// is one row, and nothing is ever deleted but with the service.

// History reads what is stored of a service's history; of a service that is
// not there, nothing.
func (s *Store) History(ctx context.Context, path registry.Path) (h registry.History, err error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err == nil {
		defer func() { _ = tx.Rollback() }()
		h.Checks, err = readChecks(ctx, tx, path)
	}
	if err == nil {
		h.Changes, err = readChanges(ctx, tx, path)
	}
	if err != nil {
		return registry.History{}, fmt.Errorf("read the history of %s: %w", path, err)
	}
	return h, nil
}

func readChecks(ctx context.Context, tx *sql.Tx, path registry.Path) ([]registry.CheckRecord, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT number, at, status, reason, latency, manual, changed
		FROM checks WHERE path = ? ORDER BY number`, string(path))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var checks []registry.CheckRecord
	for rows.Next() {
		c := registry.CheckRecord{Path: path}
		var at sql.NullInt64
		var latency int64
		if err := rows.Scan(&c.Number, &at, &c.Status.Kind, &c.Status.Reason, &latency, &c.Manual, &c.Changed); err != nil {
			return nil, err
		}
		c.At, c.Latency = moment(at), time.Duration(latency)*time.Microsecond
		checks = append(checks, c)
	}
	return checks, rows.Err()
}

func readChanges(ctx context.Context, tx *sql.Tx, path registry.Path) ([]registry.StatusChange, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT number, at, status, reason, detail
		FROM status_changes WHERE path = ? ORDER BY number`, string(path))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changes []registry.StatusChange
	for rows.Next() {
		var c registry.StatusChange
		var at sql.NullInt64
		if err := rows.Scan(&c.Number, &at, &c.Status.Kind, &c.Status.Reason, &c.Detail); err != nil {
			return nil, err
		}
		c.At = moment(at)
		changes = append(changes, c)
	}
	return changes, rows.Err()
}

// putChecks writes checks into their slots, but for those of services that are
// gone. What is newer in a slot stays.
func putChecks(ctx context.Context, tx *transaction, checks []registry.CheckRecord) error {
	if len(checks) == 0 {
		return nil
	}
	const put = `
		INSERT INTO checks (path, slot, number, at, status, reason, latency, manual, changed)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE EXISTS (SELECT 1 FROM services WHERE path = ?1)
		ON CONFLICT (path, slot) DO UPDATE SET number = excluded.number, at = excluded.at,
			status = excluded.status, reason = excluded.reason, latency = excluded.latency,
			manual = excluded.manual, changed = excluded.changed
		WHERE excluded.number > number`
	for _, c := range checks {
		_, err := tx.exec(ctx, put, string(c.Path), c.Number%registry.MaxHistory, c.Number, micros(c.At),
			string(c.Status.Kind), c.Status.Reason, c.Latency.Microseconds(), c.Manual, c.Changed)
		if err != nil {
			return err
		}
	}
	return nil
}

// putChange writes the status that a service entered, the first time that it is
// told of.
func putChange(ctx context.Context, tx *transaction, svc *registry.Service) error {
	c := svc.Entered()
	if c.Number == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `
		INSERT INTO status_changes (path, slot, number, at, status, reason, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (path, slot) DO UPDATE SET number = excluded.number, at = excluded.at,
			status = excluded.status, reason = excluded.reason, detail = excluded.detail
		WHERE excluded.number > number`,
		string(svc.Path), c.Number%registry.MaxHistory, c.Number, micros(c.At),
		string(c.Status.Kind), c.Status.Reason, c.Detail)
	return err
}
