package httpserver_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// TestLogTellsOfLogins: who tried, from where and how it went; no password, and
// no more of a name than a line may hold.
func TestLogTellsOfLogins(t *testing.T) {
	e := newEdge(t, setup{})
	e.setPassword(t)
	c := e.stranger(t)
	told := func(a answer) map[string]any {
		t.Helper()
		for _, line := range e.log.of(t, a.header.Get("X-Request-Id")) {
			if line["msg"] != "request" {
				return line
			}
		}
		t.Fatalf("%s: nothing is told", a.what)
		return nil
	}
	is := func(line map[string]any, level, msg, user string) {
		t.Helper()
		if line["level"] != level || line["msg"] != msg || line["user"] != user || line["client"] != "127.0.0.1" {
			t.Errorf("told %v", line)
		}
	}
	is(told(c.form("/login", rightLogin)), "INFO", "signed in", "admin")
	const failed = "a sign-in failed"
	is(told(c.form("/login", "username=root%0a&password=hunter2")), "WARN", failed, "root\n")
	if user := told(c.form("/login", "password=hunter2&username="+strings.Repeat("x", 10_000)))["user"].(string); len(user) > 520 {
		t.Errorf("%d bytes of the name", len(user))
	}
	_, secret := e.token(t, auth.ScopeAdmin)
	if user := told(c.form("/login", url.Values{"username": {secret}}.Encode()))["user"]; user != "mcpgw_…" {
		t.Errorf("a secret in place of the name: %v", user)
	}
	for range 100 {
		if a := c.form("/login", "username=admin&password=hunter2"); a.status == http.StatusTooManyRequests {
			is(told(a), "WARN", "a sign-in was refused: too many failed", "admin")
			break
		} else {
			is(told(a), "WARN", failed, "admin")
		}
	}
	if log := e.log.String(); !strings.Contains(log, "too many failed") || strings.Contains(log, "hunter2") {
		t.Error("the log lacks the throttling, or has a password")
	}
}

// TestLogNamesRefusedService: the caller hears of no service that is not for
// it; the log says which one it tried.
func TestLogNamesRefusedService(t *testing.T) {
	for name, open := range map[string]bool{"closed": false, "open": true} {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.OpenGateway = open }})
			me := e.signedIn(t)
			me.register("/weather")
			me.register("/other")
			tried := func(a answer, want any) {
				t.Helper()
				if line := e.log.of(t, a.header.Get("X-Request-Id"))[0]; line["service"] != want {
					t.Errorf("%s: the log has %v, want the service %v", a.what, line, want)
				}
			}
			limited := e.program(t, auth.ScopeGateway, "/weather")
			nowhere := limited.get("/nosuch/mcp")
			hidden := limited.get("/other/mcp")
			tried(nowhere, nil)
			tried(hidden, "/other")
			one, two := nowhere.problem(http.StatusNotFound), hidden.problem(http.StatusNotFound)
			if one.Detail != two.Detail || !strings.Contains(one.Detail, "or not for this token") {
				t.Errorf("they differ: %q, %q", one.Detail, two.Detail)
			}
			tried(limited.get("/other/%2e%2e/x"), nil)
			if !open {
				tried(e.stranger(t).get("/weather/mcp"), "/weather")
				tried(e.program(t, auth.ScopeMetrics).get("/weather/mcp"), "/weather")
			}
		})
	}
}
