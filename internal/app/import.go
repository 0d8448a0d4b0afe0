package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// ImportResult is what became of one file.
type ImportResult struct {
	File string
	// Path is the service's; empty if the file was skipped.
	Path string
	// Skipped says why the file was; empty if it was taken.
	Skipped string
}

// ImportReport is what became of a folder.
type ImportReport struct {
	Results []ImportResult
	// Notes tell what was taken otherwise than it stood there.
	Notes []string
	// Where says how it was done.
	Where Where
}

// Taken is the number of services that were imported.
func (r ImportReport) Taken() int {
	n := 0
	for _, result := range r.Results {
		if result.Skipped == "" {
			n++
		}
	}
	return n
}

// Import registers the services of a folder of the original registry's JSON
// files, through the running server if one holds the data. Files that are
// wrong, and services whose path is taken, are reported and stop nothing. An
// error ends the import; the report then tells of what came before it.
func Import(ctx context.Context, data DataConfig, dir string) (ImportReport, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ImportReport{}, usage("There is no folder %s; name the one that holds servers/*.json and server_state.json.", dir)
	}
	folder, err := importer.Read(dir)
	if err != nil {
		return ImportReport{}, err
	}
	report := ImportReport{Notes: folder.Notes, Where: Online}
	for _, skip := range folder.Skipped {
		report.Results = append(report.Results, ImportResult{File: skip.File, Skipped: skip.Reason})
	}
	reply, err := callServer[importReply](ctx, data.Data, "import", importCall{folder.Services})
	if errors.Is(err, ErrNoServer) {
		report.Where = Offline
		err = withStore(ctx, data, func(store *storage.Store) error {
			reply.Results, err = importOffline(ctx, store, folder.Services)
			return err
		})
	}
	if reply.Failure != "" {
		err = errors.New(reply.Failure)
	}
	report.Results = append(report.Results, reply.Results...)
	return report, err
}

// importOffline does what the registry actor would, with nobody to tell.
func importOffline(ctx context.Context, store *storage.Store, entries []importer.Entry) ([]ImportResult, error) {
	services, sequence, err := store.Load(ctx)
	if err != nil {
		return nil, err
	}
	segments, err := httpserver.ReservedSegments()
	if err != nil {
		return nil, err
	}
	catalog := registry.NewCatalog(registry.Rules{UnhealthyAfter: 1, Reserved: registry.NewReserved(segments...)}, services, sequence)
	return importEach(entries, func(e importer.Entry) (*registry.Service, error) {
		change, err := catalog.Import(e.Draft, e.Tools, e.Enabled, time.Now().UTC().Truncate(time.Millisecond))
		if err == nil {
			err = store.Changed(ctx, change)
		}
		if err != nil {
			return nil, err
		}
		catalog.Apply(change)
		return change.After, nil
	})
}

// importAll imports through the registry actor.
func (a *App) importAll(ctx context.Context, entries []importer.Entry) ([]ImportResult, error) {
	return importEach(entries, func(e importer.Entry) (*registry.Service, error) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		return actors.Ask(ctx, a.system.Registry, actors.ImportService{Draft: e.Draft, Tools: e.Tools, Enabled: e.Enabled})
	})
}

// importEach takes one entry after the other. Only what is wrong with an entry
// itself skips it; any other error, such as a full disk, would meet the next
// ones too and ends the import.
func importEach(entries []importer.Entry, take func(importer.Entry) (*registry.Service, error)) ([]ImportResult, error) {
	var results []ImportResult
	taken := 0
	for _, e := range entries {
		result := ImportResult{File: e.File}
		service, err := take(e)
		invalid, isInvalid := errors.AsType[*registry.InvalidError](err)
		switch {
		case err == nil:
			result.Path = string(service.Path)
			taken++
		case errors.Is(err, registry.ErrConflict):
			result.Skipped = fmt.Sprintf("A service is registered at %s already; delete it first to import this one.", *e.Draft.Path)
		case isInvalid:
			result.Skipped = invalid.Error()
		default:
			return results, fmt.Errorf("import %s: %w; %d of %d services were imported before it, and another try goes on from there", e.File, err, taken, len(entries))
		}
		results = append(results, result)
	}
	return results, nil
}
