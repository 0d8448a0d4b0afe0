package http1

import (
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

const (
	// MaxHeader bounds the header of a request that is served here, request
	// line included, in bytes.
	MaxHeader = 4 << 10
	// MaxContent bounds its content, in bytes.
	MaxContent = 32 << 10
	// maxFields bounds the lines of its header.
	maxFields = 64
)

// parse reads a header, which ends with an empty line, into r, or says that it
// is anything but plain. It knows no errors: what is wrong is net/http's to say.
func parse(r *http.Request, header []byte) bool {
	text := string(header)
	line, rest, _ := strings.Cut(text, "\r\n")
	method, line, _ := strings.Cut(line, " ")
	target, version, _ := strings.Cut(line, " ")
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
	r.Method, r.URL, r.RequestURI = method, u, target
	r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
	r.Body = http.NoBody
	if !parseFields(r, rest) {
		return false
	}
	return r.Host != "" && (r.ContentLength == 0 || method == http.MethodPost)
}

// parseFields reads the lines of a header.
func parseFields(r *http.Request, lines string) bool {
	n := strings.Count(lines, "\r\n") - 1
	if n > maxFields {
		return false
	}
	r.Header = make(http.Header, n)
	values := make([]string, n)
	for i := range n {
		line, rest, _ := strings.Cut(lines, "\r\n")
		lines = rest
		name, value, found := strings.Cut(line, ":")
		if !found || !isPlainName(name) {
			return false
		}
		value = strings.Trim(value, " \t")
		if !isPlainValue(value) {
			return false
		}
		name = textproto.CanonicalMIMEHeaderKey(name)
		switch name {
		case "Host":
			if r.Host != "" || !isPlainHost(value) {
				return false
			}
			r.Host = value
			continue
		case "Content-Length":
			length, ok := parseLength(value)
			if !ok || r.Header[name] != nil {
				return false
			}
			r.ContentLength = length
		case "Connection":
			if !strings.EqualFold(value, "keep-alive") {
				return false
			}
		case "Transfer-Encoding", "Trailer", "Te", "Expect", "Upgrade", "Http2-Settings", "Proxy-Connection",
			"Pragma": // net/http may make another field of it.
			return false
		}
		if earlier := r.Header[name]; earlier != nil {
			r.Header[name] = append(earlier, value)
			continue
		}
		values[i] = value
		r.Header[name] = values[i : i+1 : i+1]
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

// isPlainName says whether s is a header's name of letters, digits and dashes.
func isPlainName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '-' {
			return false
		}
	}
	return s != ""
}

// isPlainValue says whether s is printable ASCII, with or without tabs.
func isPlainValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && c != '\t' {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
