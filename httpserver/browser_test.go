package httpserver_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// value is what a form's field holds.
func value(t *testing.T, page, field string) string {
	t.Helper()
	field = regexp.QuoteMeta(field)
	if m := regexp.MustCompile(`<input[^>]* name="` + field + `" value="([^"]*)"`).FindStringSubmatch(page); m != nil {
		return html.UnescapeString(m[1])
	}
	if m := regexp.MustCompile(`(?s)<textarea[^>]* name="` + field + `"[^>]*>\n?(.*?)</textarea>`).FindStringSubmatch(page); m != nil {
		return html.UnescapeString(m[1])
	}
	t.Errorf("the page has no field %s", field)
	return ""
}

// ticked says whether a form's box is.
func ticked(page, field string) bool {
	return regexp.MustCompile(`<input id="` + field + `"[^>]* type="checkbox"[^>]* checked`).MatchString(page)
}

func TestBrowserRegisters(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t).browser()
	c.get("/register").page(http.StatusOK, `action="/register"`)
	c.form("/register", seedForm).to("/")
	c.get("/").page(http.StatusOK, "Weather Service", "/weather")

	typed := url.Values{
		"name": {"  A <b>name</b> "}, "description": {"two\nlines & \"quotes\""}, "path": {"not a path"}, "proxy_pass_url": {"localhost:8000"},
		"tags": {"a, b,,c"}, "num_tools": {"abc"}, "num_stars": {"-4"}, "is_python": {"false", "true"}, "license": {"<i>MIT</i>"}, "watch_tools": {"false"},
	}
	page := c.form("/register", typed.Encode()).page(http.StatusBadRequest, "Not saved yet: 4 fields to mend", `action="/register"`, "Give a whole number.").body
	for field, values := range typed {
		switch field {
		case "is_python", "watch_tools":
			if ticked(page, field) != (values[len(values)-1] == "true") {
				t.Errorf("%s: ticked is %v", field, ticked(page, field))
			}
		default:
			if got := value(t, page, field); got != values[0] {
				t.Errorf("%s is shown as %q, was typed as %q", field, got, values[0])
			}
		}
	}
	if strings.Contains(page, "<b>name") || strings.Contains(page, "<i>MIT") {
		t.Error("what was typed is markup on the page")
	}
	c.form("/register", seedForm).page(http.StatusConflict, "registered at this path already", "Weather Service")
	typedJSON := c.json("/register", `{"name":"J","tags":["a","b"],"num_stars":-1}`).page(http.StatusBadRequest, "to mend").body
	if value(t, typedJSON, "name") != "J" || value(t, typedJSON, "tags") != "a,b" || value(t, typedJSON, "num_stars") != "-1" {
		t.Error("what came as JSON is lost")
	}
	c.json("/register", `{`).page(http.StatusBadRequest, "cannot be read")
}

func TestBrowserEdits(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t).browser()
	c.form("/register", seedForm).to("/")
	page := c.get("/edit/weather").page(http.StatusOK, `action="/edit/weather"`).body
	for field, want := range map[string]string{
		"name": "Weather Service", "description": "Provides weather forecasts", "proxy_pass_url": "http://localhost:8000",
		"tags": "weather, forecast", "num_tools": "3", "num_stars": "4", "license": "MIT",
	} {
		if got := value(t, page, field); got != want {
			t.Errorf("%s is shown as %q, not %q", field, got, want)
		}
	}
	if !ticked(page, "is_python") || ticked(page, "watch_tools") {
		t.Error("the boxes are wrong")
	}
	page = c.form("/edit/weather", "name=New&num_tools=abc&num_stars=&is_python=false").
		page(http.StatusBadRequest, "Not saved yet: 1 field to mend", `action="/edit/weather"`).body
	if value(t, page, "num_tools") != "abc" || value(t, page, "num_stars") != "" || value(t, page, "name") != "New" || ticked(page, "is_python") {
		t.Error("what was typed is lost")
	}
	c.form("/edit/weather", "name=New&is_python=false").to("/")
	if s := c.with("Accept", "*/*").record("/weather"); s.ServerName != "New" || s.IsPython {
		t.Errorf("the record is %+v", s)
	}
	c.form("/edit/nosuch", "name=New").page(http.StatusNotFound, "No such service")
	c.get("/edit/nosuch").page(http.StatusNotFound, "No such service")
	c.get("/edit/-").page(http.StatusBadRequest, "Begin each segment")
	c.get("/tools/nosuch").page(http.StatusNotFound, "No such service")
	c.get("/?status=nonsense").page(http.StatusBadRequest, "Give all, enabled, disabled or issues")
	c.get("/?query=a&query=b").page(http.StatusBadRequest)
}

