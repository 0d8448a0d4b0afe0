package httpserver_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// nonsense is what stands where a value should.
func nonsense() []string {
	return []string{
		"", " ", "\x00", "\xff\xfe", "\u202e\u2066", "-1", "0", "1.5", "1e400", "NaN", "9223372036854775808", "-9223372036854775809",
		"null", "true", "[]", "{}", "../..", "//", "%", "a,b,,c", "<script>", "' OR 1=1 --", "${x}", "{{.}}", "http://", "javascript:x",
		strings.Repeat("x", 11_000), strings.Repeat("é ", 1_000),
	}
}

// inJSON is the same of JSON.
func inJSON() []string {
	const deep = 10_500 // The decoder takes 10,000.
	return []string{
		"null", "true", "-1", "1.5", "1e400", "9223372036854775808", `""`, `"\u0000"`, `"\ud800"`, `"\u202e"`, "[]", "[null]", `[[]]`, `[{"index":-1}]`,
		`[{"index":99999999999}]`, "{}", `{"":""}`, `{"a":null}`, `{"a":{}}`, strconv.Quote(strings.Repeat("x", 11_000)),
		strings.Repeat("[", deep) + strings.Repeat("]", deep), strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep),
		"[" + strings.Repeat("null,", 2_000) + "null]", "\"\xff\"", "01", "nul",
	}
}

// TestNonsense sends nonsense to every operation of the document, in each
// parameter and each field. The answer is never the server's error; it is in
// the shape that the document has, and says something if it is a refusal.
func TestNonsense(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.Examine = func(_ context.Context, t registry.Target) registry.Examination {
			return registry.Examination{URL: t.Upstream, Verdict: registry.VerdictFailed, Status: registry.Status{Kind: registry.Unhealthy}, Summary: "Nobody was asked."}
		}
	}})
	e.signedIn(t).register("/weather")
	_, secret := e.token(t, auth.ScopeAdmin)
	spec, err := document()
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range spec.Paths.InMatchingOrder() {
		for method, op := range spec.Paths.Value(pattern).Operations() {
			t.Run(method+" "+pattern, func(t *testing.T) {
				send := func(target, kind, body string) {
					t.Helper()
					u, err := url.ParseRequestURI(target)
					if err != nil {
						return // The server answers 400 before we hear of it.
					}
					r := httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(body))
					r.URL, r.RequestURI, r.Host = u, target, "localhost"
					r.Header.Set("Authorization", "Bearer "+secret)
					if kind != "" {
						r.Header.Set("Content-Type", kind)
					}
					a := e.serve(t, r)
					if a.status >= 500 {
						t.Errorf("%s %.200q, %s %.200q: %d %s", method, target, kind, body, a.status, a.body)
					} else if a.status >= 400 && method != http.MethodHead {
						a.problem(a.status)
					}
				}
				target := strings.NewReplacer("{service_path}", "weather", "{token_id}", "x").Replace(pattern)
				parameters := slices.Concat(spec.Paths.Value(pattern).Parameters, op.Parameters)
				for _, p := range parameters {
					for _, value := range nonsense() {
						switch p.Value.In {
						case openapi3.ParameterInPath:
							prefix, _, _ := strings.Cut(pattern, "{")
							send(prefix+value, "", "")
							send(prefix+url.PathEscape(value), "", "")
						case openapi3.ParameterInQuery:
							given := p.Value.Name + "=" + url.QueryEscape(value)
							send(target+"?"+given, "", "")
							send(target+"?"+given+"&"+given, "", "")
							send(target+"?"+p.Value.Name+"[a]="+url.QueryEscape(value), "", "")
						}
					}
				}
				send(target+"?%zz=%&;=;&&", "", "")
				if op.RequestBody == nil {
					return
				}
				for kind, content := range op.RequestBody.Value.Content {
					fields := []string{"nosuch"}
					for field := range content.Schema.Value.Properties {
						fields = append(fields, field)
					}
					switch kind {
					case "application/json":
						for _, value := range inJSON() {
							send(target, kind, value)
							for _, field := range fields {
								send(target, kind, `{"`+field+`":`+value+`}`)
								send(target, kind, `{"`+field+`":"x","`+field+`":`+value+`}`)
							}
						}
					case "application/x-www-form-urlencoded":
						for _, value := range append(nonsense(), "%zz", "a;b=c") {
							send(target, kind, value)
							for _, field := range fields {
								given := url.QueryEscape(field) + "=" + url.QueryEscape(value)
								send(target, kind, given)
								send(target, kind, given+"&"+given)
							}
						}
					case "multipart/form-data":
						for _, value := range append(nonsense(), inJSON()...) {
							send(target, kind, value)
							send(target, kind+"; boundary=b", value)
							for _, field := range fields {
								part := "--b\r\nContent-Disposition: form-data; name=\"" + field + "\"\r\n\r\n" + value + "\r\n"
								send(target, kind+"; boundary=b", part)
								send(target, kind+"; boundary=b", part+part+"--b--\r\n")
							}
						}
					}
					for _, other := range []string{"", "text/plain", "application/json; charset=utf-16", "multipart/form-data; boundary=" + strings.Repeat("b", 200), ";;", "\xff"} {
						send(target, other, "x")
					}
				}
			})
		}
	}
}

// TestAdviceFits says what to do about what the generated server refuses.
func TestAdviceFits(t *testing.T) {
	c := newEdge(t, setup{}).signedIn(t)
	for target, want := range map[string]string{
		"/tools?page=x":                       "page: Give a whole number.",
		"/tools?page=99999999999999999999":    "page: Give a whole number.",
		"/tools?page=1&page=2":                "page: Give it once.",
		"/tools?query=a&query=b":              "query: Give it once.",
		"/api/services?fields=path&fields=no": "fields: Give it once.",
	} {
		if p := c.get(target).problem(http.StatusBadRequest); p.Detail != want {
			t.Errorf("%s: %s", target, p.Detail)
		}
	}
	for body, want := range map[string]string{
		`{"text":"{}","entries":"x"}`:               "entries: Give a list of objects.",
		`{"text":"{}","entries":["x"]}`:             "entries: Give an object.",
		`{"text":"{}","entries":[{"index":"one"}]}`: "entries.index: Give a whole number.",
	} {
		if p := c.json("/api/import", body).problem(http.StatusBadRequest); p.Detail != want {
			t.Errorf("%s: %s", body, p.Detail)
		}
	}
	if p := c.json("/api/tokens", `{"services":"/a"}`).problem(http.StatusBadRequest); p.Detail != "services: Give a list of strings." {
		t.Error(p.Detail)
	}
}
