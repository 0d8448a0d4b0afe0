package httpserver

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// pathParameter ends every route that names a service.
const pathParameter = "{service_path}"

// routes is what the OpenAPI document says about the routes that the router
// does not tell us.
type routes struct {
	// operations by pattern, such as /toggle/{service_path}, and method.
	operations map[string]map[string]operation
	// prefixes are the patterns that end in a service path, without it,
	// longest first.
	prefixes []string
	// singles are those that end in another parameter, which is one segment:
	// the pattern by what stands before it.
	singles map[string]string
}

type operation struct {
	// public operations need no principal.
	public bool
	// anonymous operations are public and do the same for everybody, so they
	// go on when it cannot be found out who calls. Logging out is public and
	// not anonymous.
	anonymous bool
	// scopes are those that suffice, ScopeAdmin first.
	scopes []auth.Scope
	// pages is true where errors may be HTML.
	pages bool
	// takes lists the media types of the body; none without one.
	takes []string
	// fields lists those of a JSON body.
	fields []string
	// lists are the fields of a form that may come several times.
	lists []string
}

// loadRoutes reads the document, which takes a tenth of a second, once. The
// routes do not change.
var loadRoutes = sync.OnceValues(readRoutes)

func readRoutes() (routes, error) {
	spec, err := gen.GetSpec()
	if err != nil {
		return routes{}, fmt.Errorf("read the embedded OpenAPI document: %w", err)
	}
	rs := routes{operations: make(map[string]map[string]operation), singles: make(map[string]string)}
	for pattern, item := range spec.Paths.Map() {
		if prefix, ok := strings.CutSuffix(pattern, pathParameter); ok {
			rs.prefixes = append(rs.prefixes, prefix)
		} else if prefix, _, ok := strings.Cut(pattern, "{"); ok {
			rs.singles[prefix] = pattern
		}
		rs.operations[pattern] = make(map[string]operation)
		for method, op := range item.Operations() {
			var o operation
			security := spec.Security
			if op.Security != nil {
				security = *op.Security
			}
			o.anonymous = len(security) == 0
			o.public = o.anonymous
			for _, alternative := range security {
				o.public = o.public || len(alternative) == 0
			}
			if o.scopes, err = scopesOf(op); err != nil {
				return routes{}, fmt.Errorf("%s %s: %w", method, pattern, err)
			}
			if other := op.Responses.Default(); other != nil {
				o.pages = other.Value.Content["text/html"] != nil
			}
			if op.RequestBody != nil {
				content := op.RequestBody.Value.Content
				o.takes = slices.Sorted(maps.Keys(content))
				if json := content["application/json"]; json != nil {
					o.fields = slices.Sorted(maps.Keys(json.Schema.Value.Properties))
				}
				if form := content[formType]; form != nil {
					for name, property := range form.Schema.Value.Properties {
						if property.Value.Type.Is("array") {
							o.lists = append(o.lists, name)
						}
					}
				}
			}
			rs.operations[pattern][method] = o
		}
	}
	slices.SortFunc(rs.prefixes, func(a, b string) int { return len(b) - len(a) })
	return rs, nil
}

// scopesOf are the scopes that the operation takes: admin, and its x-scopes.
func scopesOf(op *openapi3.Operation) ([]auth.Scope, error) {
	scopes := []auth.Scope{auth.ScopeAdmin}
	listed, ok := op.Extensions["x-scopes"]
	if !ok {
		return scopes, nil
	}
	names, ok := listed.([]any)
	if !ok {
		return nil, errors.New("x-scopes is no list")
	}
	for _, name := range names {
		text, _ := name.(string)
		scope := auth.Scope(text)
		if !slices.Contains(auth.Scopes(), scope) {
			return nil, fmt.Errorf("x-scopes has %v, which is no scope", name)
		}
		scopes = append(scopes, scope)
	}
	return scopes, nil
}

// find is the operation of a pattern; a HEAD is its GET.
func (rs routes) find(pattern, method string) (operation, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	o, ok := rs.operations[pattern][method]
	return o, ok
}

// pattern is what the URL path matches, or nothing.
func (rs routes) pattern(escapedPath string) string {
	if _, ok := rs.operations[escapedPath]; ok {
		return escapedPath
	}
	for _, prefix := range rs.prefixes {
		if tail, ok := strings.CutPrefix(escapedPath, prefix); ok && tail != "" {
			return prefix + pathParameter
		}
	}
	if slash := strings.LastIndexByte(escapedPath, '/'); slash+1 < len(escapedPath) {
		return rs.singles[escapedPath[:slash+1]]
	}
	return ""
}

// mayShowPage says whether a browser gets a page when a request to the URL
// path fails: not from an operation that is for programs only.
func (rs routes) mayShowPage(escapedPath, method string) bool {
	o, known := rs.find(rs.pattern(escapedPath), method)
	return !known || o.pages
}

// methods lists what the URL path takes, for Allow.
func (rs routes) methods(escapedPath string) []string {
	methods := slices.Collect(maps.Keys(rs.operations[rs.pattern(escapedPath)]))
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	if len(methods) == 0 { // Assets, which the document does not know.
		methods = []string{http.MethodGet, http.MethodHead}
	}
	slices.Sort(methods)
	return methods
}

// ReservedSegments are the first segments of all paths that the server answers
// or will answer itself: what the OpenAPI document has, and what it does not.
func ReservedSegments() ([]string, error) {
	rs, err := loadRoutes()
	if err != nil {
		return nil, err
	}
	reserved := []string{
		"static", "favicon.ico", "robots.txt", ".well-known", "assets",
		"connect", "mcp", "v0", "v0.1", "oauth", "auth", "tokens", "admin",
	}
	for pattern := range rs.operations {
		if first, _, _ := strings.Cut(strings.TrimPrefix(pattern, "/"), "/"); first != "" {
			reserved = append(reserved, first)
		}
	}
	slices.Sort(reserved)
	return slices.Compact(reserved), nil
}

// escapedSlash makes slashes of those that were escaped, which mean the same.
var escapedSlash = strings.NewReplacer("%2F", "/", "%2f", "/")

// joinServicePath makes the rest of a URL after such as /toggle/ one segment,
// its slashes escaped: the router knows no parameter with a slash in it.
func (s *Server) joinServicePath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		escaped := r.URL.EscapedPath()
		for _, prefix := range s.routes.prefixes {
			tail, ok := strings.CutPrefix(escaped, prefix)
			if !ok || tail == "" {
				continue
			}
			if strings.HasPrefix(tail, "/") || strings.Contains(tail, "//") {
				s.fail(w, r, registry.Invalid("path", "Remove the empty segment (//)."))
				return
			}
			tail = escapedSlash.Replace(tail)
			tail = strings.TrimSuffix(strings.TrimPrefix(tail, "/"), "/")
			if tail == "" || strings.HasPrefix(tail, "/") || strings.HasSuffix(tail, "/") {
				s.fail(w, r, registry.Invalid("path", "Remove the empty segment (//)."))
				return
			}
			joined := prefix + strings.ReplaceAll(tail, "/", "%2F")
			if path, err := url.PathUnescape(joined); err == nil {
				r.URL.Path, r.URL.RawPath = path, joined
			}
			break
		}
		next.ServeHTTP(w, r)
	})
}
