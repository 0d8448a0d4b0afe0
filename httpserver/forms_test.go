package httpserver_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/gen"
)

const seedForm = "name=Weather Service&description=Provides weather forecasts&path=/weather&proxy_pass_url=http://localhost:8000" +
	"&tags=weather,forecast&num_tools=3&num_stars=4&is_python=true&license=MIT"

func TestRegisterTheSeedsExample(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	var made gen.RegisterResult
	decode(t, []byte(c.form("/register", seedForm).is(http.StatusCreated).body), &made)
	s := made.Service
	if made.Message != "Service registered successfully" || s.ServerName != "Weather Service" || s.Description != "Provides weather forecasts" ||
		s.Path != "/weather" || s.ProxyPassURL != "http://localhost:8000" || !slices.Equal(s.Tags, []string{"weather", "forecast"}) ||
		s.NumTools != 3 || s.NumStars != 4 || !s.IsPython || s.License != "MIT" || s.WatchTools {
		t.Errorf("registered %+v", made)
	}
	if s.IsEnabled || s.Health.Status != "disabled" || s.Health.LastCheckedISO != nil || s.Transport != nil || len(s.ToolList) > 0 {
		t.Errorf("it does not start disabled and unknown: %+v", s)
	}
	if diff := cmp.Diff(s, c.record("/weather")); diff != "" {
		t.Errorf("the record is another (-registered +read):\n%s", diff)
	}
	taken := c.form("/register", seedForm).problem(http.StatusConflict)
	if taken.Error == nil || *taken.Error != taken.Detail {
		t.Errorf("the conflict's error is %v", taken.Error)
	}
}

// least is a form with what must be there, at a path of its own.
func least(path string) url.Values {
	return url.Values{"name": {"N"}, "description": {""}, "path": {path}, "proxy_pass_url": {"http://localhost:1"}}
}

func TestFormDefaults(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	empty := least("/empty")
	for _, field := range []string{"tags", "num_tools", "num_stars", "is_python", "license", "watch_tools"} {
		empty.Set(field, "")
	}
	unknown := least("/unknown")
	unknown.Set("server_name", "x")
	unknown.Set("is_enabled", "true")
	absent := least("/absent")
	absent.Del("description")
	for path, form := range map[string]url.Values{"/least": least("/least"), "/empty": empty, "/unknown": unknown, "/absent": absent} {
		c.form("/register", form.Encode()).is(http.StatusCreated)
		s := c.record(path)
		if s.Description != "" || len(s.Tags) > 0 || s.NumTools != 0 || s.NumStars != 0 || s.IsPython || s.License != "N/A" || s.WatchTools || s.IsEnabled {
			t.Errorf("%s is %+v", path, s)
		}
	}
}

func TestFormBooleans(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	words := map[string]bool{
		"on": true, "ON": true, "true": true, "True": true, "1": true, "yes": true, "YES": true,
		"off": false, "Off": false, "false": false, "FALSE": false, "0": false, "no": false, "No": false, "": false,
	}
	for word, want := range words {
		for _, before := range []string{"on", "off"} {
			c.form("/edit/weather", url.Values{"is_python": {before}}.Encode()).to("/")
			c.form("/edit/weather", url.Values{"is_python": {word}}.Encode()).to("/")
			if got := c.record("/weather").IsPython; got != want {
				t.Errorf("is_python=%q after %s: %v", word, before, got)
			}
			c.form("/toggle/weather", "enabled="+before).is(http.StatusOK)
			if got := toggled(c.form("/toggle/weather", "enabled="+word)); got.NewEnabledState != want {
				t.Errorf("enabled=%q after %s: %v", word, before, got.NewEnabledState)
			}
		}
	}
	for _, word := range []string{"maybe", "2", "-1", "y", "t", "onn", "enabled", "null", "オン"} {
		c.form("/edit/weather", url.Values{"is_python": {word}}.Encode()).refuses("is_python")
		c.form("/edit/weather", url.Values{"watch_tools": {word}}.Encode()).refuses("watch_tools")
		c.form("/toggle/weather", url.Values{"enabled": {word}}.Encode()).refuses("enabled")
	}
	for fields, want := range map[string]bool{
		"is_python=false&is_python=true":               true, // A box and the hidden field before it.
		"is_python=true&is_python=false":               false,
		"is_python=nonsense&is_python=on":              true,
		"is_python=true&is_python=":                    false,
		"is_python=off&is_python=off&is_python=yes":    true,
		"is_python=true&name=Weather&is_python=0&x=on": false,
	} {
		c.form("/edit/weather", fields).to("/")
		if got := c.record("/weather").IsPython; got != want {
			t.Errorf("%q: %v", fields, got)
		}
	}
}