func TestBrowserOnTheDashboard(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t).browser()
	c.form("/register", seedForm).to("/")
	c.form("/toggle/weather", "enabled=on").to("/")
	c.post("/api/refresh/weather").to("/")
	c.get("/tools/weather").page(http.StatusOK, "alpha", "beta")
	c.form("/toggle/weather", "enabled=maybe").page(http.StatusBadRequest, "Invalid input", "enabled: Give on to enable", "Weather Service")
	c.post("/toggle/weather").to("/")
	c.post("/api/refresh/weather").page(http.StatusBadRequest, "enable it first", "Weather Service")
	for _, target := range []string{"/toggle/nosuch", "/delete/nosuch", "/api/refresh/nosuch"} {
		a := c.post(target).page(http.StatusNotFound, "No service is registered at this path", "Weather Service")
		if !strings.Contains(a.body, a.header.Get("X-Request-Id")) {
			t.Errorf("%s: the page does not name the request", target)
		}
	}
	c.post("/toggle/-x").page(http.StatusBadRequest, "Begin each segment", "Weather Service")
	c.post("/delete/weather").to("/")
	if strings.Contains(c.get("/").page(http.StatusOK).body, "/edit/weather") {
		t.Error("it is still there")
	}
	// Operations for programs answer browsers as everybody.
	c.get("/api/server_details/nosuch").problem(http.StatusNotFound)
	c.delete("/api/server_details/nosuch").problem(http.StatusNotFound)
}

func TestDashboardSearch(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	for _, s := range []string{
		"name=Zebra&description=Stripes&path=/z&proxy_pass_url=http://h&tags=animal",
		"name=apple&description=A+<b>fruit</b>&path=/fruit/a&proxy_pass_url=http://h&tags=red",
		"name=Banana&description=Yellow&path=/fruit/b&proxy_pass_url=http://h",
	} {
		c.form("/register", strings.NewReplacer("<", "%3C", ">", "%3E").Replace(s)).is(http.StatusCreated)
	}
	c.form("/toggle/z", "enabled=on").is(http.StatusOK)
	edits := regexp.MustCompile(`href="/edit(/[^"#]+)"`) // Each card has one.
	names := map[string]string{"/z": "Zebra", "/fruit/a": "apple", "/fruit/b": "Banana"}
	for query, want := range map[string]string{
		"":                             "apple Banana Zebra",
		"query=":                       "apple Banana Zebra",
		"query=ZEB":                    "Zebra",
		"query=stripes":                "Zebra",
		"query=animal":                 "Zebra",
		"query=fruit":                  "apple Banana",
		"query=+fruit/B+":              "Banana",
		"query=alpha":                  "Zebra", // A tool of it.
		"query=nothing":                "",
		"query=%25":                    "",
		"query=.*":                     "",
		"query=%00%ff":                 "",
		"status=enabled":               "Zebra",
		"status=disabled":              "apple Banana",
		"status=issues":                "",
		"status=all&query=a":           "apple Banana Zebra",
		"status=disabled&query=banana": "Banana",
	} {
		var got []string
		for _, edit := range edits.FindAllStringSubmatch(c.get("/?"+query).page(http.StatusOK).body, -1) {
			got = append(got, names[edit[1]])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("?%s shows %v, not %q", query, got, want)
		}
	}
	page := c.get("/?query=" + url.QueryEscape(`"><script>alert(1)</script>`)).page(http.StatusOK).body
	if strings.Contains(page, "<script>alert") {
		t.Error("the query is markup on the page")
	}
	if strings.Contains(c.get("/").body, "<b>fruit") {
		t.Error("a description is markup on the page")
	}
}
