package schema

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Bounds of what is read of one schema.
const (
	maxBytes   = 256 << 10
	maxMembers = 2000 // of one object; more are not looked at
	maxChain   = 16   // references to references
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
	raw := o.get(name)
	if len(raw) == 0 || raw[0] != '"' {
		return ""
	}
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// object is a member that is an object, or nil.
func (o object) object(name string) object {
	raw := o.get(name)
	if raw == nil {
		return nil
	}
	inner, _ := parse(raw)
	return inner
}

// list is a member that is an array, or nil.
func (o object) list(name string) []json.RawMessage {
	raw := o.get(name)
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	var items []json.RawMessage
	_ = json.Unmarshal(raw, &items)
	return items
}

// names is a member that is an array of strings, or a single string.
func (o object) names(name string) []string {
	raw := o.get(name)
	if s := o.text(name); s != "" {
		return []string{s}
	}
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	var all []string
	_ = json.Unmarshal(raw, &all)
	return all
}

// yes says whether a member is true.
func (o object) yes(name string) bool { return string(o.get(name)) == "true" }

// over lays o over another object: what both have is o's.
func (o object) over(under object) object {
	own := make(map[string]bool, len(o))
	for _, m := range o {
		own[m.name] = true
	}
	out := append(object{}, o...)
	for _, m := range under {
		if !own[m.name] {
			out = append(out, m)
		}
	}
	return out
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
