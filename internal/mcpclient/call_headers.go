package mcpclient

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

const (
	// maxMirrored bounds the arguments that are repeated in headers.
	maxMirrored = 64
	// maxSchemaDepth bounds how deep in a schema they are looked for.
	maxSchemaDepth = 16
)

// mirror has the headers with which a request of revision 2026-07-28 repeats
// its body: Mcp-Name, and Mcp-Param-* for each argument whose schema asks for
// it with x-mcp-header (SEP-2243).
func (call ToolCall) mirror() http.Header {
	h := http.Header{headerName: {call.Tool}}
	var schema schemaNode
	// What cannot be read of a schema asks for nothing.
	_ = json.Unmarshal(call.InputSchema, &schema)
	schema.mirror(h, call.Arguments, 0)
	return h
}

// schemaNode is what matters here of a JSON Schema.
type schemaNode struct {
	Header     string                `json:"x-mcp-header"`
	Properties map[string]schemaNode `json:"properties"`
}

func (n schemaNode) mirror(h http.Header, object json.RawMessage, depth int) {
	var members map[string]json.RawMessage
	if depth > maxSchemaDepth || json.Unmarshal(object, &members) != nil {
		return
	}
	for name, property := range n.Properties {
		value, ok := members[name]
		if !ok {
			continue
		}
		text, ok := headerText(value)
		if property.Header != "" && isFieldName(property.Header) && ok && len(h) <= maxMirrored {
			h.Set(headerParam+property.Header, text)
		}
		property.mirror(h, value, depth+1)
	}
}

// headerText writes a string, a boolean or an integer as a header's value;
// false for anything else. What a header cannot carry is base64, marked so.
func headerText(value json.RawMessage) (string, bool) {
	var s string
	if json.Unmarshal(value, &s) == nil && string(value) != "null" {
		if plainText(s) {
			return s, true
		}
		return "=?base64?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=", true
	}
	text := string(value)
	isInteger := strings.Trim(text, "-0123456789") == "" && text != ""
	return text, isInteger || text == "true" || text == "false"
}

// plainText says whether a header can carry s as it is.
func plainText(s string) bool {
	if strings.TrimSpace(s) != s || strings.HasPrefix(s, "=?base64?") && strings.HasSuffix(s, "?=") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// isFieldName says whether s may be part of a header's name (RFC 9110, section
// 5.6.2).
func isFieldName(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		isAlnum := '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
		return !isAlnum && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}
