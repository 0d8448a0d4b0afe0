package httpserver_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestEditKeepsWhatItDoesNotName(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.form("/register", seedForm).is(http.StatusCreated)
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	for _, test := range []struct {
		fields, body string
		change       func(*gen.Service)
	}{
		{"name=Weather+API", `{"name":"Weather API"}`, func(s *gen.Service) { s.ServerName = "Weather API" }},
		{"description=", `{"description":""}`, func(s *gen.Service) { s.Description = "" }},
		{"tags=x,+y,,x", `{"tags":["x","y"]}`, func(s *gen.Service) { s.Tags = []string{"x", "y"} }},
		{"tags=", `{"tags":[]}`, func(s *gen.Service) { s.Tags = []string{} }},
		{"num_stars=", `{"num_stars":0}`, func(s *gen.Service) { s.NumStars = 0 }},
		{"num_tools=9", `{"num_tools":9}`, func(*gen.Service) {}}, // The discovered count stands.
		{"is_python=", `{"is_python":false}`, func(s *gen.Service) { s.IsPython = false }},
		{"license=", `{"license":""}`, func(s *gen.Service) { s.License = "N/A" }},
		{"path=/weather&num_stars=1", `{"path":"/weather","num_stars":1}`, func(s *gen.Service) { s.NumStars = 1 }},
		{"path=weather/&num_stars=2", `{"path":"weather","num_stars":2}`, func(s *gen.Service) { s.NumStars = 2 }},
	} {
		for _, form := range []bool{true, false} {
			want := c.record("/weather")
			test.change(&want)
			var got gen.Service
			if form {
				c.form("/edit/weather", test.fields).to("/")
				got = c.record("/weather")
			} else {
				decode(t, []byte(c.json("/edit/weather", test.body).is(http.StatusOK).body), &got)
			}
			if got.Health.Version < want.Health.Version || got.UpdatedAt.Before(want.UpdatedAt) {
				t.Errorf("%s: the version went from %d to %d", test.fields, want.Health.Version, got.Health.Version)
			}
			want.Health.Version, want.UpdatedAt = got.Health.Version, got.UpdatedAt
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (form: %v):\n%s", test.fields, form, diff)
			}
		}
	}
	for _, path := range []string{"/other", "", "/", "/weather/x", "/WEATHER", "../weather"} {
		c.form("/edit/weather", "num_stars=5&path="+path).refuses("path")
	}
	if s := c.record("/weather"); s.NumStars != 2 {
		t.Errorf("a refused edit changed the stars to %d", s.NumStars)
	}
	c.form("/edit/nosuch", "name=x").problem(http.StatusNotFound)
	c.json("/edit/nosuch", `{"name":"x"}`).problem(http.StatusNotFound)
}

func TestEditOfTheUpstream(t *testing.T) {
	checked := make(chan registry.Target, 100)
	release := make(chan struct{})
	answer := healthy("alpha")
	e := newEdge(t, setup{check: func(ctx context.Context, target registry.Target, discover bool) registry.Outcome {
		checked <- target
		if target.Upstream == "http://localhost:8001" {
			select {
			case <-release:
			case <-ctx.Done():
			}
		}
		return answer(ctx, target, discover)
	}})
	c := e.signedIn(t)
	c.form("/register", seedForm).is(http.StatusCreated)
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	if s := c.record("/weather"); s.Transport == nil || *s.Transport != "streamable-http" || len(s.ProtocolVersions) != 1 {
		t.Fatalf("detected %+v", s)
	}
	var moved gen.Service
	decode(t, []byte(c.json("/edit/weather", `{"proxy_pass_url":"http://localhost:8001"}`).is(http.StatusOK).body), &moved)
	if moved.Transport != nil || len(moved.ProtocolVersions) > 0 || moved.Health.Status != "checking" || !moved.IsEnabled {
		t.Errorf("after the move: %+v", moved)
	}
	if len(moved.ToolList) != 1 {
		t.Errorf("the tools are gone: %+v", moved.ToolList)
	}
	for target := range checked {
		if target.Upstream == "http://localhost:8001" {
			if target.Detected.Transport != "" {
				t.Errorf("the check still believes in %+v", target.Detected)
			}
			break
		}
	}
	close(release)
	eventually(t, "the check of the new upstream", func() bool { return c.record("/weather").Health.Status == "healthy" })
}

