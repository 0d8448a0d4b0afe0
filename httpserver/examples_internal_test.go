package httpserver

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// TestExamplesOfProblems: the document shows the problems that the server
// gives, word for word.
func TestExamplesOfProblems(t *testing.T) {
	spec, err := gen.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	for name, cause := range map[string]error{
		"BadPath": registry.Invalid("path", "Remove the empty segment (//)."),
		"BadFields": &registry.InvalidError{Fields: []registry.FieldError{
			{Field: "proxy_pass_url", Message: "Begin the URL with http:// or https://."},
			{Field: "num_stars", Message: "Give 0 or more."},
		}},
		"SignInFirst":         errNotSignedIn,
		"BadToken":            auth.ErrBadToken,
		"NoSuchToken":         auth.ErrNoToken,
		"ForeignHost":         errForeignHost,
		"NoSuchService":       registry.ErrNotFound,
		"PathTaken":           registry.ErrConflict,
		"BodyTooLarge":        &http.MaxBytesError{Limit: maxBody},
		"WrongType":           &mediaTypeError{takes: []string{"application/json", formType}},
		"TooManyLogins":       &auth.ThrottledError{RetryAfter: 30 * time.Second},
		"DatabaseDown":        errNotReady,
		"TooManyExaminations": errExaminersBusy,
		"WrongMethod":         &methodError{allowed: []string{"GET", "HEAD", "POST"}},
		"InternalError":       errors.New("anything"),
	} {
		example := spec.Components.Examples[name]
		if example == nil {
			t.Errorf("the document has no example %s", name)
			continue
		}
		text, err := json.Marshal(example.Value.Value)
		if err != nil {
			t.Fatal(err)
		}
		var shown gen.Problem
		if err := json.Unmarshal(text, &shown); err != nil {
			t.Fatal(err)
		}
		f, _ := failureOf(cause)
		var fields []gen.FieldProblem
		for _, field := range f.fields {
			fields = append(fields, gen.FieldProblem{Field: field.Field, Message: field.Message})
		}
		if shown.Status != f.status || shown.Title != f.title || shown.Detail != f.detail || !slices.Equal(shown.Errors, fields) {
			t.Errorf("%s shows %+v, the server gives %+v", name, shown, f)
		}
		if shown.Error != nil && *shown.Error != f.detail {
			t.Errorf("%s shows the error %q, the server gives %q", name, *shown.Error, f.detail)
		}
	}
}
