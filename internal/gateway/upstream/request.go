package upstream

import (
	"errors"
	"net/http"
	"strconv"
)

// errInvalidHeader says that a header would not be one, or more than one.
var errInvalidHeader = errors.New("a header of the request is not valid")

// appendRequest appends r, with body as its content, as it goes on the wire
// (RFC 9112, section 3). The framing is ours: no header of r has a say in it. A
// header with no values is not sent.
func appendRequest(b []byte, r *http.Request, body []byte) ([]byte, error) {
	b = append(b, r.Method...)
	b = append(b, ' ')
	b = append(b, r.URL.RequestURI()...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, r.Host...)
	for name, values := range r.Header {
		if framing(name) {
			continue
		}
		if !isToken(name) {
			return b, errInvalidHeader
		}
		for _, v := range values {
			if !isText(v) {
				return b, errInvalidHeader
			}
			b = append(b, "\r\n"...)
			b = append(b, name...)
			b = append(b, ": "...)
			b = append(b, v...)
		}
	}
	if len(body) > 0 || takesContent(r.Method) {
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(body)), 10)
	}
	b = append(b, "\r\n\r\n"...)
	return append(b, body...), nil
}

// takesContent says whether servers expect content with a method, so that they
// must be told that there is none (RFC 9110, section 8.6).
func takesContent(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// framing says whether a header, in canonical form, would be about the message
// or the connection.
func framing(name string) bool {
	switch name {
	case "Host", "Content-Length", "Transfer-Encoding", "Trailer", "Connection", "Keep-Alive", "Te", "Upgrade", "Expect":
		return true
	}
	return false
}

// isToken follows RFC 9110, section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		case c == '!', c == '#', c == '$', c == '%', c == '&', c == '\'', c == '*', c == '+', c == '.', c == '^', c == '`', c == '|', c == '~':
		default:
			return false
		}
	}
	return s != ""
}

// isText says whether a value has no control characters but tabs (RFC 9110,
// section 5.5).
func isText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