func toggled(a answer) (r gen.ToggleResult) {
	a.t.Helper()
	decode(a.t, []byte(a.is(http.StatusOK).body), &r)
	return r
}

func TestFormNumbers(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for text, want := range map[string]int{"0": 0, "7": 7, " 7 ": 7, "+7": 7, "007": 7, "": 0, "1000000000": 1e9} {
		c.form("/edit/weather", url.Values{"num_stars": {text}, "num_tools": {text}}.Encode()).to("/")
		if s := c.record("/weather"); s.NumStars != want || s.NumTools != want {
			t.Errorf("%q: %d stars, %d tools", text, s.NumStars, s.NumTools)
		}
	}
	for _, text := range []string{"-1", "-0.5", "1.5", "3.0", "1e3", "0x10", "abc", "1,000", "1000000001", "99999999999999999999", "NaN", "٣", "1 2"} {
		p := c.form("/edit/weather", url.Values{"num_stars": {text}}.Encode()).refuses("num_stars")
		if !strings.HasPrefix(p.Detail, "num_stars: Give ") {
			t.Errorf("%q: %q", text, p.Detail)
		}
		c.form("/edit/weather", url.Values{"num_tools": {text}}.Encode()).refuses("num_tools")
	}
	if s := c.record("/weather"); s.NumStars > 1e9 || s.NumStars < 0 {
		t.Errorf("a refused edit changed the record: %+v", s)
	}
}

func TestOnlyTheBodyCounts(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	for _, off := range []func() answer{
		func() answer { return c.post("/toggle/weather?enabled=on") },
		func() answer { return c.form("/toggle/weather?enabled=on", "") },
		func() answer { return c.form("/toggle/weather?enabled=on", "enabled=off") },
		func() answer { return c.form("/toggle/weather?enabled=on", "other=on") },
		func() answer { return c.json("/toggle/weather?enabled=on", "{}") },
		func() answer { return c.json("/toggle/weather?enabled=on", "") },
		func() answer { return c.post("/toggle/weather") },
		func() answer { return c.send("POST", "/toggle/weather", "text/plain", nil) },
		func() answer { return c.send("POST", "/toggle/weather", "", chunked("")) },
	} {
		if !toggled(c.form("/toggle/weather", "enabled=on")).NewEnabledState {
			t.Fatal("it is not on")
		}
		if a := off(); toggled(a).NewEnabledState {
			t.Errorf("%s switches on", a.what)
		}
	}
	query := least("/sneaky").Encode()
	c.post("/register?"+query).refuses("name", "path", "proxy_pass_url")
	c.form("/register?"+query, "").refuses("name", "path", "proxy_pass_url")
	c.form("/register?"+query, "is_python=on").refuses("name", "path", "proxy_pass_url")
	c.form("/register?name=x;y=%zz&path=/elsewhere", least("/here").Encode()).is(http.StatusCreated) // No word of the query matters.
	c.get("/api/server_details/elsewhere").problem(http.StatusNotFound)
	c.form("/edit/weather?name=Sneaky", "num_stars=1").to("/")
	if s := c.record("/weather"); s.ServerName != "Weather" || s.NumStars != 1 {
		t.Errorf("the query changed the record: %+v", s)
	}
}

