package schema

import (
	"encoding/json"
	"fmt"
	"slices"
)

// add puts down a row for a schema, and below it what lies inside.
func (w *walk) add(row Row, s shape, depth int) {
	if depth > MaxDepth || w.full() {
		w.more = true
		return
	}
	row.Depth, row.Name = depth, cut(row.Name, maxName)
	s, nullable := w.unwrap(s)
	row.Type = w.typeOf(s, nullable)
	row.About = cut(s.text("description"), maxAbout)
	if row.About == "" {
		row.About = cut(s.text("title"), maxAbout)
	}
	row.Facts = facts(s.object)
	w.note(s)
	if items := w.simpleItems(s); items != nil {
		row.Facts = append(row.Facts, eachOf(facts(items))...)
	}
	if s.again != "" {
		row.Facts = append(row.Facts, Fact{Word: "built as", Value: cut(s.again, maxName)})
	}
	if !w.spend(row.size()) {
		return
	}
	w.rows = append(w.rows, row)
	if s.again == "" {
		w.inside(s, depth+1)
	}
}

// size is how many bytes a row shows.
func (r Row) size() int {
	n := len(r.Name) + len(r.Type) + len(r.About)
	for _, f := range r.Facts {
		n += len(f.Word) + len(f.Value)
	}
	return n
}

// full says whether no further row has room, and remembers that it was asked.
func (w *walk) full() bool {
	if len(w.rows) < MaxRows && w.left >= 0 {
		return false
	}
	w.more = true
	return true
}

// inside puts down what a value consists of: properties, elements and
// alternatives.
func (w *walk) inside(s shape, depth int) {
	required := s.names("required")
	for _, p := range s.object.object("properties") {
		if w.full() {
			return
		}
		w.add(Row{Name: p.name, Required: slices.Contains(required, p.name)}, w.read(p.value, s.seen), depth)
	}
	for _, p := range s.object.object("patternProperties") {
		if w.full() {
			return
		}
		w.add(Row{Name: p.name, Role: "names like"}, w.read(p.value, s.seen), depth)
	}
	if others := w.read(s.get("additionalProperties"), s.seen); len(others.object) > 0 {
		w.add(Row{Role: "any other name"}, others, depth)
	}
	for i, item := range s.list("prefixItems") {
		if w.full() {
			return
		}
		w.add(Row{Role: fmt.Sprintf("item %d", i+1)}, w.read(item, s.seen), depth)
	}
	if w.simpleItems(s) == nil {
		if items := w.read(s.get("items"), s.seen); items.object != nil {
			w.add(Row{Role: "each item"}, items, depth)
		}
	}
	for i, option := range w.options(s) {
		if w.full() {
			return
		}
		w.add(Row{Role: fmt.Sprintf("option %d", i+1)}, option, depth)
	}
}

// options are the alternatives of a schema, unless they are values only, which
// the facts list.
func (w *walk) options(s shape) []shape {
	if constants(s.object) != nil {
		return nil
	}
	var out []shape
	for _, keyword := range []string{"oneOf", "anyOf"} {
		for _, raw := range s.list(keyword) {
			if len(out) == MaxDepth*MaxDepth {
				w.more = true
				return out
			}
			out = append(out, w.read(raw, s.seen))
		}
	}
	return out
}

// unwrap sees through the usual way to say "this or null": a choice of two of
// which one is null.
func (w *walk) unwrap(s shape) (inner shape, nullable bool) {
	for _, keyword := range []string{"anyOf", "oneOf"} {
		choices := s.list(keyword)
		if len(choices) != 2 {
			continue
		}
		for i, raw := range choices {
			if o, ok := parse(raw); !ok || o.text("type") != "null" {
				continue
			}
			other := w.read(choices[1-i], s.seen)
			if other.object == nil {
				continue
			}
			outer := slices.DeleteFunc(slices.Clone(s.object), func(m member) bool { return m.name == keyword })
			other.object = outer.over(other.object)
			return other, true
		}
	}
	return s, false
}

// simpleItems is the schema of a list's elements if the list's own row can
// tell all about them.
func (w *walk) simpleItems(s shape) object {
	items := w.read(s.get("items"), s.seen)
	if items.object == nil || items.again != "" || items.text("description") != "" {
		return nil
	}
	inner := []string{"properties", "patternProperties", "additionalProperties", "items", "prefixItems", "oneOf", "anyOf"}
	if slices.ContainsFunc(inner, items.has) {
		return nil
	}
	return items.object
}

// note remembers that a schema has rules which no row tells.
func (w *walk) note(s shape) {
	for _, keyword := range []string{"if", "not", "dependentSchemas", "dependentRequired", "propertyNames", "contains", "unevaluatedItems", "$dynamicRef"} {
		if s.has(keyword) {
			w.more = true
		}
	}
}

// constants are the values of alternatives that are nothing but values.
func constants(o object) []json.RawMessage {
	var out []json.RawMessage
	for _, keyword := range []string{"oneOf", "anyOf"} {
		for _, raw := range o.list(keyword) {
			option, ok := parse(raw)
			if !ok || !option.has("const") {
				return nil
			}
			out = append(out, option.get("const"))
		}
	}
	return out
}
