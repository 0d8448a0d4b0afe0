package httpserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestListServices(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.Traffic = func(path registry.Path) (registry.Traffic, bool) {
			return registry.Traffic{Requests: 7, P50: time.Millisecond}, path == "/weather"
		}
	}})
	c := e.signedIn(t)
	if got := c.get("/api/services").is(http.StatusOK).body; strings.TrimSpace(got) != `{"services":[]}` {
		t.Errorf("nothing registered: %s", got)
	}
	c.register("/weather")
	c.register("/archive")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	all := c.get("/api/services").is(http.StatusOK)
	for _, want := range []string{`"tool_names":["alpha","beta"]`, `"requests":7`, `"status":"healthy"`, `"proxy_pass_url"`} {
		if !strings.Contains(all.body, want) {
			t.Errorf("no %s in %s", want, all.body)
		}
	}
	if strings.Contains(all.body, `"schema"`) || strings.Index(all.body, "/archive") > strings.Index(all.body, "/weather") {
		t.Errorf("schemas, or another order: %s", all.body)
	}
	few := c.get("/api/services?fields=is_enabled,path").is(http.StatusOK)
	if want := `{"services":[{"is_enabled":false,"path":"/archive"},{"is_enabled":true,"path":"/weather"}]}`; strings.TrimSpace(few.body) != want {
		t.Errorf("two fields: %s", few.body)
	}
	tag := few.header.Get("ETag")
	c.with("If-None-Match", tag).get("/api/services?fields=is_enabled").is(http.StatusNotModified)
	c.with("If-None-Match", tag).get("/api/services?fields=server_name").is(http.StatusOK)
	c.get("/api/services?fields=is_enabled,secrets").problem(http.StatusBadRequest)
	c.get("/api/services?fields=is_enabled" + strings.Repeat(",is_enabled", 31)).is(http.StatusOK)
	c.get("/api/services?fields=is_enabled" + strings.Repeat(",is_enabled", 32)).problem(http.StatusBadRequest)
}

func TestDashboardFindsAndPages(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.form("/register", "name=Caf%C3%A9&description=&path=/cafe&proxy_pass_url=http://h&tags=S%C3%BCd,drinks").is(http.StatusCreated)
	c.form("/register", "name=Bar&description=&path=/bar&proxy_pass_url=http://h&tags=drinks").is(http.StatusCreated)
	b := c.browser()
	for query, want := range map[string]string{
		"":                       "/bar /cafe",
		"query=CAFE":             "/cafe",
		"query=drinks+%2Fcafe+h": "",
		"query=cafe+" + strings.Repeat("+", 1000) + "bar": "/cafe", // Only so much counts.
		"tag=sud":                    "/cafe",
		"tag=drinks&tag=s%C3%BCd":    "/cafe",
		"tag=DRINKS&tag=":            "/bar /cafe",
		"transport=unknown":          "/bar /cafe",
		"transport=http%2Bsse":       "",
		"transport=&sort=&status=":   "/bar /cafe",
		"sort=changed":               "/bar /cafe",
		"sort=traffic&page=99999999": "/bar /cafe",
	} {
		page := b.get("/?" + query).page(http.StatusOK).body
		var got []string
		for _, path := range []string{"/bar", "/cafe"} {
			if strings.Contains(page, `data-path="`+path+`"`) {
				got = append(got, path)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("?%s shows %v, not %q", query, got, want)
		}
	}
	for query, says := range map[string]string{
		"sort=size": "Give name, status, changed or traffic", "transport=pigeon": "Give streamable-http",
		"page=0": "whole number from 1", "page=x": "whole number from 1",
		"tag=" + strings.Repeat("&tag=a", 64): "Give 64 tags at most",
	} {
		b.get("/?"+query).page(http.StatusBadRequest, says)
	}
}
