package http1

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// appendHeader appends the status line and the header's lines, but for those
// about the framing, which come last, and without the empty line.
func (s *Server) appendHeader(b []byte, status int, h http.Header) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	if text := http.StatusText(status); text != "" {
		b = append(b, text...)
	} else {
		b = append(b, "status code "...)
		b = strconv.AppendInt(b, int64(status), 10)
	}
	b = append(b, "\r\n"...)
	for name, values := range h {
		switch name {
		case "Content-Length", "Transfer-Encoding", "Trailer", "Connection", "Keep-Alive":
			continue
		}
		if !httpfield.IsToken(name) {
			continue
		}
		for _, v := range values {
			b = append(b, name...)
			b = append(b, ": "...)
			b = appendValue(b, v)
			b = append(b, "\r\n"...)
		}
	}
	if _, given := h["Date"]; !given {
		b = append(b, "Date: "...)
		b = append(b, s.date()...)
		b = append(b, "\r\n"...)
	}
	return b
}

// appendValue appends a value on one line: what would end the line is a space.
func appendValue(b []byte, v string) []byte {
	at := len(b)
	b = append(b, v...)
	for i := at; i < len(b); i++ {
		if b[i] == '\r' || b[i] == '\n' || b[i] == 0 {
			b[i] = ' '
		}
	}
	return b
}

// dated is a second as the header Date has it.
type dated struct {
	second int64
	text   string
}

// date is the present second. The last one is kept, to be written once.
func (s *Server) date() string {
	now := time.Now()
	if d := s.dated.Load(); d != nil && d.second == now.Unix() {
		return d.text
	}
	d := &dated{now.Unix(), now.UTC().Format(http.TimeFormat)}
	s.dated.Store(d)
	return d.text
}
