package importer

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// MaxDepth bounds how deep the objects and lists of a pasted text may nest.
const MaxDepth = 100

// plainJSON makes JSON (RFC 8259) of what editors take for it: comments, and
// commas before a closing bracket, become blanks, so that every line keeps its
// number. why says what keeps the text from being read; whether the rest is
// JSON is left to the decoder.
func plainJSON(text []byte) (plain []byte, why string) {
	if !utf8.Valid(text) {
		return nil, "It is not UTF-8; save it as UTF-8."
	}
	plain = bytes.Clone(bytes.TrimPrefix(text, []byte("\ufeff")))
	depth, comma := 0, -1 // comma is one that no value has followed yet
	for i := 0; i < len(plain); i++ {
		switch plain[i] {
		case ' ', '\t', '\r', '\n':
			continue
		case ',':
			comma = i
			continue
		case '/':
			if n := commentLength(plain[i:]); n > 0 {
				blank(plain[i : i+n])
				i += n - 1
				continue
			}
		case '"':
			i += stringLength(plain[i:]) - 1
		case '{', '[':
			if depth++; depth > MaxDepth {
				return nil, fmt.Sprintf("It nests more than %d deep; leave out what is inside.", MaxDepth)
			}
		case '}', ']':
			depth--
			if comma >= 0 {
				plain[comma] = ' '
			}
		}
		comma = -1
	}
	return plain, ""
}

// commentLength is that of the comment at the start of b, 0 if there is none.
// One that does not end goes on to the end of the text.
func commentLength(b []byte) int {
	var end int
	switch {
	case bytes.HasPrefix(b, []byte("//")):
		end = bytes.IndexByte(b, '\n')
	case bytes.HasPrefix(b, []byte("/*")):
		if end = bytes.Index(b[2:], []byte("*/")); end >= 0 {
			end += len("/*") + len("*/")
		}
	default:
		return 0
	}
	if end < 0 {
		return len(b)
	}
	return end
}

// stringLength is that of the JSON string at the start of b, quotes and all.
func stringLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// blank writes blanks over all but the line breaks.
func blank(b []byte) {
	for i, c := range b {
		if c != '\n' && c != '\r' {
			b[i] = ' '
		}
	}
}
