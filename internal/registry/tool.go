package registry

import (
	"bytes"
	"encoding/json"
)

// Tool is what an upstream's tools/list names, as it was said. Every string
// and schema in it comes from the upstream and is hostile.
type Tool struct {
	Name        string
	Title       string
	Description string
	// InputSchema, OutputSchema and Annotations are compact JSON objects, or
	// nil where the upstream sent none. A tool that goes through JSON, as one
	// does on its way to a running server, comes back with nil, not with null.
	InputSchema  json.RawMessage `json:",omitempty"`
	OutputSchema json.RawMessage `json:",omitempty"`
	Annotations  json.RawMessage `json:",omitempty"`
}

// equal says whether two tools would look the same to a client.
func (t Tool) equal(o Tool) bool {
	return t.Name == o.Name && t.Title == o.Title && t.Description == o.Description &&
		bytes.Equal(t.InputSchema, o.InputSchema) &&
		bytes.Equal(t.OutputSchema, o.OutputSchema) &&
		bytes.Equal(t.Annotations, o.Annotations)
}
