package httpserver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// chunked is a body whose length nobody announces.
func chunked(body string) io.Reader { return struct{ io.Reader }{strings.NewReader(body)} }

func TestMediaTypes(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for _, kind := range []string{"", "text/plain", "multipart/form-data; boundary=x", "application/xml", "application/jsonx", "json", ";", "application/x-www-form-urlencoded; =", "application/merge-patch+json"} {
		for _, target := range []string{"/register", "/edit/weather", "/toggle/weather", "/login"} {
			p := c.send("POST", target, kind, strings.NewReader("enabled=on&name=x")).problem(http.StatusUnsupportedMediaType)
			if !strings.Contains(p.Detail, "application/x-www-form-urlencoded") || strings.Contains(p.Detail, "application/json") == (target == "/login") {
				t.Errorf("%s: %q", target, p.Detail)
			}
			c.browser().send("POST", target, kind, strings.NewReader("x")).page(http.StatusUnsupportedMediaType, "Send the body as")
		}
	}
	for _, kind := range []string{"application/x-www-form-urlencoded; charset=utf-8", "APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded;charset=UTF-8"} {
		if !toggled(c.send("POST", "/toggle/weather", kind, strings.NewReader("enabled=on"))).NewEnabledState {
			t.Errorf("%s is not taken as a form", kind)
		}
		c.post("/toggle/weather")
	}
	for _, kind := range []string{"application/json; charset=utf-8", "Application/JSON"} {
		if !toggled(c.send("POST", "/toggle/weather", kind, strings.NewReader(`{"enabled":true}`))).NewEnabledState {
			t.Errorf("%s is not taken as JSON", kind)
		}
		c.post("/toggle/weather")
	}
	packed := c.with("Content-Encoding", "gzip")
	for _, target := range []string{"/register", "/api/import", "/toggle/weather"} {
		a := packed.json(target, `{}`)
		if p := a.problem(http.StatusUnsupportedMediaType); !strings.Contains(p.Detail, "without Content-Encoding") || a.header.Get("Accept-Encoding") != "identity" {
			t.Errorf("%s: %+v, %v", target, p, a.header)
		}
	}
	c.with("Content-Encoding", "identity").json("/toggle/weather", `{}`).is(http.StatusOK)
	// Operations without a body take no notice of one.
	c.send("POST", "/logout", "text/plain", strings.NewReader("x")).to("/login")
}

