package httpserver_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver"
)

// document is the OpenAPI document, read once.
var document = sync.OnceValues(gen.GetSpec)

// reservedSegments too: they are read from the document.
var reservedSegments = sync.OnceValues(httpserver.ReservedSegments)

// conformant is a transport that holds every response against the OpenAPI
// document and against what is promised for all of them.
type conformant struct {
	t    testing.TB
	base http.RoundTripper
}

// RoundTrip sends the request and judges the response.
func (c conformant) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.base.RoundTrip(r)
	if err != nil || res.StatusCode == http.StatusSwitchingProtocols {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	if closeErr := res.Body.Close(); err != nil || closeErr != nil {
		return nil, fmt.Errorf("read the body: %w, %w", err, closeErr)
	}
	judge(c.t, r, res, body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// policy is the Content-Security-Policy, as promised to package web.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// never may stand in an answer: it would tell how the server is made.
var never = []string{"goroutine ", ".go:", "SQL ", "sqlite", "/var/lib/secret", "runtime error", "github.com/", "context deadline", "actors."}

func judge(t testing.TB, r *http.Request, res *http.Response, body []byte) {
	t.Helper()
	what := fmt.Sprintf("%s %s → %d", r.Method, r.URL, res.StatusCode)
	if id := res.Header.Get("X-Request-Id"); id == "" || len(id) > 128 {
		t.Errorf("%s: X-Request-Id is %q", what, id)
	}
	policy, referrer := policy, "same-origin"
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") && isServicePath(t, r) {
		policy, referrer = "sandbox; default-src 'none'", "no-referrer"
	}
	for name, want := range map[string]string{
		"Content-Security-Policy":      policy,
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              referrer,
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
	asset := strings.HasPrefix(r.URL.Path, "/static/") || r.URL.Path == "/favicon.ico"
	if cache := res.Header.Get("Cache-Control"); cache != "no-store" && (!asset || res.StatusCode >= 400) {
		t.Errorf("%s: Cache-Control is %q", what, cache)
	}
	told := r.URL.Path == "/openapi.yaml" || r.URL.Path == "/openapi.json" || r.URL.Path == "/metrics" || asset && res.StatusCode < 400
	own := bytes.ReplaceAll(body, []byte("github.com/modelcontextprotocol/go-sdk"), nil) // What /connect shows imports it.
	for _, text := range never {
		if !told && bytes.Contains(own, []byte(text)) {
			t.Errorf("%s: the body has %q: %s", what, text, body)
		}
	}
	if r.Method == http.MethodHead && len(body) > 0 {
		t.Errorf("%s: a body of %d bytes", what, len(body))
	}
	spec, err := document()
	if err != nil {
		t.Fatal(err)
	}
	op, parameters := operationOf(spec, r)
	if op == nil {
		judgeForeign(t, spec, what, asset, res, body)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request:    r,
			PathParams: parameters,
			Route:      &routers.Route{Spec: spec, Operation: op, Method: r.Method},
		},
		Status: res.StatusCode,
		Header: res.Header,
		Body:   io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true,
			MultiError:            true,
		},
	}
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s is not as the OpenAPI document says: %v\n%s", what, err, clip(body))
	}
	if foreseen := op.Responses.Status(res.StatusCode); foreseen == nil && res.StatusCode < 400 {
		t.Errorf("%s: the OpenAPI document does not list this success", what)
	}
}

// judgeForeign judges answers at URLs that the document does not know: assets,
// and refusals.
func judgeForeign(t testing.TB, spec *openapi3.T, what string, asset bool, res *http.Response, body []byte) {
	t.Helper()
	if res.StatusCode < 400 {
		if !asset {
			t.Errorf("%s: the OpenAPI document does not know this URL", what)
		}
		return
	}
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	if kind == "text/html" || res.Request != nil && res.Request.Method == http.MethodHead {
		return
	}
	if kind != "application/problem+json" {
		t.Errorf("%s: the Content-Type is %q: %s", what, kind, clip(body))
		return
	}
	var problem any
	decode(t, body, &problem)
	if err := spec.Components.Schemas["Problem"].Value.VisitJSON(problem); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// tidy makes one of the ways to write a service path of all.
var tidy = strings.NewReplacer("/%2F", "/", "/%2f", "/", "%2F", "/", "%2f", "/", "//", "/")

// operationOf finds the operation that a request is for. A path that names it
// exactly goes before one with a parameter.
func operationOf(spec *openapi3.T, r *http.Request) (*openapi3.Operation, map[string]string) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodDelete}, method) {
		return nil, nil
	}
	path := tidy.Replace(r.URL.EscapedPath())
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	if item := spec.Paths.Value(path); item != nil && item.GetOperation(method) != nil {
		return item.GetOperation(method), nil
	}
	if id, ok := strings.CutPrefix(path, "/api/tokens/"); ok && !strings.Contains(id, "/") {
		return spec.Paths.Value("/api/tokens/{token_id}").GetOperation(method), map[string]string{"token_id": id}
	}
	if id, ok := strings.CutPrefix(path, "/tokens/revoke/"); ok && !strings.Contains(id, "/") {
		return spec.Paths.Value("/tokens/revoke/{token_id}").GetOperation(method), map[string]string{"token_id": id}
	}
	patterns := slices.Sorted(func(yield func(string) bool) {
		for pattern := range spec.Paths.Map() {
			if !yield(pattern) {
				return
			}
		}
	})
	for _, pattern := range patterns {
		prefix, ok := strings.CutSuffix(pattern, "{service_path}")
		tail, is := strings.CutPrefix(path, prefix)
		if !ok || !is || tail == "" {
			continue
		}
		return spec.Paths.Value(pattern).GetOperation(method), map[string]string{"service_path": tail}
	}
	return nil, nil
}

func clip(body []byte) string {
	if len(body) > 500 {
		return string(body[:500]) + "…"
	}
	return string(body)
}

// isServicePath says whether a request is for a service, by what may not be one.
func isServicePath(t testing.TB, r *http.Request) bool {
	t.Helper()
	reserved, err := reservedSegments()
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return first != "" && strings.HasPrefix(r.URL.Path, "/") && !slices.ContainsFunc(reserved, func(s string) bool { return strings.EqualFold(s, first) })
}
