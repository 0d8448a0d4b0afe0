package httpserver_test

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// errDisk is what a failing store says; no caller may ever read it.
var errDisk = errors.New("SQL logic error: no such table: services in /var/lib/secret.db (11)")

// faults is a store whose writes fail while broken.
type faults struct {
	*storage.Store

	broken atomic.Bool
	// closed is true after a test closed the store itself.
	closed atomic.Bool
}

func (f *faults) fault() error {
	if f.broken.Load() {
		return errDisk
	}
	return nil
}

// Changed fails or passes on.
func (f *faults) Changed(ctx context.Context, changes ...registry.Change) error {
	if err := f.fault(); err != nil {
		return err
	}
	return f.Store.Changed(ctx, changes...)
}
