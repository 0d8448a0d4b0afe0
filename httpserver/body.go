package httpserver

import (
	"mime"
	"net/http"
	"net/url"
	"slices"

	"github.com/go-chi/chi/v5"
)

const formType = "application/x-www-form-urlencoded"

// readBody refuses a body of a type that the operation does not take, and
// reads a form so that only the body counts, and the last of several values.
// The generated server would look at the query string too, and bind the first.
func (s *Server) readBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		takes := s.routes.bodies(chi.RouteContext(r.Context()).RoutePattern(), r.Method)
		if len(takes) == 0 || r.ContentLength == 0 {
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
			if err := readForm(r); err != nil {
				s.failBody(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func readForm(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	form := make(url.Values, len(r.PostForm))
	for field, values := range r.PostForm {
		form[field] = values[len(values)-1:]
	}
	r.Form, r.PostForm = form, form
	return nil
}
