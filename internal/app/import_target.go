package app

import (
	"context"
	"fmt"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// importCall asks for an import: of entries, or of a text where there is one.
type importCall struct {
	Services       []importer.Entry
	Text           string
	DryRun, Enable bool
}

// importReply is what became of it.
type importReply struct {
	Results []ImportResult
	Notes   []string
	// Failure is the error that ended the import; empty if none did.
	Failure string
}

// importTarget is the registry that an import goes into.
type importTarget struct {
	catalog  *registry.Catalog
	reserved registry.Reserved
	// keep makes a service last; nil where the catalog is all there is.
	keep func(context.Context, registry.Change) error
	// register does it by another way than catalog and keep, if it is set.
	register func(context.Context, importer.Entry) (*registry.Service, error)
}

// newTarget is one that has the services, and forgets what comes in.
func newTarget(services []*registry.Service, sequence uint64) (importTarget, error) {
	segments, err := httpserver.ReservedSegments()
	if err != nil {
		return importTarget{}, err
	}
	reserved := registry.NewReserved(segments...)
	own := make([]*registry.Service, len(services))
	for i, s := range services {
		own[i] = new(*s)
	}
	catalog := registry.NewCatalog(registry.Rules{UnhealthyAfter: 1, Reserved: reserved}, own, sequence)
	return importTarget{catalog: catalog, reserved: reserved}, nil
}

// storeTarget does what the registry actor would, with nobody to tell.
func storeTarget(ctx context.Context, store *storage.Store) (importTarget, error) {
	services, sequence, err := store.Load(ctx)
	if err != nil {
		return importTarget{}, err
	}
	t, err := newTarget(services, sequence)
	t.keep = func(ctx context.Context, c registry.Change) error { return store.Changed(ctx, c) }
	return t, err
}

// importCalled imports through the registry actor.
func (a *App) importCalled(ctx context.Context, call importCall) (importReply, error) {
	listing, err := actors.Ask(ctx, a.system.Registry, actors.ListServices{})
	if err != nil {
		return importReply{}, fmt.Errorf("list the services: %w", err)
	}
	t, err := newTarget(listing.Services, 0)
	if err != nil {
		return importReply{}, err
	}
	t.register = a.importOne
	reply, err := t.carryOut(ctx, call)
	if err != nil {
		reply.Failure = err.Error()
	}
	return reply, nil
}

func (a *App) importOne(ctx context.Context, e importer.Entry) (*registry.Service, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return actors.Ask(ctx, a.system.Registry, actors.ImportService{Draft: e.Draft, Tools: e.Tools, Enabled: e.Enabled})
}

// carryOut does what the call asks for, or finds out what that would do.
func (t importTarget) carryOut(ctx context.Context, call importCall) (reply importReply, err error) {
	if call.DryRun {
		t.keep, t.register = nil, nil
	}
	entries := call.Services
	if call.Text != "" {
		text, err := importer.ParseFile([]byte(call.Text))
		if err != nil {
			return reply, err
		}
		entries = nil
		for _, step := range text.Plan(t.catalog.All(), t.reserved, nil) {
			if step.Outcome != importer.Create {
				reply.Results = append(reply.Results, ImportResult{File: step.Key, Skipped: step.Message})
				continue
			}
			for _, note := range step.Notes {
				reply.Notes = append(reply.Notes, step.Key+": "+note)
			}
			entries = append(entries, importer.Entry{File: step.Key, Draft: step.Draft, Tools: step.Tools, Enabled: step.Enabled})
		}
	}
	results, err := importEach(entries, func(e importer.Entry) (*registry.Service, error) {
		e.Enabled = e.Enabled || call.Enable
		return t.take(ctx, e)
	})
	reply.Results = append(reply.Results, results...)
	return reply, err
}

// take registers an entry.
func (t importTarget) take(ctx context.Context, e importer.Entry) (*registry.Service, error) {
	if t.register != nil {
		return t.register(ctx, e)
	}
	change, err := t.catalog.Import(e.Draft, e.Tools, e.Enabled, time.Now().UTC().Truncate(time.Millisecond))
	if err == nil && t.keep != nil {
		err = t.keep(ctx, change)
	}
	if err != nil {
		return nil, err
	}
	t.catalog.Apply(change)
	return change.After, nil
}
