package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestRoutingFollowsTheRegistry: what a change was acknowledged for holds for
// the next request.
func TestRoutingFollowsTheRegistry(t *testing.T) {
	w := newWorld(t, apptest.Config(t))
	first, second := upstreamtest.Stateless(t, "tool"), upstreamtest.Stateless(t, "tool")
	w.ask(t, call("/team/weather", "tool", ""), http.StatusNotFound)
	w.register(t, "/team/weather", first.URL)
	w.ask(t, call("/team/weather", "tool", ""), http.StatusOK)

	w.toggle(t, "/team/weather", "off")
	w.ask(t, call("/team/weather", "tool", ""), http.StatusServiceUnavailable)
	w.toggle(t, "/team/weather", "on")
	w.ask(t, call("/team/weather", "tool", ""), http.StatusOK)

	w.ask(t, request{method: http.MethodPost, path: "/edit/team/weather", body: `{"proxy_pass_url": "` + second.URL + `"}`}, http.StatusOK)
	before := first.Requests()
	w.ask(t, call("/team/weather", "tool", ""), http.StatusOK)
	if first.Requests() != before || second.Requests() == 0 {
		t.Error("the old upstream hears of calls")
	}

	// The longest match on a segment boundary wins, and comes and goes.
	w.register(t, "/team", first.URL)
	before = first.Requests()
	w.ask(t, call("/team/weather", "tool", ""), http.StatusOK)
	if first.Requests() != before {
		t.Error("/team took a call of /team/weather")
	}
	w.ask(t, request{method: http.MethodDelete, path: "/api/server_details/team/weather"}, http.StatusNoContent)
	w.ask(t, request{method: http.MethodDelete, path: "/api/server_details/team"}, http.StatusNoContent)
	w.ask(t, call("/team/weather", "tool", ""), http.StatusNotFound)
	w.ask(t, call("/team", "tool", ""), http.StatusNotFound)
}

// TestRoutesAreLoaded: a server that is started again knows its services, and
// where their endpoints are, before any check.
func TestRoutesAreLoaded(t *testing.T) {
	c := apptest.Config(t)
	up := upstreamtest.Stateless(t, "tool")
	w := newWorld(t, c)
	w.register(t, "/on", up.Origin())
	w.register(t, "/off", up.Origin())
	w.toggle(t, "/off", "off")
	w.Stop(t)
	w = newWorld(t, c)
	w.ask(t, call("/on", "tool", ""), http.StatusOK)
	w.ask(t, call("/off", "tool", ""), http.StatusServiceUnavailable)
}

// TestSessionsOutliveARestart: the id that a client of streamable HTTP holds is
// good after a restart of the gateway, and good for nobody else.
func TestSessionsOutliveARestart(t *testing.T) {
	c := apptest.Config(t)
	up := upstreamtest.Stateful(t, "tool")
	w := newWorld(t, c)
	w.register(t, "/a", up.URL)
	w.register(t, "/b", up.URL)
	_, secret := w.token(t, `{"name": "agent", "scope": "gateway"}`)
	_, other := w.token(t, `{"name": "another", "scope": "gateway"}`)
	opened := w.do(t, request{
		method: http.MethodPost, path: "/a/mcp", token: secret,
		body: `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`,
	})
	id := opened.header.Get("Mcp-Session-Id")
	if opened.status != http.StatusOK || id == "" {
		t.Fatalf("initialize: %+v", opened)
	}
	w.Stop(t)
	w = newWorld(t, c)
	list := func(path, token string) request {
		return request{
			method: http.MethodPost, path: path + "/mcp", token: token, body: `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`,
			header: map[string]string{"Mcp-Session-Id": id, "MCP-Protocol-Version": "2025-11-25"},
		}
	}
	if body := w.ask(t, list("/a", secret), http.StatusOK); !strings.Contains(body, `"tool"`) {
		t.Errorf("tools/list: %s", body)
	}
	w.ask(t, list("/b", secret), http.StatusNotFound)
	w.ask(t, list("/a", other), http.StatusNotFound)
	w.ask(t, list("/a", ""), http.StatusNotFound)
}

// TestStopEndsStreams: streams of services that would go on for ever do not
// keep the server from an orderly and prompt end.
func TestStopEndsStreams(t *testing.T) {
	w := newWorld(t, apptest.Config(t))
	up := upstreamtest.SSE(t, "tool")
	w.register(t, "/sse-only", up.URL)
	res, _ := w.stream(t, "/sse-only/sse")
	if _, err := res.Body.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, res.Body)
		ended <- err
	}()
	w.Stop(t)
	if err := <-ended; err != nil {
		t.Errorf("the stream is cut: %v", err)
	}
	eventually(t, "the upstream's session ends", func() bool { return up.Live() == 0 })
}