func TestETags(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	c.register("/other")
	seen := map[string]bool{}
	one, all := "/api/server_details/weather", "/api/server_details/all"
	tag := func(target string) string {
		t.Helper()
		tag := c.get(target).is(http.StatusOK).header.Get("ETag")
		if len(tag) < 5 || tag[:3] != `W/"` {
			t.Fatalf("%s: the tag is %q", target, tag)
		}
		for _, match := range []string{tag, tag[2:], "*", `"x", ` + tag, tag + `,W/"y"`} {
			a := c.with("If-None-Match", match).get(target).is(http.StatusNotModified)
			if a.body != "" || a.header.Get("ETag") != tag {
				t.Errorf("%s: 304 with the tag %q and %d bytes", target, a.header.Get("ETag"), len(a.body))
			}
		}
		for _, other := range []string{`W/"x"`, "", tag + "x", `""`} {
			c.with("If-None-Match", other).get(target).is(http.StatusOK)
		}
		c.with("If-None-Match", tag).send(http.MethodHead, target, "", nil).is(http.StatusNotModified)
		return tag
	}
	changes := func(what string, change func()) {
		t.Helper()
		beforeOne, beforeAll := tag(one), tag(all)
		seen[beforeOne], seen["all "+beforeAll] = true, true
		change()
		if afterOne, afterAll := tag(one), tag(all); seen[afterOne] || seen["all "+afterAll] {
			t.Errorf("%s: the tags were %s and %s, are %s and %s", what, beforeOne, beforeAll, afterOne, afterAll)
		}
	}
	keeps := func(what string, change func()) {
		t.Helper()
		beforeOne, beforeAll := tag(one), tag(all)
		change()
		if afterOne, afterAll := tag(one), tag(all); afterOne != beforeOne || afterAll != beforeAll {
			t.Errorf("%s: the tags were %s and %s, are %s and %s", what, beforeOne, beforeAll, afterOne, afterAll)
		}
	}
	changes("on", func() { c.form("/toggle/weather", "enabled=on").is(http.StatusOK) })
	keeps("a check that found nothing new", func() {
		before := c.record("/weather").Health.LastCheckedISO
		eventually(t, "a later check time", func() bool {
			c.post("/api/refresh/weather").is(http.StatusOK)
			return c.record("/weather").Health.LastCheckedISO.After(*before)
		})
	})
	keeps("on again", func() { c.form("/toggle/weather", "enabled=on").is(http.StatusOK) })
	keeps("an edit of nothing", func() { c.form("/edit/weather", "name=Weather").to("/") })
	keeps("a refused edit", func() { c.form("/edit/weather", "num_stars=-1").refuses("num_stars") })
	changes("an edit", func() { c.form("/edit/weather", "num_stars=1").to("/") })
	changes("an edit back", func() { c.form("/edit/weather", "num_stars=0").to("/") })
	changes("off", func() { c.post("/toggle/weather").is(http.StatusOK) })
	for range 3 {
		changes("deleted and made again", func() {
			c.delete(one).is(http.StatusNoContent)
			c.get(one).problem(http.StatusNotFound)
			c.register("/weather")
		})
	}
	oneBefore, allBefore := tag(one), tag(all)
	c.form("/edit/other", "num_stars=1").to("/")
	if tag(one) != oneBefore || tag(all) == allBefore {
		t.Error("a change of another service changes the tag of this one, or not of all")
	}
}
