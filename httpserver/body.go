package httpserver

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	formType = "application/x-www-form-urlencoded"
	// partsType has the boundary between its parts in its parameters.
	partsType = "multipart/form-data"
)

// readBody reads the body of an operation that takes one, and refuses a type
// that the operation does not take. The generated server would bind the query
// string along with a form, and the first of several values; and it would stop
// reading JSON where the first value ends.
func (s *Server) readBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		op, _ := s.routes.find(chi.RouteContext(r.Context()).RoutePattern(), r.Method)
		if len(op.takes) == 0 {
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
			if !slices.Contains(op.takes, formType) { // JSON of nothing would be none.
				r.Body = io.NopCloser(strings.NewReader("{}"))
			}
			next.ServeHTTP(w, r)
			return
		}
		// Nothing is unpacked: a little of it could become a lot.
		if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
			s.fail(w, r, errEncodedBody)
			return
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || !slices.Contains(op.takes, kind) {
			s.fail(w, r, &mediaTypeError{takes: op.takes})
			return
		}
		if kind == partsType {
			r.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, r)
			return
		}
		// The generated server compares the header as text.
		r.Header.Set("Content-Type", kind)
		if kind == formType {
			if err = readForm(r, string(body), op.lists); err == nil {
				err = refuseJSONHeaders(r.PostForm, op)
			}
		} else {
			err = readJSON(r, body, op.fields)
		}
		if err != nil {
			s.failBody(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// readJSON makes sure that the body is one JSON text (RFC 8259) and no more,
// and names no field but the known ones, which are in order. The decoder would
// put U+FFFD for what is not UTF-8, and drop what it does not know.
func readJSON(r *http.Request, body []byte, known []string) error {
	if !utf8.Valid(body) {
		return errMalformedBody
	}
	if err := refuseUnknown(body, known); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// What is told of fields that nobody knows: how many, and how much of a name
// in bytes. The caller makes both up.
const (
	maxUnknown     = 10
	maxUnknownName = 64
)

// refuseUnknown tells of mistyped fields, which would change nothing without a
// word, and of a body that is not one JSON text. One that is no object is the
// decoder's to refuse.
func refuseUnknown(body []byte, known []string) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(body, &given); err != nil {
		if !json.Valid(body) {
			return errMalformedBody
		}
		return nil
	}
	var wrong []registry.FieldError
	for _, field := range slices.Sorted(maps.Keys(given)) {
		if _, ok := slices.BinarySearch(known, field); ok || len(wrong) == maxUnknown {
			continue
		}
		wrong = append(wrong, registry.FieldError{
			Field:   strings.ToValidUTF8(field[:min(len(field), maxUnknownName)], ""),
			Message: "There is no such field; known are: " + strings.Join(known, ", ") + ".",
		})
	}
	if len(wrong) > 0 {
		return &registry.InvalidError{Fields: wrong}
	}
	return nil
}
