package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

var errNullValue = errors.New("null where a string should be")

// object is a JSON object that is read member by member, so that a wrong one
// is reported by name and what nobody asked for is known at the end. Names are
// matched exactly. A null counts as not there.
type object struct {
	members   map[string]json.RawMessage
	malformed []registry.FieldError
}

// parseObject reads a file's JSON object, or says why it cannot.
func parseObject(data []byte) (o *object, why string) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, "It is not UTF-8; save it as UTF-8."
	}
	o = new(object)
	err := json.Unmarshal(data, &o.members)
	if why := badSyntax(data, err); why != "" {
		return nil, why
	}
	if err != nil || o.members == nil {
		return nil, "It is not a JSON object; it should look like {\"server_name\": …}."
	}
	return o, ""
}

// badSyntax says where data is no JSON, if err is the decoder's word for that.
func badSyntax(data []byte, err error) string {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return ""
	}
	before := data[:max(0, min(int(syntax.Offset)-1, len(data)))]
	line := 1 + bytes.Count(before, []byte("\n"))
	return fmt.Sprintf("It is not valid JSON, at line %d: %s; mend it there.", line, syntax)
}

// take removes a member. It answers nil for one that is null or not there.
func (o *object) take(name string) json.RawMessage {
	raw := o.members[name]
	delete(o.members, name)
	if string(raw) == "null" {
		return nil
	}
	return raw
}

// wrong remembers that a member is not what it should be.
func (o *object) wrong(name, message string) {
	o.malformed = append(o.malformed, registry.FieldError{Field: name, Message: message})
}

// text reads a string.
func (o *object) text(name string) *string {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	s, ok := asText(raw)
	if !ok {
		o.wrong(name, "Make it a string.")
		return nil
	}
	return &s
}

// flag reads a boolean, or a word or number that means one.
func (o *object) flag(name string) *bool {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	on, ok := asFlag(raw)
	if !ok {
		o.wrong(name, "Make it true or false.")
		return nil
	}
	return &on
}

// count reads a whole number, be it written as 3, 3.0 or "3".
func (o *object) count(name string) *int {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	s, ok := asText(raw)
	if !ok {
		s = string(raw)
	}
	if n, ok := registry.ParseCount(s); ok {
		return &n
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) <= registry.MaxCount {
		return new(int(f))
	}
	o.wrong(name, "Make it a whole number.")
	return nil
}

// pairs reads an object of strings.
func (o *object) pairs(name string) map[string]string {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	var given map[string]*string
	pairs := make(map[string]string)
	err := json.Unmarshal(raw, &given)
	for key, value := range given {
		if value == nil {
			err = errNullValue
			break
		}
		pairs[key] = *value
	}
	if err != nil {
		o.wrong(name, "Make it an object of strings.")
		return nil
	}
	return pairs
}

// tags reads a list of strings, or one string with commas.
func (o *object) tags(name string) *[]string {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	if s, ok := asText(raw); ok {
		return new(registry.SplitTags(s))
	}
	var items []*string
	if json.Unmarshal(raw, &items) == nil {
		tags := make([]string, len(items))
		for i, item := range items {
			tags[i] = registry.Text(item)
		}
		return &tags
	}
	o.wrong(name, "Make it a list of strings.")
	return nil
}

// rest lists the names, shortened, of what nobody took; "" if there is none.
func (o *object) rest() string {
	const most = 10
	names := sortedKeys(o.members)
	more := len(names) - most
	names = names[:min(len(names), most)]
	for i, name := range names {
		names[i] = quote(name)
	}
	s := strings.Join(names, ", ")
	if more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

func asText(raw json.RawMessage) (s string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	return s, json.Unmarshal(raw, &s) == nil
}

func asFlag(raw json.RawMessage) (on, ok bool) {
	s, isText := asText(raw)
	if !isText {
		s = string(raw)
	}
	return registry.ParseFlag(s)
}
