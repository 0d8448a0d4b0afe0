package httpserver

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
)

const formType = "application/x-www-form-urlencoded"

// readBody reads the body of an operation that takes one, and refuses a type
// that the operation does not take. The generated server would bind the query
// string along with a form, and the first of several values; and it would stop
// reading JSON where the first value ends.
func (s *Server) readBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		takes := s.routes.bodies(chi.RouteContext(r.Context()).RoutePattern(), r.Method)
		if len(takes) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			s.failBody(w, r, err)
			return
		}
		if len(body) == 0 {
			// Nothing was sent, of whatever type: no field is given.
			r.Header.Del("Content-Type")
			r.Form, r.PostForm = url.Values{}, url.Values{}
			next.ServeHTTP(w, r)
			return
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || !slices.Contains(takes, kind) {
			s.fail(w, r, &mediaTypeError{takes: takes})
			return
		}
		// The generated server compares the header as text.
		r.Header.Set("Content-Type", kind)
		if kind == formType {
			err = readForm(r, string(body))
		} else {
			err = readJSON(r, body)
		}
		if err != nil {
			s.failBody(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// readJSON makes sure that the body is one JSON text (RFC 8259) and no more.
// The decoder would put U+FFFD for what is not UTF-8.
func readJSON(r *http.Request, body []byte) error {
	if !utf8.Valid(body) || !json.Valid(body) {
		return errMalformedBody
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}
