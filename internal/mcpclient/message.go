package mcpclient

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// message is a JSON-RPC 2.0 message: a request, a notification or a response.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
}

// rpcError is the error of a response.
type rpcError struct {
	Code    int64           `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// Error codes of JSON-RPC 2.0 and of MCP revision 2026-07-28.
const (
	codeMethodNotFound     = -32601
	codeUnsupportedVersion = -32022
)

// parseMessage reads one message. Bytes that are no UTF-8 are replaced before,
// so that nothing kept from the message can carry them on.
func parseMessage(data []byte) (message, bool) {
	if !utf8.Valid(data) {
		data = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	var m message
	if err := json.Unmarshal(data, &m); err != nil || m.Version != "2.0" {
		return message{}, false
	}
	if bytes.Equal(m.ID, []byte("null")) {
		m.ID = nil
	}
	return m, m.isResponse() || m.Method != ""
}

func (m message) isResponse() bool {
	return m.Method == "" && (m.Result != nil || m.Error != nil)
}

func (m message) isRequest() bool { return m.Method != "" && m.ID != nil }

// answers says whether m is the response to the request id. An error counts
// whatever id it carries: servers that refuse a request before they read it
// send null, or a made-up one.
func (m message) answers(id int64) bool {
	return m.Error != nil || bytes.Equal(m.ID, strconv.AppendInt(nil, id, 10))
}

// reply is what we say to a server's own request: we know ping, and offer no
// sampling, roots or elicitation.
func (m message) reply() message {
	r := message{Version: "2.0", ID: m.ID}
	if m.Method == "ping" {
		r.Result = json.RawMessage("{}")
		return r
	}
	r.Error = &rpcError{Code: codeMethodNotFound, Message: "the client supports no such method"}
	return r
}

// cancelled takes back our request of an id.
func cancelled(id int64) message {
	params := strconv.AppendInt([]byte(`{"reason":"the caller gave up","requestId":`), id, 10)
	return message{Version: "2.0", Method: "notifications/cancelled", Params: append(params, '}')}
}

// encode never fails: a message that we send holds nothing that JSON cannot.
func (m message) encode() []byte {
	data, err := json.Marshal(m)
	if err != nil {
		return nil
	}
	return data
}
