package httpserver

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// toolsPerPage is how many tools a page of the search has.
	toolsPerPage = 50
	// maxToolQuery bounds what is searched for, and maxSummary what is shown of
	// a description, in characters.
	maxToolQuery = 200
	maxSummary   = 300
)

// foundTool is a tool that a search found, and its service.
type foundTool struct {
	service *registry.Service
	tool    *registry.Tool
	rank    int
}

// searchTools finds the tools with all words of the query, in any case and with
// or without accents. The best come first: those whose name is the query, begins
// with it, has it, has its words; and among equals by service and in the
// server's own order.
func searchTools(services []*registry.Service, query string) []foundTool {
	query = strings.TrimSpace(folded(clipped(query, maxToolQuery)))
	terms := termsOf(query)
	var found []foundTool
	for _, p := range byName(services) {
		about := p.name + "\n" + folded(string(p.service.Path))
		for i := range p.service.Tools {
			tool := &p.service.Tools[i]
			if rank, ok := rankOf(tool, about, query, terms); ok {
				found = append(found, foundTool{p.service, tool, rank})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b foundTool) int { return cmp.Compare(a.rank, b.rank) })
	return found
}

// rankOf says how well a tool fits, less being better, and whether it does.
func rankOf(tool *registry.Tool, about, query string, terms []string) (int, bool) {
	if len(terms) == 0 {
		return 0, true
	}
	name := folded(tool.Name)
	switch {
	case name == query:
		return 0, true
	case strings.HasPrefix(name, query):
		return 1, true
	case strings.Contains(name, query):
		return 2, true
	}
	title := folded(tool.Title)
	missing := slices.DeleteFunc(slices.Clone(terms), func(term string) bool {
		return strings.Contains(name, term) || strings.Contains(title, term)
	})
	if len(missing) == 0 {
		return 3, true
	}
	missing = slices.DeleteFunc(missing, func(term string) bool { return strings.Contains(about, term) })
	return 4, len(missing) == 0 || containsAll(folded(tool.Description), missing)
}

func containsAll(text string, terms []string) bool {
	return !slices.ContainsFunc(terms, func(term string) bool { return !strings.Contains(text, term) })
}

// summaryOf is the first line of a description.
func summaryOf(description string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(description), "\n")
	line = strings.TrimSpace(line)
	if short := clipped(line, maxSummary); len(short) < len(line) {
		return short + "…"
	}
	return line
}

// toolIDs names each tool within its service's page: tool- and its name. A name
// that no id can have, or that came before, is told apart by what it hashes to
// or by its place.
func toolIDs(tools []registry.Tool) []string {
	ids, taken := make([]string, len(tools)), make(map[string]bool, len(tools))
	for i, tool := range tools {
		id := toolID(tool.Name)
		for taken[id] {
			id += "."
		}
		taken[id], ids[i] = true, id
	}
	return ids
}

func toolID(name string) string {
	const fits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
	if name != "" && len(name) <= 128 && strings.Trim(name, fits) == "" {
		return "tool-" + name
	}
	sum := sha256.Sum256([]byte(name))
	return "tool-" + hex.EncodeToString(sum[:8])
}

// toolHints are what a server claims of a tool in its annotations, in words.
// The specification calls them hints: nobody may rely on them.
func toolHints(annotations json.RawMessage) (words []string, destructive bool) {
	var a struct {
		ReadOnly    *bool `json:"readOnlyHint"`
		Destructive *bool `json:"destructiveHint"`
		Idempotent  *bool `json:"idempotentHint"`
		OpenWorld   *bool `json:"openWorldHint"`
	}
	if json.Unmarshal(annotations, &a) != nil {
		return nil, false
	}
	is := func(claim *bool) bool { return claim != nil && *claim }
	// A tool that only reads destroys nothing, whatever else is claimed of it.
	destructive = is(a.Destructive) && !is(a.ReadOnly)
	for _, hint := range []struct {
		claimed bool
		word    string
	}{{is(a.ReadOnly), "read-only"}, {destructive, "destructive"}, {is(a.Idempotent), "idempotent"}, {is(a.OpenWorld), "open world"}} {
		if hint.claimed {
			words = append(words, hint.word)
		}
	}
	return words, destructive
}