func TestJSONBodies(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for body, field := range map[string]string{
		`{"name":1}`:               "name",
		`{"name":["x"]}`:           "name",
		`{"description":{}}`:       "description",
		`{"proxy_pass_url":true}`:  "proxy_pass_url",
		`{"tags":1}`:               "tags",
		`{"tags":[1]}`:             "tags",
		`{"tags":{"a":"b"}}`:       "tags",
		`{"num_tools":"3"}`:        "num_tools",
		`{"num_tools":1.5}`:        "num_tools",
		`{"num_tools":1e400}`:      "num_tools",
		`{"num_stars":-1}`:         "num_stars",
		`{"num_stars":1000000001}`: "num_stars",
		`{"num_stars":true}`:       "num_stars",
		`{"is_python":"on"}`:       "is_python",
		`{"is_python":1}`:          "is_python",
		`{"license":0}`:            "license",
		`{"watch_tools":"true"}`:   "watch_tools",
		`{"path":3}`:               "path",
		`{"path":"/other"}`:        "path",
	} {
		p := c.json("/edit/weather", body).refuses(field)
		if !strings.HasPrefix(p.Detail, field+": ") || strings.Contains(p.Detail, "gen.") || strings.Contains(p.Detail, "json") {
			t.Errorf("%s: %q", body, p.Detail)
		}
		if field == "path" {
			continue // Registering takes another.
		}
		p = c.json("/register", body).problem(http.StatusBadRequest)
		if p.Error == nil || *p.Error != p.Detail {
			t.Errorf("%s: error is not the detail", body)
		}
	}
	c.json("/toggle/weather", `{"enabled":"on"}`).refuses("enabled")
	for _, body := range []string{
		`{`, `{"name":"x"`, `{"name":"x"} garbage`, `{"name":"x"}{"name":"y"}`, `{"name":"x"}]`, `name=x`, `{'name':'x'}`, `{"name":x}`,
		`[]`, `"name"`, `7`, `true`, "{\"name\":\"\xff\"}", "\xef\xbb\xbf{}", `{"name":"x",}`, "\x00", strings.Repeat("[", 100_000),
	} {
		for _, target := range []string{"/edit/weather", "/register", "/toggle/weather"} {
			p := c.json(target, body).problem(http.StatusBadRequest)
			want := "The body cannot be read as its Content-Type says; correct its syntax."
			if json.Valid([]byte(body)) && utf8.ValidString(body) {
				want = `Send one JSON object with the fields in it, such as {"name": "…"}.`
			}
			if p.Detail != want {
				t.Errorf("%s %.20q: %q", target, body, p.Detail)
			}
		}
	}
	if s := c.record("/weather"); s.ServerName != "Weather" {
		t.Errorf("a refused body changed the record: %+v", s)
	}
	for _, body := range []string{`null`, `{}`, ` { } `, `{"name":null,"tags":null,"num_stars":null}`} {
		c.json("/edit/weather", body).is(http.StatusOK)
	}
	c.json("/register", `{}`).refuses("name", "path", "proxy_pass_url")
	c.json("/register", `null`).refuses("name", "path", "proxy_pass_url")
	c.json("/register", `{"name":"","path":"x y","proxy_pass_url":"z","num_stars":-1,"num_tools":-2}`).
		refuses("name", "path", "proxy_pass_url", "num_stars", "num_tools")

	for i, tags := range []string{`["a"," b ","a",""]`, `"a, b,,a"`, `["a,b"]`} {
		path := fmt.Sprint("/tagged", i)
		c.json("/register", `{"name":"N","description":"","path":"`+path+`","proxy_pass_url":"http://h","tags":`+tags+`}`).is(http.StatusCreated)
		if got := strings.Join(c.record(path).Tags, "|"); got != "a|b" {
			t.Errorf("tags %s are %s", tags, got)
		}
	}
}

// TestRequiredFields holds the OpenAPI document to what is refused.
func TestRequiredFields(t *testing.T) {
	c := newEdge(t, setup{}).signedIn(t)
	spec, err := document()
	if err != nil {
		t.Fatal(err)
	}
	c.json("/register", `{}`).refuses(spec.Components.Schemas["RegisterBody"].Value.Required...)
	c.form("/register", "x").refuses(spec.Components.Schemas["RegisterForm"].Value.Required...)
}

// TestUnknownFields holds JSON bodies to the fields of the OpenAPI document: a
// mistyped one must not pass for one that was heeded.
func TestUnknownFields(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for _, test := range []struct {
		target, body string
		fields       []string
	}{
		{"/edit/weather", `{"nam":"typo"}`, []string{"nam"}},
		{"/edit/weather", `{"name":"Changed","upstream_header_names":["a"]}`, []string{"upstream_header_names"}},
		{"/edit/weather", `{"Name":"Changed"}`, []string{"Name"}},
		{"/edit/weather", `{"":1,"x":null}`, []string{"", "x"}},
		{"/register", `{"nam":"typo"}`, []string{"nam"}},
		{"/register", `{"name":"N","path":"/n","proxy_pass_url":"http://h","is_enabled":true}`, []string{"is_enabled"}},
		{"/toggle/weather", `{"enabeld":true}`, []string{"enabeld"}},
		{"/toggle/weather", `{"enabled":true,"name":"x"}`, []string{"name"}},
	} {
		p := c.json(test.target, test.body).refuses(test.fields...)
		if !strings.HasPrefix(p.Errors[0].Message, "There is no such field; ") {
			t.Errorf("%s %s: %q", test.target, test.body, p.Errors[0].Message)
		}
	}
	c.get("/api/server_details/n").problem(http.StatusNotFound)
	if s := c.record("/weather"); s.ServerName != "Weather" || s.IsEnabled {
		t.Errorf("a refused body changed the record: %+v", s)
	}
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, `"%s%d":0,`, strings.Repeat("é", 200), i)
	}
	p := c.json("/edit/weather", "{"+many.String()+`"name":"x"}`).problem(http.StatusBadRequest)
	if len(p.Errors) != 10 || len(p.Errors[0].Field) > 64 {
		t.Errorf("%d fields are told of, the first has %d bytes", len(p.Errors), len(p.Errors[0].Field))
	}
	// Forms may have further fields: a button has a name too.
	c.form("/edit/weather", "nam=typo").to("/")
}

