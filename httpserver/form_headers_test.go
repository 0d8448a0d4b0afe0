package httpserver_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// rows is the fields of a form for headers, in pairs of names and values.
func rows(pairs ...string) string {
	form := url.Values{}
	for i, text := range pairs {
		form.Add([]string{"header_name", "header_value"}[i%2], text)
	}
	return form.Encode()
}

// TestHeadersByForm are set with the registration, and changed one by one.
func TestHeadersByForm(t *testing.T) {
	var asked registry.Target
	e := newEdge(t, examiner(func(_ context.Context, target registry.Target) registry.Examination {
		asked = target
		return registry.Examination{URL: target.Upstream, Verdict: registry.VerdictOK, Status: registry.Status{Kind: registry.Healthy}}
	}))
	c := e.signedIn(t)
	var bodies []string
	sent := func(path string, want map[string]string) {
		t.Helper()
		bodies = append(bodies, c.json("/api/doctor", `{"url":"http://localhost:8000","service_path":"`+path+`"}`).is(http.StatusOK).body)
		if diff := cmp.Diff(want, maps.Collect(asked.Headers.All())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	form := "name=Weather&path=/weather&proxy_pass_url=http://localhost:8000&"
	bodies = append(bodies, c.form("/register", form+rows("x-api-key", " "+headerValue+" ", "", "", "Authorization", "Bearer "+headerValue)).is(http.StatusCreated).body)
	sent("/weather", map[string]string{"X-Api-Key": headerValue, "Authorization": "Bearer " + headerValue})
	c.form("/edit/weather", rows("", "", "", "")+"&num_stars=3").is(http.StatusSeeOther)
	sent("/weather", map[string]string{"X-Api-Key": headerValue, "Authorization": "Bearer " + headerValue})
	c.form("/edit/weather", rows("X-API-KEY", headerValue+"2")+"&header_remove=Authorization").is(http.StatusSeeOther)
	sent("/weather", map[string]string{"X-Api-Key": headerValue + "2"})

	page := c.get("/edit/weather").is(http.StatusOK).body
	if !strings.Contains(page, `name="header_remove" value="X-Api-Key"`) || strings.Count(page, `name="header_value"`) != 3 {
		t.Error("the page offers neither to remove the header nor to set others")
	}
	bodies = append(bodies, page)
	for _, body := range bodies {
		if strings.Contains(body, headerValue) {
			t.Errorf("a value is shown: %s", body)
		}
	}
	c.form("/edit/weather", "header_remove=x-api-key").is(http.StatusSeeOther)
	sent("/weather", map[string]string{})
}

// TestHeadersByFormAreRefused in the form itself, which keeps the names that
// were typed and no value.
func TestHeadersByFormAreRefused(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.json("/register", withHeaders).is(http.StatusCreated)
	for form, says := range map[string]string{
		rows("Host", headerValue):                                           "Remove the header Host",
		rows("X-Key", ""):                                                   "The value of X-Key is empty",
		rows("", headerValue):                                               "Give each header a name",
		rows("X-Key", headerValue, "X-Key", headerValue):                    "Give each header once",
		rows("X-Key", headerValue, "X-Other"):                               "Give one header_value for each header_name",
		`upstream_headers={"X-Key":"` + headerValue + `"}`:                  "send JSON, or header_name and header_value",
		rows("X-Key", headerValue) + "&upstream_headers=x&a=" + headerValue: "send JSON, or header_name and header_value",
	} {
		a := c.form("/edit/weather", form).is(http.StatusBadRequest)
		if !strings.Contains(a.body, says) || strings.Contains(a.body, headerValue) {
			t.Errorf("%s: got %s", form, a.body)
		}
	}
	page := c.browser().form("/edit/weather", rows("X-Key", headerValue, "X Key", headerValue)+"&header_remove=Authorization").is(http.StatusBadRequest).body
	for _, part := range []string{"Use only letters", `name="header_name" value="X-Key"`, `value="X-Api-Key">Remove`, `value="Authorization" checked>Remove`} {
		if !strings.Contains(page, part) {
			t.Errorf("want %q in the page", part)
		}
	}
	if strings.Contains(page, headerValue) {
		t.Error("a value is shown again")
	}
}

// TestDoctorSendsStoredHeaders to the origin that they are for and no other.
func TestDoctorSendsStoredHeaders(t *testing.T) {
	var asked registry.Target
	e := newEdge(t, examiner(func(_ context.Context, target registry.Target) registry.Examination {
		asked = target
		return registry.Examination{URL: target.Upstream, Verdict: registry.VerdictOK, Status: registry.Status{Kind: registry.Healthy}}
	}))
	c := e.signedIn(t)
	c.json("/register", withHeaders).is(http.StatusCreated)
	for body, want := range map[string]struct {
		names []string
		says  string
	}{
		`{"url":"http://localhost:8000/other"}`:                                                        {nil, ""},
		`{"url":"http://localhost:8000/other","service_path":"/weather"}`:                              {[]string{"Authorization", "X-Api-Key"}, "with the headers that are stored"},
		`{"url":"http://LOCALHOST:8000","service_path":"weather","upstream_headers":{"x-more":"m"}}`:   {[]string{"Authorization", "X-Api-Key", "X-More"}, "with the headers that are stored"},
		`{"url":"http://localhost:8001","service_path":"/weather"}`:                                    {nil, "were not sent"},
		`{"url":"https://localhost:8000","service_path":"/weather","upstream_headers":{"x-more":"m"}}`: {[]string{"X-More"}, "were not sent"},
	} {
		a := c.json("/api/doctor", body).is(http.StatusOK)
		var x gen.Examination
		decode(t, []byte(a.body), &x)
		if diff := cmp.Diff(want.names, asked.Headers.Names()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
		if want.says == "" && len(x.Findings) > 0 || want.says != "" && (len(x.Findings) != 1 || !strings.Contains(x.Findings[0].Text, want.says)) {
			t.Errorf("%s: findings %+v", body, x.Findings)
		}
	}
	c.json("/api/doctor", `{"url":"http://localhost:8000","service_path":"/none"}`).is(http.StatusBadRequest)
	c.json("/api/doctor", `{"url":"http://localhost:8000","service_path":"/a//b"}`).is(http.StatusBadRequest)
}
