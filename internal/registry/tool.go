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
	// nil where the upstream sent none.
	InputSchema  json.RawMessage
	OutputSchema json.RawMessage
	Annotations  json.RawMessage
}

// equal says whether two tools would look the same to a client.
func (t Tool) equal(o Tool) bool {
	return t.Name == o.Name && t.Title == o.Title && t.Description == o.Description &&
		bytes.Equal(t.InputSchema, o.InputSchema) &&
		bytes.Equal(t.OutputSchema, o.OutputSchema) &&
		bytes.Equal(t.Annotations, o.Annotations)
}
