package httpserver_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
)

func (c *caller) find(query string) gen.FoundTools {
	c.t.Helper()
	var found gen.FoundTools
	decode(c.t, []byte(c.get("/tools"+query).is(http.StatusOK).body), &found)
	return found
}

func TestFindTools(t *testing.T) {
	names := make([]string, 60)
	for i := range names {
		names[i] = fmt.Sprintf("tool%02d", i)
	}
	e := newEdge(t, setup{check: healthy(names...)})
	me := e.signedIn(t)
	if found := me.find(""); found.Total != 0 || found.Pages != 0 || len(found.Tools) != 0 {
		t.Errorf("found %+v of nothing", found)
	}
	me.browser().get("/tools").page(http.StatusOK, "No tools known yet", "Register a server")
	me.form("/register", seedForm).is(http.StatusCreated)
	me.form("/toggle/weather", "enabled=on").is(http.StatusOK)

	first, second := me.find(""), me.find("?page=2")
	if first.Total != 60 || first.Pages != 2 || len(first.Tools) != 50 || len(second.Tools) != 10 || second.Page != 2 {
		t.Errorf("pages of %d and %d tools, of %d on %d", len(first.Tools), len(second.Tools), first.Total, first.Pages)
	}
	one := me.find("?query=TOOL59+weather")
	if one.Total != 1 || one.Tools[0].Name != "tool59" || one.Tools[0].ServicePath != "/weather" || one.Tools[0].Page != "/tools/weather#tool-tool59" || !one.Tools[0].Enabled {
		t.Errorf("found %+v", one)
	}
	if beyond := me.find("?page=1000000"); beyond.Total != 60 || len(beyond.Tools) != 0 {
		t.Errorf("found %+v beyond the end", beyond)
	}
	for _, page := range []string{"0", "-1", "1000001", "x"} {
		me.get("/tools?page=" + page).problem(http.StatusBadRequest)
	}
	me.browser().get("/tools").page(http.StatusOK, "60 tools, page 1 of 2", `href="/tools/weather#tool-tool00"`, `href="/tools?query=&amp;page=2"`)
	me.browser().get("/tools?query=tool59").page(http.StatusOK, "1 tool", "tool59", "Weather Service")
	me.browser().get("/tools?query=%22%3E%3Cb%3E").page(http.StatusOK, "No tool has these words", `value="&#34;&gt;&lt;b&gt;"`)
	me.browser().get("/tools/weather").page(http.StatusOK, `id="tool-tool00"`, `data-url="`+e.url+`/weather/mcp"`)

	if found := e.program(t, auth.ScopeGateway, "/other").find(""); found.Total != 0 {
		t.Errorf("a token of another service found %d tools", found.Total)
	}
	if found := e.program(t, auth.ScopeGateway, "/weather").find(""); found.Total != 60 {
		t.Errorf("a token of the service found %d tools", found.Total)
	}
	e.program(t, auth.ScopeMetrics).get("/tools").problem(http.StatusForbidden)
	e.stranger(t).get("/tools").problem(http.StatusUnauthorized)
	e.stranger(t).browser().get("/tools?query=x").to("/login?next=/tools%3Fquery%3Dx")
}
