package importer

import (
	"encoding/json"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Record is a service as an export has it: what people wrote about it, and its
// tools. It has the members of this registry's records, which [ParseText] reads.
type Record struct {
	Name        string   `json:"server_name"`
	Description string   `json:"description"`
	Path        string   `json:"path"`
	Upstream    string   `json:"proxy_pass_url"`
	Tags        []string `json:"tags"`
	NumTools    int      `json:"num_tools"`
	Stars       int      `json:"num_stars"`
	IsPython    bool     `json:"is_python"`
	License     string   `json:"license"`
	WatchTools  bool     `json:"watch_tools"`
	Enabled     bool     `json:"is_enabled"`
	// HeaderNames are those of the headers towards the upstream, whose values are
	// secrets and left out.
	HeaderNames []string     `json:"upstream_header_names,omitempty"`
	Tools       []ToolRecord `json:"tool_list"`
}

// ToolRecord is a tool of a Record.
type ToolRecord struct {
	Name         string          `json:"name"`
	Title        string          `json:"title,omitempty"`
	Description  string          `json:"description"`
	InputSchema  json.RawMessage `json:"schema,omitempty"`
	OutputSchema json.RawMessage `json:"output_schema,omitempty"`
	Annotations  json.RawMessage `json:"annotations,omitempty"`
}

// Export is the services as an export has them, by path. What the services
// hold is shared, not copied.
func Export(services []*registry.Service) map[string]Record {
	records := make(map[string]Record, len(services))
	for _, s := range services {
		r := Record{
			Name: s.Name, Description: s.Description, Path: string(s.Path), Upstream: s.Upstream,
			Tags: append([]string{}, s.Tags...), NumTools: s.NumTools(), Stars: s.Stars, IsPython: s.IsPython,
			License: s.License, WatchTools: s.WatchTools, Enabled: s.Enabled,
			HeaderNames: s.UpstreamHeaders.Names(),
			Tools:       make([]ToolRecord, len(s.Tools)),
		}
		for i, t := range s.Tools {
			r.Tools[i] = ToolRecord{t.Name, t.Title, t.Description, t.InputSchema, t.OutputSchema, t.Annotations}
		}
		records[r.Path] = r
	}
	return records
}