// TestFormsAreReadAsBrowsersWriteThem holds the parser to WHATWG URL, section
// 5.1, where the standard library's is another.
func TestFormsAreReadAsBrowsersWriteThem(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for fields, want := range map[string]string{
		"description=a;b":                   "a;b",
		"description=a;name=b":              "a;name=b",
		"description=100% cool":             "100% cool",
		"description=100%":                  "100%",
		"description=%zz%4":                 "%zz%4",
		"description=%+%2b%2B+":             "% ++",
		"description=%25zz":                 "%zz",
		"description=a=b==":                 "a=b==",
		"description=%26%3D%3b":             "&=;",
		"descr%69ption=x":                   "x",
		"&&description=x&&":                 "x",
		"description=a&description=b":       "b",
		"=&=x&description=%C3%A9&x&license": "é",
		"description":                       "",
	} {
		c.form("/edit/weather", fields).to("/")
		if s := c.record("/weather"); s.Description != want || s.ServerName != "Weather" {
			t.Errorf("%q: the description is %q", fields, s.Description)
		}
	}
	c.form("/edit/weather", "description=%ff").refuses("description")
	c.form("/edit/weather", strings.Repeat("a&", 1000)).to("/")
	for _, target := range []string{"/edit/weather", "/register", "/toggle/weather", "/login"} {
		p := c.form(target, strings.Repeat("a&", 1001)).problem(http.StatusBadRequest)
		if p.Detail != "Send a form of at most 1000 fields." {
			t.Errorf("%s: %q", target, p.Detail)
		}
	}
}

func TestHugeBodies(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	const most = 1 << 20
	form := func(size int) string { return "license=MIT&x=" + strings.Repeat("x", size-14) }
	text := func(size int) string { return `{"license":"BSD"` + strings.Repeat(" ", size-17) + `}` }
	for name, of := range map[string]func(string) io.Reader{
		"announced": func(s string) io.Reader { return strings.NewReader(s) },
		"chunked":   chunked,
	} {
		t.Run(name, func(t *testing.T) {
			c.send("POST", "/edit/weather", "application/x-www-form-urlencoded", of(form(most))).to("/")
			c.send("POST", "/edit/weather", "application/json", of(text(most))).is(http.StatusOK)
			for _, size := range []int{most + 1, 3 * most} {
				for _, target := range []string{"/edit/weather", "/register", "/toggle/weather"} {
					p := c.send("POST", target, "application/x-www-form-urlencoded", of(form(size))).problem(http.StatusRequestEntityTooLarge)
					if p.Detail != "Send a body of at most 1048576 bytes." {
						t.Errorf("the detail is %q", p.Detail)
					}
				}
				c.send("POST", "/edit/weather", "application/json", of(text(size))).problem(http.StatusRequestEntityTooLarge)
				c.send("POST", "/edit/weather", "text/plain", of(text(size))).problem(http.StatusRequestEntityTooLarge)
				c.browser().send("POST", "/edit/weather", "application/json", of(text(size))).page(http.StatusRequestEntityTooLarge, "at most 1048576 bytes")
			}
		})
	}
	if s := c.record("/weather"); s.License != "BSD" && s.License != "MIT" {
		t.Errorf("the license is %q", s.License)
	}
}

func TestHugeHeaders(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	request := func(n int) string {
		return "GET /docs HTTP/1.1\r\nHost: localhost\r\nX-Huge: " + strings.Repeat("x", n) + "\r\nConnection: close\r\n\r\n"
	}
	c.raw(request(32 << 10)).is(http.StatusOK)
	c.raw(request(128 << 10)).is(http.StatusRequestHeaderFieldsTooLarge)
	if a := c.with("X-Request-Id", strings.Repeat("x", 10_000)).get("/docs"); len(a.header.Get("X-Request-Id")) > 128 {
		t.Error("a huge request id is echoed")
	}
}
