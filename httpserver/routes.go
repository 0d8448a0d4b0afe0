package httpserver

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/gen"
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
}

type operation struct {
	// public operations need no principal.
	public bool
	// takes lists the media types of the body; none without one.
	takes []string
}

func loadRoutes() (routes, error) {
	spec, err := gen.GetSpec()
	if err != nil {
		return routes{}, fmt.Errorf("read the embedded OpenAPI document: %w", err)
	}
	rs := routes{operations: make(map[string]map[string]operation)}
	for pattern, item := range spec.Paths.Map() {
		if prefix, ok := strings.CutSuffix(pattern, pathParameter); ok {
			rs.prefixes = append(rs.prefixes, prefix)
		}
		rs.operations[pattern] = make(map[string]operation)
		for method, op := range item.Operations() {
			var o operation
			security := spec.Security
			if op.Security != nil {
				security = *op.Security
			}
			o.public = len(security) == 0
			for _, alternative := range security {
				o.public = o.public || len(alternative) == 0
			}
			if op.RequestBody != nil {
				o.takes = slices.Sorted(maps.Keys(op.RequestBody.Value.Content))
			}
			rs.operations[pattern][method] = o
		}
	}
	slices.SortFunc(rs.prefixes, func(a, b string) int { return len(b) - len(a) })
	return rs, nil
}

// find is the operation of a pattern; a HEAD is its GET.
func (rs routes) find(pattern, method string) (operation, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	o, ok := rs.operations[pattern][method]
	return o, ok
}

func (rs routes) bodies(pattern, method string) []string {
	o, _ := rs.find(pattern, method)
	return o.takes
}

// methods lists what the URL path takes, for Allow.
func (rs routes) methods(escapedPath string) []string {
	byMethod, ok := rs.operations[escapedPath]
	if !ok {
		for _, prefix := range rs.prefixes {
			if strings.HasPrefix(escapedPath, prefix) {
				byMethod = rs.operations[prefix+pathParameter]
				break
			}
		}
	}
	methods := slices.Collect(maps.Keys(byMethod))
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
			tail = strings.TrimSuffix(tail, "/")
			if tail == "" || strings.HasPrefix(tail, "/") || strings.Contains(tail, "//") {
				s.fail(w, r, errEmptySegment)
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
