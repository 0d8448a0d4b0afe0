package storage

import (
	"context"
	"fmt"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// ChecksRecorded stores a batch in one transaction: of services whose checks
// found everything as it was, when that was, how fast, how many failures in a
// row, and the explanation; and any checks for the history. It raises no
// version. A service that was removed or changed since the check is skipped:
// what is stored about it is newer. So are checks of a service that is gone;
// of one that changed they are kept. The writer is busy for some ten
// microseconds a service, and as long again for a check, which dirties a page of
// its own; keep batches under some thousands.
func (s *Store) ChecksRecorded(ctx context.Context, services []*registry.Service, history []registry.CheckRecord) error {
	if len(services) == 0 && len(history) == 0 {
		return nil
	}
	err := s.write(ctx, func(tx *transaction) error {
		if err := putChecked(ctx, tx, services); err != nil {
			return err
		}
		return putChecks(ctx, tx, history)
	})
	if err != nil {
		return fmt.Errorf("store %d checks: %w", max(len(services), len(history)), err)
	}
	return nil
}

// putChecked brings the health rows of services up to date.
func putChecked(ctx context.Context, tx *transaction, services []*registry.Service) error {
	const update = `
		UPDATE health SET detail = ?, last_checked = ?, latency = ?, failures = ?, checks = ?
		WHERE path = ?6 AND EXISTS (SELECT 1 FROM services WHERE path = ?6 AND version = ?7)`
	for _, svc := range services {
		h := &svc.Health
		_, err := tx.exec(ctx, update, h.Detail, micros(h.LastChecked), h.Latency.Microseconds(), h.Failures,
			svc.Recorded.Checks, string(svc.Path), svc.Version)
		if err != nil {
			return err
		}
	}
	return nil
}
