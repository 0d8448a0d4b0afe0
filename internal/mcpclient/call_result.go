package mcpclient

import (
	"encoding/json"
	"errors"
	"fmt"
)

// maxSaid bounds what is kept of the message of an RPCError, in bytes.
const maxSaid = 2048

// CallResult is what a tool returned. All of it is hostile.
type CallResult struct {
	// Content has the content blocks as they came, each a JSON value.
	Content []json.RawMessage
	// Structured is the structured content, a JSON value; nil if there is none.
	Structured json.RawMessage
	// IsError is set when the tool ran and failed; Content says why.
	IsError bool
	// Raw is the whole result, a JSON object.
	Raw json.RawMessage
}

// ErrInputRequired says that a tool of a stateless server asks something
// before it goes on. This client has nobody to ask.
var ErrInputRequired = errors.New("the tool asks for input before it goes on (input_required), which this client cannot give; call it from a client that supports elicitation, sampling or roots")

// RPCError is a server's refusal in the words of JSON-RPC 2.0, section 5.1.
type RPCError struct {
	Code int64
	// Message is one line, cleaned, of at most 2,048 bytes; the server's words.
	Message string
}

func (e *RPCError) Error() string {
	return fmt.Sprintf("the server refused: %s (code %d)", e.Message, e.Code)
}

// parseResult reads the result of tools/call.
func parseResult(raw json.RawMessage) (CallResult, error) {
	var w struct {
		ResultType string            `json:"resultType"`
		Content    []json.RawMessage `json:"content"`
		Structured json.RawMessage   `json:"structuredContent"`
		IsError    bool              `json:"isError"`
	}
	if json.Unmarshal(raw, &w) != nil {
		return CallResult{}, protocolError(callMethod, "answer is no result of a tool", "")
	}
	switch w.ResultType {
	case "", "complete":
	case "input_required":
		return CallResult{}, ErrInputRequired
	default:
		return CallResult{}, protocolError(callMethod, "unknown kind of result "+line(w.ResultType, maxVersionBytes), "")
	}
	if string(w.Structured) == "null" {
		w.Structured = nil
	}
	return CallResult{Content: w.Content, Structured: w.Structured, IsError: w.IsError, Raw: raw}, nil
}
