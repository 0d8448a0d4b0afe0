// Package storagetest is the suite that every storage must pass, whatever
// database stands behind it.
package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// Store is what a storage can do; see package storage for what each method
// promises.
type Store interface {
	Load(ctx context.Context) (services []*registry.Service, sequence uint64, err error)
	Changed(ctx context.Context, changes ...registry.Change) error
	ChecksRecorded(ctx context.Context, services []*registry.Service, history []registry.CheckRecord) error
	History(ctx context.Context, path registry.Path) (registry.History, error)
	Credential(ctx context.Context, user string) (auth.Credential, error)
	SetCredential(ctx context.Context, user string, c auth.Credential, endSessions bool) error
	FirstImport(ctx context.Context) (storage.FirstImport, error)
	FirstImportBegun(ctx context.Context) error
	FirstImportFinished(ctx context.Context) error
	PurgeExpiredSessions(ctx context.Context, now time.Time) error
	auth.TokenStore
	Ping(ctx context.Context) error
	Close() error
}

// Sessions is the part of a store that keeps sessions.
type Sessions interface {
	scs.CtxStore
	scs.IterableCtxStore
}

// Change is a change of the kind that leaves a service as svc.
func Change(kind registry.ChangeKind, svc *registry.Service) registry.Change {
	return registry.Change{Kind: kind, After: svc, Version: svc.Version}
}

// Removal is the end of a service.
func Removal(path registry.Path, version uint64) registry.Change {
	return registry.Change{Kind: registry.Removed, Before: &registry.Service{Path: path}, Version: version}
}

// Database is one database of a test. It begins empty.
type Database interface {
	// Open opens it; again after the last one was closed.
	Open(t *testing.T) (Store, Sessions)
}

// Run runs the suite. fresh makes an empty database each time it is called.
func Run(t *testing.T, fresh func(t *testing.T) Database) {
	t.Run("events", func(t *testing.T) { testEvents(t, fresh(t)) })
	t.Run("refusals", func(t *testing.T) { testRefusals(t, fresh(t)) })
	t.Run("paths", func(t *testing.T) { testPaths(t, fresh(t)) })
	t.Run("batch", func(t *testing.T) { testBatch(t, fresh(t)) })
	t.Run("history", func(t *testing.T) { testHistory(t, fresh(t)) })
	t.Run("sessions", func(t *testing.T) { testSessions(t, fresh(t)) })
	t.Run("credentials", func(t *testing.T) { testCredentials(t, fresh(t)) })
	t.Run("first import", func(t *testing.T) { testFirstImport(t, fresh(t)) })
	t.Run("tokens", func(t *testing.T) { testTokens(t, fresh(t)) })
	t.Run("cancelled", func(t *testing.T) { testCancelled(t, fresh(t)) })
}

// open opens a database until the test ends.
func open(t *testing.T, db Database) (Store, Sessions) {
	t.Helper()
	store, sessions := db.Open(t)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return store, sessions
}
