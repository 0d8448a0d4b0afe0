package jsonrpc

import (
	"bytes"
	"iter"
)

// scanner walks over JSON. It takes for granted that the JSON is valid: of
// other text it makes something, and always comes to an end. At the end of the
// text every method finds nothing.
type scanner struct{ rest []byte }

// peek skips white space and is the byte behind it; 0 at the end.
func (s *scanner) peek() byte {
	for i, c := range s.rest {
		if c > ' ' {
			s.rest = s.rest[i:]
			return c
		}
	}
	s.rest = nil
	return 0
}

// members walks over the members of the object that comes next. At each the
// body of the loop must take the value, by text, skip or members. What is no
// object is skipped.
func (s *scanner) members() iter.Seq[[]byte] {
	return func(yield func(key []byte) bool) {
		if s.peek() != '{' {
			s.skip()
			return
		}
		s.rest = s.rest[1:]
		for {
			c := s.peek()
			if c == ',' {
				s.rest = s.rest[1:]
				c = s.peek()
			}
			if c == '}' {
				s.rest = s.rest[1:]
				return
			}
			key := s.text()
			if key == nil || s.peek() != ':' {
				s.rest = nil
				return
			}
			s.rest = s.rest[1:]
			if !yield(key) {
				return
			}
		}
	}
}

// text is the string that comes next, with its quotes and escapes; nil if a
// value of another kind comes, which is skipped, or a string that was cut off.
func (s *scanner) text() []byte {
	if s.peek() != '"' {
		s.skip()
		return nil
	}
	n := stringLength(s.rest)
	text := s.rest[:n]
	s.rest = s.rest[n:]
	if len(text) < 2 || len(s.rest) == 0 { // Cut off: nothing can end with a string.
		return nil
	}
	return text
}

// stringLength is the length of the string that b begins with, quotes
// included, or all of b if the string was cut off.
func stringLength(b []byte) int {
	for i := 1; ; {
		quote := bytes.IndexByte(b[i:], '"')
		if quote < 0 {
			return len(b)
		}
		i += quote + 1
		// An odd number of backslashes before it makes the quote a part of the
		// string.
		escapes := 0
		for b[i-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}

// skip passes over the value that comes next.
func (s *scanner) skip() {
	depth := 0
	for i := 0; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '"':
			i += stringLength(s.rest[i:]) - 1
			if depth == 0 {
				s.rest = s.rest[i+1:]
				return
			}
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				s.rest = s.rest[i+1:]
				return
			}
			if depth < 0 { // The end of what is around a number, true or null.
				s.rest = s.rest[i:]
				return
			}
		case ',':
			if depth == 0 {
				s.rest = s.rest[i:]
				return
			}
		}
	}
	s.rest = nil
}
