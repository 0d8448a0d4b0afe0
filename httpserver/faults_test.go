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

// ServiceRegistered fails or passes on.
func (f *faults) ServiceRegistered(ctx context.Context, s *registry.Service) error {
	if err := f.fault(); err != nil {
		return err
	}
	return f.Store.ServiceRegistered(ctx, s)
}

// ServiceEdited fails or passes on.
func (f *faults) ServiceEdited(ctx context.Context, s *registry.Service) error {
	if err := f.fault(); err != nil {
		return err
	}
	return f.Store.ServiceEdited(ctx, s)
}

// ServiceSwitched fails or passes on.
func (f *faults) ServiceSwitched(ctx context.Context, s *registry.Service) error {
	if err := f.fault(); err != nil {
		return err
	}
	return f.Store.ServiceSwitched(ctx, s)
}

// ServiceRemoved fails or passes on.
func (f *faults) ServiceRemoved(ctx context.Context, path registry.Path, version uint64) error {
	if err := f.fault(); err != nil {
		return err
	}
	return f.Store.ServiceRemoved(ctx, path, version)
}
