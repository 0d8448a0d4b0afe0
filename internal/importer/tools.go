package importer

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// parseTools reads a tool_list. A tool that cannot be read is left out and
// noted, for the next discovery brings it again. ok is false if raw is no list.
func parseTools(raw json.RawMessage) (tools []registry.Tool, notes []string, ok bool) {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil, nil, false
	}
	if n := len(items) - MaxTools; n > 0 {
		notes = append(notes, fmt.Sprintf("the last %d tools of its tool_list were left out: at most %d are taken.", n, MaxTools))
		items = items[:MaxTools]
	}
	seen := make(map[string]bool, len(items))
	for i, item := range items {
		tool, why := parseTool(item)
		if why == "" && seen[tool.Name] {
			why = fmt.Sprintf("the name %s comes twice", quote(tool.Name))
		}
		if why != "" {
			notes = append(notes, fmt.Sprintf("tool %d of its tool_list was left out: %s.", i+1, why))
			continue
		}
		seen[tool.Name] = true
		tools = append(tools, tool)
	}
	return tools, notes, true
}

// parseTool reads one tool, or says why it cannot.
func parseTool(raw json.RawMessage) (tool registry.Tool, why string) {
	o := new(object)
	if json.Unmarshal(raw, &o.members) != nil || o.members == nil {
		return registry.Tool{}, "it is not a JSON object"
	}
	tool = registry.Tool{
		Name:         registry.Text(o.text("name")),
		Title:        registry.Text(o.text("title")),
		Description:  registry.Text(o.text("description")),
		InputSchema:  o.schema("schema"),
		OutputSchema: o.schema("output_schema"),
		Annotations:  o.schema("annotations"),
	}
	if parsed := o.take("parsed_description"); parsed != nil && tool.Description == "" {
		tool.Description = o.docstring(parsed)
	}
	if len(o.malformed) > 0 {
		return registry.Tool{}, fmt.Sprintf("its %s is not of the right kind", o.malformed[0].Field)
	}
	if tool.Name == "" {
		return registry.Tool{}, "it has no name"
	}
	return tool, ""
}

// docstring puts a description together again that the original had split.
func (o *object) docstring(raw json.RawMessage) string {
	if s, ok := asText(raw); ok {
		return s
	}
	parts := new(object)
	if json.Unmarshal(raw, &parts.members) != nil {
		o.wrong("parsed_description", "Make it an object.")
		return ""
	}
	p := registry.ParsedDescription{
		Main:    registry.Text(parts.text("main")),
		Args:    parts.text("args"),
		Returns: parts.text("returns"),
		Raises:  parts.text("raises"),
	}
	if len(parts.malformed) > 0 {
		o.wrong("parsed_description", "Make its parts strings.")
	}
	return p.String()
}

// schema reads a JSON object as it stands, without its blanks.
func (o *object) schema(name string) json.RawMessage {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	var b bytes.Buffer
	if raw[0] != '{' || json.Compact(&b, raw) != nil {
		o.wrong(name, "Make it an object.")
		return nil
	}
	return b.Bytes()
}
