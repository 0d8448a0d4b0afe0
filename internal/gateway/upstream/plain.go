package upstream

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// plain reads the header of a response that is not to be misunderstood: whole,
// final, of a known length or in chunks, and plain in each line. Otherwise nothing
// is read, and net/http has its say.
func (c *conn) plain(method string, into *httpfield.Set) (*http.Response, bool) {
	if method == http.MethodHead {
		return nil, false
	}
	there, _ := c.in.Peek(c.in.Buffered())
	end := bytes.Index(there, emptyLine)
	at := bytes.IndexByte(there, '\n') + 1
	if end < at {
		return nil, false
	}
	status, ok := plainStatus(there[:at])
	if !ok {
		return nil, false
	}
	fields, ok := c.memory.Read(there[at : end+2])
	if !ok {
		return nil, false
	}
	into.Reset()
	length, chunked := int64(-1), false
	for i := range fields {
		f := &fields[i]
		switch f.Name {
		case "Content-Length":
			if length >= 0 {
				return nil, false
			}
			if length, ok = plainLength(f.Value); !ok {
				return nil, false
			}
		case "Connection":
			if !strings.EqualFold(f.Value, "keep-alive") {
				return nil, false
			}
		case "Transfer-Encoding":
			if chunked || !strings.EqualFold(f.Value, "chunked") {
				return nil, false
			}
			chunked = true
			continue
		case "Trailer",
			"Pragma": // net/http may make another field of it.
			return nil, false
		}
		into.Add(f.Name, f.Value)
	}
	if chunked == (length >= 0) {
		return nil, false
	}
	_, _ = c.in.Discard(end + len(emptyLine))
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: into.Header, ContentLength: length,
	}, true
}

// plainStatus reads a status line (RFC 9112, section 4) of a response that may
// have content.
func plainStatus(line []byte) (status int, ok bool) {
	const version, end = "HTTP/1.1 ", "\r\n"
	code, found := bytes.CutPrefix(line, []byte(version))
	reason, ended := bytes.CutSuffix(code, []byte(end))
	if !found || !ended || len(reason) < 3 || len(reason) > 3 && reason[3] != ' ' {
		return 0, false
	}
	for i, c := range reason {
		switch {
		case i < 3 && '0' <= c && c <= '9':
			status = 10*status + int(c-'0')
		case i < 3, c < ' ', c > '~':
			return 0, false
		}
	}
	return status, status >= http.StatusOK && status != http.StatusNoContent && status != http.StatusNotModified
}

// plainLength reads a length of up to 15 digits.
func plainLength(s string) (length int64, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		length = 10*length + int64(s[i]-'0')
	}
	return length, 0 < len(s) && len(s) <= 15
}
