// Package importer reads what others wrote about services, and says what
// registering them would do.
//
// [Read] reads the folder in which the original MCP Gateway Registry keeps its
// services: a JSON file each, and server_state.json, which says what is
// switched on. [ParseText] reads what people paste or upload: such a file,
// records of this registry, and the configurations of MCP clients; then
// [Text.Plan] holds that against what is registered. [Export] is the way back.
//
// It changes nothing. Where a text varies in form but not in meaning, it is
// taken; where that would be a guess, it is not, and the reason is told.
package importer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Bounds of what [Read] reads.
const (
	// MaxFileBytes is the size of one file.
	MaxFileBytes = 4 << 20
	// MaxFiles is the number of server files in the folder.
	MaxFiles = 10_000
	// MaxTotalBytes is the size of all server files together.
	MaxTotalBytes = 256 << 20
	// MaxTools is the number of tools taken from one file.
	MaxTools = 1000
)

// Report is what [Read] found.
type Report struct {
	// Services can be imported, in the order of their files' names.
	Services []Entry
	// Skipped are the server files that cannot, and why.
	Skipped []Skip
	// Notes are sentences about what was left out or decided on the way.
	Notes []string
}

// Entry is a service as its file describes it.
type Entry struct {
	// File is its name within the folder, with forward slashes.
	File string
	// Draft holds the record. It keeps the rules of the domain; only words
	// that a server's own routes reserve may still be against it.
	Draft registry.Draft
	Tools []registry.Tool
	// Enabled is what server_state.json says; false where it says nothing.
	Enabled bool
}

// Skip is a file that was not taken.
type Skip struct {
	File string
	// Reason says what is wrong with it.
	Reason string
}

// Read reads the folder dir: its servers folder if it has one, or else dir
// itself. server_state.json may lie in either. Symbolic links that lead out of
// dir are not followed.
//
// Of several files with the same path the first by name is taken. Read fails
// if the folder cannot be read or holds nothing to import, if it exceeds a
// bound, or if server_state.json is not a JSON object, since everything would
// then come in switched off.
func Read(dir string) (Report, error) {
	return readWithin(dir, limits{files: MaxFiles, fileBytes: MaxFileBytes, totalBytes: MaxTotalBytes})
}

// limits are the bounds of one reading; tests have smaller ones.
type limits struct{ files, fileBytes, totalBytes int }

func readWithin(dir string, within limits) (Report, error) {
	f, err := open(dir, within)
	if err != nil {
		return Report{}, err
	}
	defer f.close()

	var r Report
	names, err := f.serverFiles(&r)
	if err != nil {
		return Report{}, err
	}
	states, err := f.states(&r)
	if err != nil {
		return Report{}, err
	}

	// A catalog that nobody will see applies the rules of the domain.
	catalog := registry.NewCatalog(registry.Rules{UnhealthyAfter: 1, Reserved: registry.NewReserved()}, nil, 0)
	from := make(map[registry.Path]string)
	total := 0
	for _, name := range names {
		skip := func(reason string) { r.Skipped = append(r.Skipped, Skip{File: name, Reason: reason}) }
		data, why := f.read(name)
		if why != "" {
			skip(why)
			continue
		}
		if total += len(data); total > within.totalBytes {
			return Report{}, fmt.Errorf("read %s: its server files exceed %d bytes together; import it in parts", dir, within.totalBytes)
		}
		rec, why := parseRecord(data)
		if why != "" {
			skip(why)
			continue
		}
		change, err := catalog.Import(rec.draft, rec.tools, false, time.Time{})
		if invalid, ok := errors.AsType[*registry.InvalidError](err); ok {
			skip(reason(invalid))
			continue
		}
		if errors.Is(err, registry.ErrConflict) {
			path, _ := registry.ParsePath(*rec.draft.Path)
			skip(fmt.Sprintf("Its path %s is that of %s already; give one of them another path.", path, from[path]))
			continue
		}
		if err != nil {
			return Report{}, fmt.Errorf("read %s: %w", name, err)
		}
		catalog.Apply(change)
		path := change.Path()
		from[path] = name
		for _, note := range rec.notes {
			r.note("%s: %s", name, note)
		}
		enabled := states.of(path, rec.pathAsGiven, &r)
		rec.draft.Path = new(string(path))
		r.Services = append(r.Services, Entry{File: name, Draft: rec.draft, Tools: rec.tools, Enabled: enabled})
	}
	states.noteUnknown(from, &r)
	return r, nil
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// sortedKeys lists a map's keys in a fixed order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
