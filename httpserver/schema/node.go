package schema

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Bounds of what is read of one schema.
const (
	maxBytes    = 256 << 10
	maxMembers  = 2000    // of one object; more are not looked at
	maxFollowed = 8 << 20 // bytes that references lead to, in all
	maxChain    = 16      // references to references
)

// member is one member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// object is a JSON object in the order in which it was written, which is the
// order that its author meant people to read it in.
type object []member

// parse reads an object; false for any other JSON value and for what is none.
// Of members with the same name the last one counts, in the place of the first.
func parse(raw json.RawMessage) (object, bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	var o object
	at := map[string]int{}
	for d.More() && len(o) < maxMembers {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		m := member{}
		m.name, _ = name.(string)
		if d.Decode(&m.value) != nil {
			return nil, false
		}
		if i, twice := at[m.name]; twice {
			o[i] = m
			continue
		}
		at[m.name] = len(o)
		o = append(o, m)
	}
	return o, true
}

func (o object) get(name string) json.RawMessage {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

func (o object) has(name string) bool { return o.get(name) != nil }

// text is a member that is a string, or "".
func (o object) text(name string) string {
	var s string
	_ = json.Unmarshal(o.get(name), &s)
	return s
}

// object is a member that is an object, or nil.
func (o object) object(name string) object {
	inner, _ := parse(o.get(name))
	return inner
}

// list is a member that is an array, or nil.
func (o object) list(name string) []json.RawMessage {
	var items []json.RawMessage
	_ = json.Unmarshal(o.get(name), &items)
	return items
}

// names is a member that is an array of strings, or a single string.
func (o object) names(name string) []string {
	var all []string
	if s := o.text(name); s != "" {
		return []string{s}
	}
	_ = json.Unmarshal(o.get(name), &all)
	return all
}

// yes says whether a member is true.
func (o object) yes(name string) bool { return string(o.get(name)) == "true" }

// over lays o over another object: what both have is o's.
func (o object) over(under object) object {
	out := append(object{}, o...)
	for _, m := range under {
		if !o.has(m.name) {
			out = append(out, m)
		}
	}
	return out
}

// pointed finds what a reference within the document names: # or a JSON pointer
// (RFC 6901) after it, or an anchor of $defs. No other document is looked at.
func pointed(root json.RawMessage, ref string) (json.RawMessage, bool) {
	pointer, local := strings.CutPrefix(ref, "#")
	if !local || len(ref) > 1024 {
		return nil, false
	}
	if pointer != "" && !strings.HasPrefix(pointer, "/") {
		return anchored(root, pointer)
	}
	at := root
	unescape := strings.NewReplacer("~1", "/", "~0", "~", "%25", "%", "%20", " ")
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		o, ok := parse(at)
		if !ok {
			return nil, false
		}
		if at = o.get(unescape.Replace(step)); at == nil {
			return nil, false
		}
	}
	return at, true
}

func anchored(root json.RawMessage, name string) (json.RawMessage, bool) {
	o, _ := parse(root)
	for _, m := range o.object("$defs") {
		if def, ok := parse(m.value); ok && def.text("$anchor") == name {
			return m.value, true
		}
	}
	return nil, false
}

// cut keeps at most n bytes of a text, and whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[:n]
	for s != "" && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
		r, size := utf8.DecodeLastRuneInString(s)
		if r != utf8.RuneError || size > 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s + "…"
}