// wrong is one field's value, and whether it is refused.
type wrong struct {
	field, value string
	refused      bool
}

func TestEachFieldsLimits(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	x := func(n int) string { return strings.Repeat("x", n) }
	tags := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint("t", i)
		}
		return strings.Join(list, ",")
	}
	for _, test := range []wrong{
		{"name", x(200), false},
		{"name", strings.Repeat("é", 200), false},
		{"name", x(201), true},
		{"name", "", true},
		{"name", " \t ", true},
		{"name", "a\x00b", true},
		{"name", "a\nb", true},
		{"name", "\xff", true},
		{"description", "", false},
		{"description", strings.Repeat("é", 10_000), false},
		{"description", x(10_001), true},
		{"description", "a\nb\tc\r\nd", false},
		{"description", "a\x1bb", true},
		{"description", "<script>alert(1)</script>", false},
		{"license", x(200), false},
		{"license", x(201), true},
		{"tags", tags(64), false},
		{"tags", tags(65), true},
		{"tags", tags(64) + ",t0, ,,t1", false}, // Empty and repeated ones don't count.
		{"tags", x(64), false},
		{"tags", x(65), true},
		{"tags", "a\x01", true},
		{"proxy_pass_url", "https://example.com/mcp?x=y", false},
		{"proxy_pass_url", "http://[::1]:8000/", false},
		{"proxy_pass_url", "http://h/" + x(2048-9), false},
		{"proxy_pass_url", "http://h/" + x(2049-9), true},
		{"proxy_pass_url", "", true},
		{"proxy_pass_url", "localhost:8000", true},
		{"proxy_pass_url", "/weather", true},
		{"proxy_pass_url", "ftp://localhost", true},
		{"proxy_pass_url", "javascript:alert(1)", true},
		{"proxy_pass_url", "http://", true},
		{"proxy_pass_url", "http://:8000", true},
		{"proxy_pass_url", "http://user:pw@localhost", true},
		{"proxy_pass_url", "http://localhost/#x", true},
		{"proxy_pass_url", "http://localhost/#", true},
		{"proxy_pass_url", "http://localhost:99999", true},
		{"proxy_pass_url", "http://local host", true},
		{"proxy_pass_url", "http://localhost/\r\nX: y", true},
		{"proxy_pass_url", "http://localhost/%zz", true},
	} {
		before := c.record("/weather")
		a := c.form("/edit/weather", url.Values{test.field: {test.value}}.Encode())
		if !test.refused {
			a.to("/")
			continue
		}
		if p := a.refuses(test.field); p.Detail != test.field+": "+p.Errors[0].Message {
			t.Errorf("%s=%.20q: the detail is %q", test.field, test.value, p.Detail)
		}
		if diff := cmp.Diff(before, c.record("/weather")); diff != "" {
			t.Errorf("%s=%.20q changed the record:\n%s", test.field, test.value, diff)
		}
		form := least("/fresh")
		form.Set(test.field, test.value)
		p := c.form("/register", form.Encode()).refuses(test.field)
		if p.Error == nil || *p.Error != p.Detail {
			t.Errorf("%s=%.20q: error is not the detail", test.field, test.value)
		}
	}
	c.get("/api/server_details/fresh").problem(http.StatusNotFound)
	all := "name=&description=%01&path=a b&proxy_pass_url=ftp://x&tags=%02&num_tools=-1&num_stars=x&is_python=maybe&license=%03&watch_tools=perhaps"
	p := c.form("/register", all).refuses("name", "description", "path", "proxy_pass_url", "tags", "num_tools", "num_stars", "is_python", "license", "watch_tools")
	if !strings.HasPrefix(p.Detail, "Correct the fields ") {
		t.Errorf("the detail is %q", p.Detail)
	}
	c.form("/register", "").refuses("name", "path", "proxy_pass_url")
	c.form("/edit/weather", "").to("/")
}
