package remote

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// schema is what matters here of a JSON Schema. What it does not know, or
// cannot read, restricts nothing: the server has the last word.
type schema struct {
	// types are the JSON types that a value may have; none means any.
	types       []string
	description string
	properties  map[string]schema
	required    []string
	// open is set when properties beyond the named ones are welcome.
	open bool
}

const (
	// maxSchemaDepth bounds how deep references and alternatives are followed.
	maxSchemaDepth = 4
	// maxSchemaBytes bounds what is read of a tool's schema, also where it is
	// read again: references can make much of a small one.
	maxSchemaBytes = 4 << 20
	// schemaNodeBytes is what each part of it counts at least.
	schemaNodeBytes = 64
)

// readSchema reads the schema of a tool's arguments.
func readSchema(raw json.RawMessage) schema {
	r := schemaReader{root: raw, left: maxSchemaBytes}
	s := r.read(raw, 0)
	for name, property := range read[map[string]json.RawMessage](read[map[string]json.RawMessage](raw)["properties"]) {
		if s.properties == nil {
			s.properties = map[string]schema{}
		}
		s.properties[name] = r.read(property, 1)
		s.open = s.open || r.left < 0
	}
	return s
}

type schemaReader struct {
	root json.RawMessage
	// left is how many bytes may still be read.
	left int
}

// read reads a schema but for its properties.
func (r *schemaReader) read(raw json.RawMessage, depth int) schema {
	var w map[string]json.RawMessage
	if !r.pay(raw) || depth > maxSchemaDepth || json.Unmarshal(raw, &w) != nil {
		return schema{open: true}
	}
	var s schema
	if ref := read[string](w["$ref"]); ref != "" {
		s = r.read(r.definition(ref), depth+1)
	}
	if d := read[string](w["description"]); d != "" {
		s.description = d
	}
	if one := read[string](w["type"]); one != "" {
		s.types = append(s.types, one)
	}
	s.types = append(s.types, read[[]string](w["type"])...)
	for _, keyword := range []string{"anyOf", "oneOf"} {
		for _, alternative := range read[[]json.RawMessage](w[keyword]) {
			s.types = append(s.types, r.read(alternative, depth+1).types...)
		}
	}
	s.required = read[[]string](w["required"])
	more, limited := w["additionalProperties"]
	_, named := w["properties"]
	s.open = limited && string(more) != "false" || !named && !limited
	for _, keyword := range []string{"$ref", "patternProperties", "allOf", "anyOf", "oneOf"} {
		s.open = s.open || w[keyword] != nil
	}
	return s
}

// read reads a value if it is of the type, else the type's zero.
func read[T any](raw json.RawMessage) T {
	var v, zero T
	if raw == nil || json.Unmarshal(raw, &v) != nil {
		return zero
	}
	return v
}

// pay says whether raw may still be read, and counts it.
func (r *schemaReader) pay(raw json.RawMessage) bool {
	r.left -= len(raw) + schemaNodeBytes
	return r.left >= 0
}

// definition finds a reference to #/$defs/Name or #/definitions/Name.
func (r *schemaReader) definition(ref string) json.RawMessage {
	at := r.root
	rest, local := strings.CutPrefix(ref, "#/")
	if !local {
		return nil
	}
	for part := range strings.SplitSeq(rest, "/") {
		if !r.pay(at) {
			return nil
		}
		at = read[map[string]json.RawMessage](at)[part]
	}
	return at
}

// Argument describes one argument of a tool.
type Argument struct {
	Name string
	// Type names the JSON types it may have, such as "integer or null".
	Type     string
	Required bool
	// Description is hostile, as Name and Type are.
	Description string
}

// Arguments describes the arguments of a tool: those that it requires, in its
// order, and then the others by name.
func (t Tool) Arguments() []Argument {
	s := readSchema(t.Schema)
	names := slices.DeleteFunc(slices.Clone(s.required), func(name string) bool {
		_, known := s.properties[name]
		return !known
	})
	for _, name := range slices.Sorted(maps.Keys(s.properties)) {
		if !slices.Contains(s.required, name) {
			names = append(names, name)
		}
	}
	told := docstringArgs(t.Description)
	var out []Argument
	for _, name := range names {
		p := s.properties[name]
		out = append(out, Argument{name, p.kind(), slices.Contains(s.required, name), cmp.Or(p.description, told[name])})
	}
	return out
}

// kind names the types.
func (s schema) kind() string {
	if len(s.types) == 0 {
		return "any"
	}
	types := slices.Clone(s.types)
	slices.Sort(types)
	return strings.Join(slices.Compact(types), " or ")
}
