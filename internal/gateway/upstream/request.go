package upstream

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// errInvalidHeader says that a header would not be one, or more than one.
var errInvalidHeader = errors.New("a header of the request is not valid")

// Request is what is sent to an upstream.
type Request struct {
	Method string
	// URL is where it goes; its host is the request's.
	URL *url.URL
	// Fields have no say in the framing. Their names are in canonical form.
	Fields []httpfield.Field
	// Content may be empty.
	Content []byte
	// Again says that no harm is done if the upstream sees the request twice.
	Again bool
	// Lasting says that the response may be a stream that is open for hours.
	Lasting bool
}

// append appends r as it goes on the wire (RFC 9112, section 3).
func (r *Request) append(b []byte) ([]byte, error) {
	b = append(b, r.Method...)
	b = append(b, ' ')
	b = append(b, r.URL.RequestURI()...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, r.URL.Host...)
	for i := range r.Fields {
		f := &r.Fields[i]
		if framing(f.Name) {
			continue
		}
		if !httpfield.IsToken(f.Name) || !httpfield.IsText(f.Value) {
			return b, errInvalidHeader
		}
		b = append(b, "\r\n"...)
		b = append(b, f.Name...)
		b = append(b, ": "...)
		b = append(b, f.Value...)
	}
	if len(r.Content) > 0 || takesContent(r.Method) {
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(r.Content)), 10)
	}
	b = append(b, "\r\n\r\n"...)
	return append(b, r.Content...), nil
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
