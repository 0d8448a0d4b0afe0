package mcpclient

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// parseTool reads one tool of a page. It tells whether a limit cut something
// off, and whether there is a tool at all.
func parseTool(raw json.RawMessage, limits Limits) (t registry.Tool, wasCut, ok bool) {
	var w struct {
		Name         string          `json:"name"`
		Title        string          `json:"title"`
		Description  string          `json:"description"`
		InputSchema  json.RawMessage `json:"inputSchema"`
		OutputSchema json.RawMessage `json:"outputSchema"`
		Annotations  json.RawMessage `json:"annotations"`
	}
	if json.Unmarshal(raw, &w) != nil || !usableName(w.Name) {
		return registry.Tool{}, false, false
	}
	t.Name = w.Name
	t.Title = line(w.Title, maxNameBytes)
	var cuts [4]bool
	t.Description, cuts[0] = prose(w.Description, limits.DescriptionBytes)
	t.InputSchema, cuts[1] = object(w.InputSchema, limits.SchemaBytes)
	t.OutputSchema, cuts[2] = object(w.OutputSchema, limits.SchemaBytes)
	t.Annotations, cuts[3] = object(w.Annotations, limits.SchemaBytes)
	return t, cuts[0] || cuts[1] || cuts[2] || cuts[3], true
}

// usableName says whether a tool could be called by its name.
func usableName(name string) bool {
	return name != "" && len(name) <= maxNameBytes && !strings.ContainsFunc(name, unicode.IsControl)
}

// object compacts a JSON object. Anything else is nil, and so is an object of
// more than limit bytes; it tells which of the two.
func object(raw json.RawMessage, limit int) (json.RawMessage, bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return nil, false
	}
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return nil, false
	}
	if b.Len() > limit {
		return nil, true
	}
	return bytes.Clone(b.Bytes()), false
}
