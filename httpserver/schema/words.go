package schema

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// kinds are the types of JSON Schema, by which hostile names are kept out.
func kinds() []string {
	return []string{"string", "integer", "number", "boolean", "object", "array", "null"}
}

// kind is the one type that a schema names or implies, or "any".
func (s shape) kind() string {
	types := slices.DeleteFunc(s.names("type"), func(t string) bool { return t == "null" || !slices.Contains(kinds(), t) })
	switch {
	case len(types) == 1:
		return types[0]
	case len(types) > 1:
		return "several"
	case s.has("properties") || s.has("patternProperties"):
		return "object"
	case s.has("items") || s.has("prefixItems"):
		return "array"
	}
	return "any"
}

// typeOf is a type in words.
func (w *walk) typeOf(s shape, nullable bool) string {
	if s.never {
		return "never allowed"
	}
	types := s.names("type")
	types = slices.DeleteFunc(slices.Compact(types), func(t string) bool { return !slices.Contains(kinds(), t) })
	if len(types) == 0 {
		types = []string{w.implied(s)}
	}
	if nullable && !slices.Contains(types, "null") {
		types = append(types, "null")
	}
	for i, t := range types {
		if t == "array" {
			types[i] = w.listOf(s)
		}
	}
	return strings.Join(types, " or ")
}

// implied is the type of a schema that names none.
func (w *walk) implied(s shape) string {
	values := slices.Concat(s.list("enum"), constants(s.object))
	if v := s.get("const"); v != nil {
		values = append(values, v)
	}
	if kind := s.kind(); kind != "any" || len(values) == 0 {
		if kind == "any" && len(w.options(s)) > 0 {
			return "one of the options"
		}
		return kind
	}
	var seen []string
	for _, v := range values {
		if t := typeOfValue(v); !slices.Contains(seen, t) {
			seen = append(seen, t)
		}
	}
	return strings.Join(seen, " or ")
}

func (w *walk) listOf(s shape) string {
	if items := w.read(s.get("items"), s.seen); items.object != nil {
		if kind := items.kind(); kind != "any" && kind != "several" {
			return "list of " + kind
		}
	}
	return "list"
}

func typeOfValue(v json.RawMessage) string {
	v = bytes.TrimSpace(v)
	switch {
	case len(v) == 0 || v[0] == 'n':
		return "null"
	case v[0] == '"':
		return "string"
	case v[0] == '{':
		return "object"
	case v[0] == '[':
		return "array"
	case v[0] == 't' || v[0] == 'f':
		return "boolean"
	}
	return "number"
}

// facts tells the keywords that have words, values as JSON.
func facts(o object) []Fact {
	var out []Fact
	add := func(word, value string) { out = append(out, Fact{Word: word, Value: cut(value, maxValue)}) }
	values := o.list("enum")
	if values == nil {
		values = constants(o)
	}
	if len(values) > 0 {
		shown := make([]string, 0, maxValues)
		for _, v := range values[:min(len(values), maxValues)] {
			shown = append(shown, compact(v))
		}
		if len(values) > maxValues {
			shown = append(shown, "…")
		}
		out = append(out, Fact{Word: "one of", Value: cut(strings.Join(shown, ", "), maxAbout)})
	}
	for _, f := range []struct{ keyword, word string }{
		{"const", "always"},
		{"default", "default"},
		{"format", "format"},
		{"minimum", "at least"},
		{"exclusiveMinimum", "more than"},
		{"maximum", "at most"},
		{"exclusiveMaximum", "less than"},
		{"multipleOf", "multiple of"},
		{"minLength", "characters, at least"},
		{"maxLength", "characters, at most"},
		{"pattern", "matches"},
		{"minItems", "items, at least"},
		{"maxItems", "items, at most"},
		{"minProperties", "members, at least"},
		{"maxProperties", "members, at most"},
		{"contentMediaType", "content"},
		{"contentEncoding", "encoded as"},
	} {
		if v := o.get(f.keyword); v != nil {
			if f.keyword == "format" || f.keyword == "pattern" || strings.HasPrefix(f.keyword, "content") {
				add(f.word, o.text(f.keyword))
				continue
			}
			add(f.word, compact(v))
		}
	}
	for _, f := range []struct{ keyword, word string }{
		{"uniqueItems", "all different"}, {"deprecated", "deprecated"}, {"readOnly", "read-only"}, {"writeOnly", "write-only"},
	} {
		if o.yes(f.keyword) {
			add(f.word, "")
		}
	}
	if string(o.get("additionalProperties")) == "false" && o.has("properties") {
		add("no other names", "")
	}
	if examples := o.list("examples"); len(examples) > 0 {
		add("for example", compact(examples[0]))
	}
	return out
}

// eachOf makes facts of a list's elements facts of the list.
func eachOf(of []Fact) []Fact {
	for i := range of {
		of[i].Word = "each: " + of[i].Word
	}
	return of
}

// compact is JSON on one line.
func compact(v json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return string(v)
	}
	return b.String()
}
