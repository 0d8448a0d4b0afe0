package schema

import (
	"encoding/json"
	"slices"
)

// Bounds of a table.
const (
	// MaxRows is how many rows a table has at most.
	MaxRows = 400
	// MaxDepth is the greatest indentation; what lies deeper is left out.
	MaxDepth  = 8
	maxAbout  = 2000 // bytes of a description
	maxName   = 200  // bytes of a name
	maxValue  = 300  // bytes of a value such as a default
	maxValues = 40   // values of an enum
)

// Table is a schema as people read it. All strings but the words that this
// package documents come from the upstream.
type Table struct {
	Rows []Row
	// More says that the schema has rules, or rows, which the table lacks.
	More bool
}

// Row is a property, an element of a list, or an alternative.
type Row struct {
	// Depth is the indentation, from 0 to [MaxDepth].
	Depth int
	// Name is a property's. Role, if not empty, stands in for it or explains
	// it, in our words: "each item", "item 2", "option 1", "any other name",
	// "names like", "the whole".
	Name, Role string
	// Type is in our words, such as "integer", "list of string" or "string or
	// null"; "any" where nothing is said.
	Type string
	// Required is set for a property that must be there.
	Required bool
	// About is the description, or the title. At most about 2,000 bytes.
	About string
	// Facts are what else is known of the value.
	Facts []Fact
}

// Fact is one thing known of a value: a word of ours, and what the schema says,
// which is empty where the word is all, and JSON where it is a value.
type Fact struct{ Word, Value string }

// draw makes the table for at most as much work, and says how much is left.
func draw(raw []byte, work int) (Table, int) {
	w := &walk{root: raw, targets: map[string]target{}, left: work}
	if len(raw) > maxBytes {
		return Table{More: true}, w.left
	}
	s := w.read(raw, nil)
	if s.object == nil {
		return Table{More: w.more}, w.left
	}
	if kind := s.kind(); kind != "object" && kind != "any" {
		w.add(Row{Role: "the whole"}, s, 0)
	} else {
		w.inside(s, 0)
		w.note(s)
	}
	return Table{Rows: w.rows, More: w.more}, w.left
}

// walk is one way through a schema.
type walk struct {
	root json.RawMessage
	rows []Row
	// targets are what references lead to, by pointer, or by # and anchor.
	targets map[string]target
	// left is how much more work there may be; see [Budget].
	left int
	more bool
}

// shape is a schema with its references and allOf drawn in.
type shape struct {
	object
	// seen are the references that led here, outermost first.
	seen []string
	// again is the reference that would have led round in a circle.
	again string
	// never is set for the schema false.
	never bool
}

// read draws a schema together. Seen are the references on the way to it.
func (w *walk) read(raw json.RawMessage, seen []string) shape {
	s := shape{seen: seen}
	if raw == nil || !w.spend(len(raw)) {
		return s
	}
	o, ok := parse(raw)
	if !ok {
		s.never = string(raw) == "false"
		return s
	}
	s.object = o
	for range maxChain {
		ref := s.text("$ref")
		if ref == "" {
			break
		}
		s.object = slices.DeleteFunc(slices.Clone(s.object), func(m member) bool { return m.name == "$ref" })
		if slices.Contains(s.seen, ref) {
			s.again = ref
			return s
		}
		under, ok := w.pointed(ref)
		if !ok || !w.spend(under.size) {
			w.more = true
			break
		}
		s.seen = append(slices.Clone(s.seen), ref)
		s.object = s.over(under.object)
	}
	w.mergeAll(&s)
	return s
}

// mergeAll draws the members of allOf into the schema, which asks for all of
// them at once.
func (w *walk) mergeAll(s *shape) {
	parts := s.list("allOf")
	if len(parts) == 0 || len(s.seen) > maxChain {
		return
	}
	properties, required := s.object.object("properties"), s.names("required")
	for _, part := range parts[:min(len(parts), maxChain)] {
		p := w.read(part, append(slices.Clone(s.seen), "allOf"))
		if !w.spend(leastWork * (len(s.object) + len(properties) + len(required))) {
			break
		}
		s.object = s.over(p.object)
		properties = properties.over(p.object.object("properties"))
		required = append(required, p.names("required")...)
	}
	own := object{}
	if len(properties) > 0 {
		all := encode(properties)
		w.spend(len(all))
		own = append(own, member{"properties", all})
	}
	if len(required) > 0 {
		list, _ := json.Marshal(required) // Strings can always be written.
		own = append(own, member{"required", list})
	}
	s.object = own.over(s.object)
}

// encode writes an object as it was read.
func encode(o object) json.RawMessage {
	out := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			out = append(out, ',')
		}
		name, _ := json.Marshal(m.name)
		out = append(append(append(out, name...), ':'), m.value...)
	}
	return append(out, '}')
}
