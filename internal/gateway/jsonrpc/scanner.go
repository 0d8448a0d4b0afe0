package jsonrpc

import "bytes"

// scanner walks over JSON. It takes for granted that the JSON is valid: of
// other text it makes something, and always comes to an end. At the end of the
// text every method finds nothing.
type scanner struct {
	json []byte
	at   int
}

// peek skips white space and is the byte behind it; 0 at the end.
func (s *scanner) peek() byte {
	for ; s.at < len(s.json); s.at++ {
		if c := s.json[s.at]; c > ' ' {
			return c
		}
	}
	return 0
}

// end gives up the rest of the text.
func (s *scanner) end() { s.at = len(s.json) }

// enter goes into the object that comes next. If another value comes, it
// is skipped.
func (s *scanner) enter() bool {
	if s.peek() != '{' {
		s.skip()
		return false
	}
	s.at++
	return true
}

// member is the name, with its quotes, of the next member of the object that
// was entered; nil when there is no more, and the object is left. The value must
// be taken before the next: by text, skip or enter.
func (s *scanner) member() []byte {
	c := s.peek()
	if c == ',' {
		s.at++
		c = s.peek()
	}
	if c == '}' {
		s.at++
		return nil
	}
	name := s.text()
	if name == nil || s.peek() != ':' {
		s.end()
		return nil
	}
	s.at++
	return name
}

// text is the string that comes next, with its quotes and escapes; nil if a
// value of another kind comes, which is skipped, or a string that was cut off.
func (s *scanner) text() []byte {
	if s.peek() != '"' {
		s.skip()
		return nil
	}
	from := s.at
	s.at += stringLength(s.json[from:])
	if s.at == len(s.json) { // Cut off: nothing can end with a string.
		return nil
	}
	return s.json[from:s.at]
}

// The kinds of bytes outside of strings; all others mean nothing to skip.
const (
	meaningless = iota
	quotes
	opens
	closes
	separates
)

var kinds = [256]uint8{'"': quotes, '{': opens, '[': opens, '}': closes, ']': closes, ',': separates}

// skip passes over the value that comes next. Behind a number, true, false or
// null it stops at what separates it from the next, or ends what is around it.
func (s *scanner) skip() {
	depth := 0
	for i := s.at; i < len(s.json); i++ {
		switch kinds[s.json[i]] {
		case meaningless:
			continue
		case quotes:
			i += stringLength(s.json[i:]) - 1
		case opens:
			depth++
			continue
		case closes:
			if depth == 0 {
				s.at = i
				return
			}
			depth--
		case separates:
			if depth == 0 {
				s.at = i
				return
			}
			continue
		}
		if depth == 0 {
			s.at = i + 1
			return
		}
	}
	s.end()
}

// shortString is how far it is cheaper to look at each byte of a string than to
// search for its end.
const shortString = 24

// stringLength is the length of the string that b begins with, quotes
// included, or all of b if the string was cut off.
func stringLength(b []byte) int {
	i := 1
	for short := b[:min(len(b), shortString)]; i < len(short); i++ {
		switch short[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	for from := i; i < len(b); {
		quote := bytes.IndexByte(b[i:], '"')
		if quote < 0 {
			break
		}
		i += quote + 1
		// An odd number of backslashes before it makes the quote a part of the
		// string.
		escapes := 0
		for i-2-escapes >= from && b[i-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return len(b)
}
