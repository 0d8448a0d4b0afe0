package httpserver

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// What the generated server cannot decode, in sentences of ours: its own name
// the types of this program.

// failBody is the generated server's hook for bodies that cannot be decoded.
func (s *Server) failBody(w http.ResponseWriter, r *http.Request, err error) {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			s.fail(w, r, errNoObject)
			return
		}
		s.fail(w, r, registry.Invalid(wrong.Field, "Give %s.", wanted(wrong)))
		return
	}
	_, known := failureOf(err)
	switch {
	case known:
	case errors.Is(err, io.ErrUnexpectedEOF), r.Context().Err() != nil:
		// The body broke off, and so did the connection.
		err = errCallerGone
	default:
		err = errMalformedBody
	}
	s.fail(w, r, err)
}

// wanted names the type that a JSON field should have had.
func wanted(e *json.UnmarshalTypeError) string {
	name := e.Type.String()
	switch {
	case strings.Contains(name, "bool"):
		return "true or false"
	case strings.Contains(name, "int"):
		return "a whole number"
	case strings.HasPrefix(name, "map["), e.Field == "upstream_headers":
		return "an object of strings"
	case strings.Contains(name, "TagList"):
		return "a list of strings, or one string with commas"
	case e.Type.Kind() == reflect.Slice && e.Type.Elem().Kind() == reflect.Struct:
		return "a list of objects"
	case e.Type.Kind() == reflect.Slice:
		return "a list of strings"
	case e.Type.Kind() == reflect.Struct:
		return "an object"
	}
	return "a string"
}

// failParameter is the generated server's hook for parameters that cannot be
// read.
func (s *Server) failParameter(w http.ResponseWriter, r *http.Request, err error) {
	field := "query"
	if e, ok := errors.AsType[*gen.InvalidParamFormatError](err); ok {
		field = e.ParamName
	} else if e, ok := errors.AsType[*gen.TooManyValuesForParamError](err); ok {
		field = e.ParamName
	}
	advice := "Give a value that the documentation allows."
	if len(r.URL.Query()[field]) > 1 || len(r.Header.Values(field)) > 1 {
		advice = "Give it once."
	} else if _, ok := errors.AsType[*strconv.NumError](err); ok {
		advice = "Give a whole number."
	}
	s.fail(w, r, registry.Invalid(field, "%s", advice))
}
