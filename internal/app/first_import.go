package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// importOnFirstStart imports dir, if one is set, into a registry that nothing
// was registered in. An import that a crash or an error ended goes on at the
// next start; one that is through is the last.
func (a *App) importOnFirstStart(ctx context.Context, dir string) error {
	if dir == "" {
		return nil
	}
	progress, err := a.store.FirstImport(ctx)
	if err != nil || progress == storage.ImportFinished {
		return err
	}
	there, err := actors.Ask(ctx, a.system.Registry, actors.ListServices{})
	if err != nil {
		return fmt.Errorf("list the services: %w", err)
	}
	if progress == storage.ImportAhead && len(there.Services) > 0 {
		return nil
	}
	folder, err := importer.Read(dir)
	if err != nil {
		return usage("--import: %v", err)
	}
	if err := a.store.FirstImportBegun(ctx); err != nil {
		return err
	}
	entries := withoutPaths(folder.Services, there.Services)
	results, err := importEach(entries, func(e importer.Entry) (*registry.Service, error) { return a.importOne(ctx, e) })
	for _, skip := range folder.Skipped {
		results = append(results, ImportResult{File: skip.File, Skipped: skip.Reason})
	}
	report := ImportReport{Results: results, Notes: folder.Notes}
	for _, result := range report.Results {
		if result.Skipped != "" {
			a.log.Warn("a file was not imported", "file", result.File, "why", result.Skipped)
		}
	}
	for _, note := range report.Notes {
		a.log.Info("import", "note", note)
	}
	if err != nil {
		return err
	}
	a.log.Info("imported", "from", dir, "services", report.Taken(), "taken_before", len(folder.Services)-len(entries))
	return a.store.FirstImportFinished(ctx)
}

// withoutPaths are the entries at whose path nothing is registered.
func withoutPaths(entries []importer.Entry, registered []*registry.Service) []importer.Entry {
	taken := make(map[string]bool, len(registered))
	for _, service := range registered {
		taken[string(service.Path)] = true
	}
	return slices.DeleteFunc(slices.Clone(entries), func(e importer.Entry) bool { return taken[*e.Draft.Path] })
}
