package httpfield

import (
	"bytes"
	"net/textproto"
	"strings"
)

// MaxFields bounds the fields of a header that is read here.
const MaxFields = 64

// Field is one line of a header.
type Field struct {
	// Name is in canonical form, as [http.Header] has it, and Value without the
	// space around it.
	Name, Value string

	line string // As it came.
}

// Memory remembers the header that came last. Its zero value is ready for use,
// by one goroutine at a time.
type Memory struct{ known []Field }

// Read reads the lines of a header, each of which ends with CR LF, and says
// whether all of them are plain. The fields are good until the next header.
func (m *Memory) Read(header []byte) ([]Field, bool) {
	n := 0
	for ; len(header) > 0; n++ {
		end := bytes.IndexByte(header, '\r')
		if end < 0 || end+1 == len(header) || header[end+1] != '\n' || n == MaxFields {
			return nil, false
		}
		line := header[:end]
		header = header[end+2:]
		switch {
		case n == len(m.known):
			m.known = append(m.known, Field{})
		case m.known[n].line == string(line): // It is never empty.
			continue
		}
		if f, ok := read(string(line)); ok {
			m.known[n] = f
			continue
		}
		m.known = m.known[:n]
		return nil, false
	}
	return m.known[:n], true
}

// read reads a line.
func read(line string) (Field, bool) {
	name, value, found := strings.Cut(line, ":")
	if !found || !isPlainName(name) {
		return Field{}, false
	}
	value = strings.Trim(value, " \t")
	if !isPlainValue(value) {
		return Field{}, false
	}
	return Field{textproto.CanonicalMIMEHeaderKey(name), value, line}, true
}

// isPlainName says whether s is a field's name of letters, digits and dashes.
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
