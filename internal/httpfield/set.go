package httpfield

import "net/http"

// Set is memory for the header of one message after the other. Its zero value is
// ready for use, by one goroutine at a time.
type Set struct {
	// Header has the fields. It may be changed.
	Header http.Header

	values []string
}

// Reset empties the set. Nobody may hold on to the header, or to a list of
// values in it; the strings are anybody's.
func (s *Set) Reset() {
	if s.Header == nil {
		s.Header = make(http.Header)
	}
	clear(s.Header)
	s.values = s.values[:0]
}

// Add adds a field; its name is in canonical form.
func (s *Set) Add(name, value string) {
	if earlier := s.Header[name]; earlier != nil {
		s.Header[name] = append(earlier, value)
		return
	}
	s.Put(name, value)
}

// Put puts a field in the place of all of its name, which is in canonical form.
func (s *Set) Put(name, value string) {
	s.values = append(s.values, value)
	at := len(s.values)
	s.Header[name] = s.values[at-1 : at : at]
}
