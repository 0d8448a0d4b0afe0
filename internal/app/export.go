package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// KeyConfig is the key of the data, for commands that need it while no server
// runs.
type KeyConfig struct {
	SecretKey string `help:"Key that upstream headers are encrypted with, if it is not in the data directory's secret.key. It is needed only while no server runs." env:"MCPGATEWAY_SECRET_KEY" placeholder:"KEY"`
}

// ExportReport is what was exported.
type ExportReport struct {
	Services int
	// Headers names, for services that have some, the headers whose values are
	// not in the export; none where the key to their names is missing.
	Headers map[string][]string
	// Where says how it was done.
	Where Where
}

// exportReply is what a server has to export, by path. Of the sealed the headers
// could not be read.
type exportReply struct {
	Records map[string]importer.Record
	Sealed  []registry.Path
}

// Export writes the services as JSON that Import and POST /api/import take:
// through the running server if one holds the data. Without a file it goes to
// out; one that is there is replaced only with force.
func Export(ctx context.Context, data DataConfig, key KeyConfig, file string, force bool, out io.Writer) (ExportReport, error) {
	report := ExportReport{Where: Online}
	reply, err := callServer[exportReply](ctx, data.Data, "export", struct{}{})
	if errors.Is(err, ErrNoServer) {
		report.Where = Offline
		reply, err = exportOffline(ctx, data, key)
	}
	if err != nil {
		return report, err
	}
	report.Services, report.Headers = len(reply.Records), make(map[string][]string)
	for path, record := range reply.Records {
		if len(record.HeaderNames) > 0 {
			report.Headers[path] = record.HeaderNames
		}
	}
	for _, path := range reply.Sealed {
		report.Headers[string(path)] = nil
	}
	if file == "" {
		return report, writeRecords(out, reply.Records)
	}
	return report, writeWhole(file, force, func(temp *os.File) error { return writeRecords(temp, reply.Records) })
}

// writeRecords writes JSON for people to read, too.
func writeRecords(w io.Writer, records map[string]importer.Record) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := errors.Join(e.Encode(records), b.Flush()); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

// exportCalled exports what the registry actor has.
func (a *App) exportCalled(ctx context.Context, _ struct{}) (exportReply, error) {
	listing, err := actors.Ask(ctx, a.system.Registry, actors.ListServices{})
	if err != nil {
		return exportReply{}, fmt.Errorf("list the services: %w", err)
	}
	return exportReply{Records: importer.Export(listing.Services)}, nil
}

// exportOffline goes without the key if that is missing or another: what may be
// the reason to export.
func exportOffline(ctx context.Context, data DataConfig, key KeyConfig) (reply exportReply, err error) {
	do := func(store *storage.Store) error {
		services, _, err := store.Load(ctx)
		if err != nil {
			return err
		}
		sealed, err := store.SealedPaths(ctx)
		if err != nil {
			return err
		}
		reply.Records = importer.Export(services)
		for _, path := range sealed {
			if len(reply.Records[string(path)].HeaderNames) == 0 {
				reply.Sealed = append(reply.Sealed, path)
			}
		}
		return nil
	}
	if err := storage.FinishRestore(data.Data); err != nil {
		return reply, err
	}
	_, err = os.Stat(filepath.Join(data.Data, secret.FileName))
	if storage.Exists(data.Data) && (key.SecretKey != "" || err == nil) {
		err := withSealedStore(ctx, data, key, do)
		if !errors.Is(err, storage.ErrWrongKey) && !errors.Is(err, secret.ErrUnusable) {
			return reply, err
		}
	}
	return reply, withRegistry(ctx, data, do)
}
