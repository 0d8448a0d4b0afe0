package jsonrpc

import "encoding/json"

// Call is what a message asks for.
type Call struct {
	// Method is the message's method, or "batch" for an array of messages
	// (JSON-RPC 2.0, section 6); empty for a response, and for what is no
	// message. It may be any text.
	Method string
	// Name is params.name of tools/call and prompts/get: what is called. It may
	// be any text.
	Name string
}

// The methods that name what they call.
const (
	toolsCall  = "tools/call"
	promptsGet = "prompts/get"
)

// Peek finds what a JSON-RPC message calls. It reads the message once, from the
// front, and costs no memory but the strings; nesting costs none either.
//
// Where a member comes twice the last one counts, and names are told apart by
// case: so do the MCP SDKs for Go, TypeScript and Python. Of a body that was cut
// off it tells what it found until there, and it does not look for what is wrong
// with JSON that is not valid. So its answer is good for counting; whether a
// caller may do what it asks must not hang on it.
func Peek(body []byte) Call {
	s := scanner{json: body}
	if s.peek() == '[' {
		return Call{Method: "batch"}
	}
	if !s.enter() {
		return Call{}
	}
	var method, name []byte
	for member := s.member(); member != nil; member = s.member() {
		switch {
		case is(member, "method"):
			method = s.text()
		case is(member, "params"):
			name = s.name()
		default:
			s.skip()
		}
	}
	switch m := unquote(method); m {
	case toolsCall, promptsGet:
		return Call{Method: m, Name: unquote(name)}
	default:
		return Call{Method: m}
	}
}

// name is the member "name" of the object that comes next, with its quotes; nil
// if there is none.
func (s *scanner) name() (name []byte) {
	if !s.enter() {
		return nil
	}
	for member := s.member(); member != nil; member = s.member() {
		if is(member, "name") {
			name = s.text()
		} else {
			s.skip()
		}
	}
	return name
}

// unquote is the text of a JSON string, with its quotes; nothing for nil. What
// is not UTF-8 becomes U+FFFD.
func unquote(quoted []byte) string {
	if quoted == nil {
		return ""
	}
	text := quoted[1 : len(quoted)-1]
	switch string(text) { // The most frequent ones cost no copy.
	case toolsCall:
		return toolsCall
	case "tools/list":
		return "tools/list"
	case "initialize":
		return "initialize"
	case "notifications/initialized":
		return "notifications/initialized"
	}
	if plain(text) {
		return string(text)
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return ""
	}
	return s
}

// plain says whether a string stands for itself: ASCII, and no escapes.
func plain(text []byte) bool {
	for _, c := range text {
		if c == '\\' || c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// is says whether a JSON string, with its quotes, is a word of ASCII letters.
func is(quoted []byte, word string) bool {
	text := quoted[1 : len(quoted)-1]
	if len(text) == len(word) {
		return string(text) == word
	}
	for i := range len(word) {
		c, size := letter(text)
		if size == 0 || c != word[i] {
			return false
		}
		text = text[size:]
	}
	return len(text) == 0
}

// letter is the ASCII character that text begins with, escaped as \u00xx or
// not, and its size; 0 if it is none.
func letter(text []byte) (c byte, size int) {
	if len(text) == 0 {
		return 0, 0
	}
	if text[0] != '\\' {
		return text[0], 1
	}
	if len(text) < len(`\u0000`) || string(text[:4]) != `\u00` {
		return 0, 0
	}
	high, low := digit(text[4]), digit(text[5])
	if high > 7 || low > 15 {
		return 0, 0
	}
	return high<<4 | low, len(`\u0000`)
}

// digit is the value of a hexadecimal digit, or 255.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
