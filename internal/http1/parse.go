package http1

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

const (
	// MaxHeader bounds the header of a request that is served here, request
	// line included, in bytes.
	MaxHeader = 4 << 10
	// MaxContent bounds its content, in bytes.
	MaxContent = 32 << 10
)

// parser reads the headers of a connection's requests, one after the other. Its
// memory serves all of them.
type parser struct {
	// line is the request line that came last, and known what it says.
	line  string
	known struct {
		method, target string
		url            url.URL
	}
	url    url.URL // The request's own, to be changed at will.
	memory httpfield.Memory
	fields httpfield.Set
}

// parse reads a header, which ends with an empty line, into r, or says that it
// is anything but plain. It knows no errors: what is wrong is net/http's to say.
// What r has of the parser is good until the next header.
func (p *parser) parse(r *http.Request, header []byte) bool {
	end := bytes.IndexByte(header, '\r')
	if header[end+1] != '\n' {
		return false
	}
	if p.line == "" || p.line != string(header[:end]) {
		p.line = ""
		if !p.parseLine(string(header[:end])) {
			return false
		}
	}
	p.url = p.known.url
	r.Method, r.URL, r.RequestURI = p.known.method, &p.url, p.known.target
	r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
	r.Body = http.NoBody
	if !p.parseFields(r, header[end+2:len(header)-2]) {
		return false
	}
	return r.Host != "" && (r.ContentLength == 0 || r.Method == http.MethodPost)
}

// parseLine reads a request line.
func (p *parser) parseLine(line string) bool {
	method, rest, _ := strings.Cut(line, " ")
	target, version, _ := strings.Cut(rest, " ")
	if method != http.MethodPost && method != http.MethodGet && method != http.MethodDelete || version != "HTTP/1.1" {
		return false
	}
	if !isPlainTarget(target) {
		return false
	}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return false
	}
	p.known.method, p.known.target, p.known.url, p.line = method, target, *u, line
	return true
}

// parseFields reads the lines of a header.
func (p *parser) parseFields(r *http.Request, lines []byte) bool {
	fields, plain := p.memory.Read(lines)
	if !plain {
		return false
	}
	p.fields.Reset()
	r.Header = p.fields.Header
	for i := range fields {
		f := &fields[i]
		switch f.Name {
		case "Host":
			if r.Host != "" || !isPlainHost(f.Value) {
				return false
			}
			r.Host = f.Value
			continue
		case "Content-Length":
			length, ok := parseLength(f.Value)
			if !ok || r.Header[f.Name] != nil {
				return false
			}
			r.ContentLength = length
		case "Connection":
			if !strings.EqualFold(f.Value, "keep-alive") {
				return false
			}
		case "Transfer-Encoding", "Trailer", "Te", "Expect", "Upgrade", "Http2-Settings", "Proxy-Connection",
			"Pragma": // net/http may make another field of it.
			return false
		}
		p.fields.Add(f.Name, f.Value)
	}
	return true
}

// parseLength reads a length of at most [MaxContent].
func parseLength(s string) (length int64, ok bool) {
	if s == "" || len(s) > 5 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		length = 10*length + int64(s[i]-'0')
	}
	return length, length <= MaxContent
}

// isPlainTarget says whether s is an absolute path, and perhaps a query, of
// characters that mean nothing else anywhere (RFC 3986, section 2).
func isPlainTarget(s string) bool {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case isAlphanumeric(c), strings.IndexByte("/?-._~!$&'()*+,;=:@", c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
		default:
			return false
		}
	}
	return true
}

// isPlainHost says whether s is a name or an address, with or without a port.
func isPlainHost(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && strings.IndexByte(".-:[]_", c) < 0 {
			return false
		}
	}
	return s != ""
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
