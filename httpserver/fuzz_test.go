package httpserver_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// serve answers a request without a connection, and judges the answer.
func (e *edge) serve(t testing.TB, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	e.server.ServeHTTP(w, r)
	res := w.Result()
	res.Request = r
	judge(t, r, res, w.Body.Bytes())
	return read(t, r.Method+" "+r.RequestURI, res)
}

// FuzzServicePath puts any tail after an operation's prefix, as it would stand
// in a request line. The answer is never a server's error, and never about a
// service that the tail does not name.
func FuzzServicePath(f *testing.F) {
	for _, tail := range []string{
		"weather", "team/weather", "team%2Fweather", "team%2fweather/", "%2Fweather", "team_weather", "all", "all/", "%2Fall", "", "/", "//", "weather//", ".", "..", "../logout", "%2e%2e/weather",
		`a\b`, "%5C", "%00", "%zz", "%", "weather?x=y", "weather#x", "weather;x", "é", "%C3%A9", "\xff", "weather%20", "%77eather", "a/b/c/d/e", longest, longest + "x", " weather", "weather HTTP/1.1", "weather:80", "*", "[::1]",
	} {
		f.Add(tail)
	}
	e := newEdge(f, setup{})
	cookie := "mcp_gateway_session=" + e.session(f)
	known := []string{"/weather", "/team/weather", "/team_weather", longest}
	c := e.signedIn(f)
	for _, path := range known {
		c.register(path)
	}
	f.Fuzz(func(t *testing.T, tail string) {
		for _, operation := range []string{"GET /api/server_details/", "GET /api/tools/", "POST /toggle/", "POST /edit/", "GET /edit/", "GET /tools/", "PUT /tools/"} {
			method, prefix, _ := strings.Cut(operation, " ")
			target := prefix + tail
			u, err := url.ParseRequestURI(target)
			if err != nil {
				return // The server answers 400 before we hear of it.
			}
			r := &http.Request{
				Method: method, URL: u, RequestURI: target, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
				Header: http.Header{"Cookie": {cookie}}, Host: "localhost", RemoteAddr: "127.0.0.1:1", Body: http.NoBody,
			}
			// What the tail names, by the rules and not by the router.
			decoded := strings.TrimPrefix(u.Path, prefix)
			path, bad := registry.ParsePath(decoded)
			a := e.serve(t, r.WithContext(t.Context()))
			if a.status >= 500 {
				t.Fatalf("%s %q: %d %s", method, target, a.status, a.body)
			}
			if a.status >= 300 && a.status != http.StatusSeeOther {
				continue
			}
			if path == "/all" && strings.HasPrefix(prefix, "/api/") {
				continue
			}
			if bad != nil {
				t.Fatalf("%s %q: %d, though %v", method, target, a.status, bad)
			}
			var told struct {
				Path    string `json:"path"`
				Service string `json:"service_path"`
			}
			if a.header.Get("Content-Type") == "application/json" {
				decode(t, []byte(a.body), &told)
				if got := told.Path + told.Service; got != string(path) {
					t.Fatalf("%s %q is about %s, not %s", method, target, got, path)
				}
			}
		}
	})
}

// FuzzRegisterForm sends any bytes as a form. They are refused as a whole, or
// registered as a record that keeps its bounds and can be read back.
func FuzzRegisterForm(f *testing.F) {
	for _, body := range []string{
		seedForm, "", "&", "name=%zz", "a;b", "name=N&path=x&proxy_pass_url=http://h&description=", least("/x").Encode() + "&tags=a,,b&is_python=ON&num_stars=+7",
		"name=N&path=/x/y&proxy_pass_url=https://h:1/p?q&description=%00", "name=%ff&path=%2Fx&proxy_pass_url=http://h", "path=all&name=N&proxy_pass_url=http://h", "name=N&path=x&proxy_pass_url=http://h&num_tools=1e3&is_python=maybe",
	} {
		f.Add(body)
	}
	e := newEdge(f, setup{})
	cookie := "mcp_gateway_session=" + e.session(f)
	call := func(t *testing.T, method, target, body string) answer {
		r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		r.Host = "localhost"
		r.Header.Set("Cookie", cookie)
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return e.serve(t, r)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a := call(t, "POST", "/register", body)
		switch a.status {
		case http.StatusBadRequest:
			p := a.problem(http.StatusBadRequest)
			if p.Error == nil || *p.Error != p.Detail {
				t.Fatalf("error is not the detail: %s", a.body)
			}
			return
		case http.StatusCreated:
		default:
			t.Fatalf("%q: %d %s", body, a.status, a.body)
		}
		var made gen.RegisterResult
		decode(t, []byte(a.body), &made)
		s := made.Service
		if _, err := registry.ParsePath(s.Path); err != nil || s.ServerName == "" || s.License == "" || s.NumStars < 0 || s.NumTools < 0 || len(s.Tags) > registry.MaxTags {
			t.Fatalf("%q made %+v", body, s)
		}
		if again := call(t, "GET", "/api/server_details"+s.Path, ""); again.status != http.StatusOK {
			t.Fatalf("%q cannot be read back: %d %s", body, again.status, again.body)
		}
		call(t, "GET", "/edit"+s.Path, "").page(http.StatusOK)
		call(t, "DELETE", "/api/server_details"+s.Path, "").is(http.StatusNoContent)
	})
}
