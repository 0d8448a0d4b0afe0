package remote

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// arguments makes the JSON object of a call's arguments: of base, a JSON
// object or nil, with each of given, which are "name=value" or "name:=JSON".
// A value becomes what the tool's schema wants. The error is a *[UsageError].
func arguments(raw json.RawMessage, base json.RawMessage, given []string) (json.RawMessage, error) {
	s := readSchema(raw)
	out := map[string]json.RawMessage{}
	if base != nil && (json.Unmarshal(base, &out) != nil || out == nil) {
		return nil, usage("--json-args: it is no JSON object; write it as '{\"city\": \"Berlin\"}'.")
	}
	seen := map[string]bool{}
	for _, arg := range given {
		name, value, ok := strings.Cut(arg, "=")
		name, isJSON := strings.CutSuffix(name, ":")
		switch property, known := s.properties[name]; {
		case !ok || name == "":
			return nil, usage("--arg %s: write it as name=value, or as name:=JSON.", Line(arg, 100))
		case seen[name]:
			return nil, usage("--arg %s: it is given twice; for a list write --arg '%s:=[\"a\", \"b\"]'.", Line(name, 100), Line(name, 100))
		case !known && !s.open:
			return nil, usage("--arg %s: the tool has no such argument; %s. --json-args sends what it is given unseen.", Line(name, 100), s.known(name))
		case isJSON && !json.Valid([]byte(value)):
			return nil, usage("--arg %s: what follows := is no JSON; for text write --arg %s=…", Line(name, 100), Line(name, 100))
		case isJSON:
			out[name] = json.RawMessage(value)
		default:
			v, ok := property.coerce(value)
			if !ok {
				return nil, usage("--arg %s: it must be %s, not %s.", Line(name, 100), Line(property.kind(), 100), Line(value, 60))
			}
			out[name] = v
		}
		seen[name] = true
	}
	if missing := s.missing(out); len(missing) > 0 {
		return nil, usage("The tool needs more: add %s.", strings.Join(missing, ", "))
	}
	return encoded(out), nil
}

// known says which arguments there are.
func (s schema) known(given string) string {
	if len(s.properties) == 0 {
		return "it takes none"
	}
	return "it has " + nearby(given, slices.Sorted(maps.Keys(s.properties)))
}

// missing are the required arguments that are not there, as they would be
// given.
func (s schema) missing(given map[string]json.RawMessage) []string {
	var out []string
	for _, name := range s.required {
		if _, ok := given[name]; !ok && len(out) < maxNearby {
			out = append(out, "--arg "+Line(name, 100)+"=("+Line(s.properties[name].kind(), 60)+")")
		}
	}
	return out
}

// coerce makes of text the first JSON type that it fits and the schema takes.
// Text that the schema does not speak of is a string.
func (s schema) coerce(text string) (json.RawMessage, bool) {
	takes := func(kind string) bool { return slices.Contains(s.types, kind) }
	kind := kindOf(text)
	switch {
	case len(s.types) == 0:
		return encoded(text), true
	case kind == "integer" && takes("number"), kind != "string" && takes(kind):
		return json.RawMessage(strings.TrimSpace(text)), true
	}
	return encoded(text), takes("string")
}

// kindOf is the JSON type that text reads as: "string" if it is no JSON, and
// "quoted" for a JSON string, which nobody means to give by its quotes.
func kindOf(text string) string {
	text = strings.TrimSpace(text)
	if !json.Valid([]byte(text)) {
		return "string"
	}
	switch text[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	case '"':
		return "quoted"
	}
	if strings.ContainsAny(text, ".eE") {
		return "number"
	}
	return "integer"
}

// encoded never fails: it is given text, and JSON that was checked.
func encoded(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}
