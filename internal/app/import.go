package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// ImportConfig says how to import; the tags make the command line.
type ImportConfig struct {
	DryRun    bool `help:"Only say what would be done."`
	Enable    bool `help:"Switch on all that is imported, not only what is said to have been on."`
	KeyConfig `embed:""`
}

// ImportResult is what became of one file, or of one entry of a file.
type ImportResult struct {
	// File is its name; of an entry, what the file calls it.
	File string
	// Path is the service's; empty if the file was skipped.
	Path string
	// Skipped says why the file was; empty if it was taken.
	Skipped string
}

// ImportReport is what became of a folder or a file.
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
// files, or of a file of any kind that importing text takes, through the running
// server if one holds the data. What is wrong with a single one, and services
// whose path is taken, are reported and stop nothing. An error ends the import;
// the report then tells of what came before it.
func Import(ctx context.Context, data DataConfig, source string, c ImportConfig) (ImportReport, error) {
	call := importCall{DryRun: c.DryRun, Enable: c.Enable}
	report := ImportReport{Where: Online}
	sealed, err := call.read(source, &report)
	if err != nil {
		return ImportReport{}, err
	}
	reply, err := callServer[importReply](ctx, data.Data, "import", call)
	if errors.Is(err, ErrNoServer) {
		report.Where = Offline
		reply = importReply{}
		offline := func(store *storage.Store) error {
			into, err := storeTarget(ctx, store)
			if err == nil {
				reply, err = into.carryOut(ctx, call)
			}
			return err
		}
		switch {
		case c.DryRun && !storage.Exists(data.Data):
			into, failed := newTarget(nil, 0)
			if err = failed; err == nil {
				reply, err = into.carryOut(ctx, call)
			}
		case sealed && !c.DryRun:
			err = withSealedStore(ctx, data, c.KeyConfig, offline)
		default:
			err = withStore(ctx, data, offline)
		}
	}
	if reply.Failure != "" {
		err = errors.New(reply.Failure)
	}
	report.Results = append(report.Results, reply.Results...)
	report.Notes = append(report.Notes, reply.Notes...)
	return report, err
}

// read reads the folder or file into the call, and what was skipped and noted
// into the report. sealed says whether there are headers to seal.
func (call *importCall) read(source string, report *ImportReport) (sealed bool, err error) {
	info, err := os.Stat(source)
	if err != nil {
		return false, usage("There is no %s; name a file, such as an export or an mcp.json, or the folder that holds servers/*.json and server_state.json.", source)
	}
	if !info.IsDir() {
		text, err := readText(source)
		if err != nil {
			return false, err
		}
		// The server reads it once more; a mistake in it shows here.
		parsed, err := importer.ParseFile(text)
		if invalid, ok := errors.AsType[*registry.InvalidError](err); ok {
			return false, usage("%s: %s", source, invalid.Fields[0].Message)
		}
		if err != nil {
			return false, err
		}
		call.Text = string(text)
		for _, c := range parsed.Candidates {
			sealed = sealed || c.Draft.UpstreamHeaders != nil
		}
		return sealed, nil
	}
	folder, err := importer.Read(source)
	if err != nil {
		return false, err
	}
	call.Services, report.Notes = folder.Services, folder.Notes
	for _, skip := range folder.Skipped {
		report.Results = append(report.Results, ImportResult{File: skip.File, Skipped: skip.Reason})
	}
	return false, nil
}

// readText reads a file, of which one byte too many is seen to be that.
func readText(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open what to import: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, importer.MaxExportBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read what to import: %w", err)
	}
	return text, nil
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
