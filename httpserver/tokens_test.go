package httpserver_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// token makes a token behind the API's back, and returns its secret too.
func (e *edge) token(t testing.TB, scope auth.Scope, services ...string) (made auth.Token, secret string) {
	t.Helper()
	made, secret, err := e.tokens.Create(t.Context(), "user:admin", auth.TokenDraft{Name: "test", Scope: scope, Services: services})
	if err != nil {
		t.Fatal(err)
	}
	return made, secret
}

// program is a caller with a new token.
func (e *edge) program(t testing.TB, scope auth.Scope, services ...string) *caller {
	t.Helper()
	_, secret := e.token(t, scope, services...)
	return e.stranger(t).bearer(secret)
}

func (c *caller) bearer(secret string) *caller { return c.with("Authorization", "Bearer "+secret) }

func TestTokenLife(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t)
	if got := strings.TrimSpace(me.get("/api/tokens").is(http.StatusOK).body); got != "[]" {
		t.Errorf("no tokens are %s", got)
	}
	var made gen.CreatedToken
	begun := time.Now().Add(-time.Second)
	answer := me.json("/api/tokens", `{"name":" Agent ","scope":"gateway","services":["weather","/team/a/","/weather"],"expires_in_seconds":60}`).is(http.StatusCreated)
	decode(t, []byte(answer.body), &made)
	if made.Name != "Agent" || made.Scope != "gateway" || !slices.Equal(made.Services, []string{"/weather", "/team/a"}) || made.LastUsedAt != nil ||
		made.ExpiresAt == nil || !made.ExpiresAt.Equal(made.CreatedAt.Add(time.Minute)) || made.CreatedAt.Before(begun) || made.CreatedAt.After(time.Now()) {
		t.Errorf("made %+v", made)
	}
	listed := func() (list []gen.Token) {
		t.Helper()
		a := me.get("/api/tokens").is(http.StatusOK)
		if strings.Contains(a.body, made.Token) || strings.Contains(a.body, `"token"`) {
			t.Errorf("the list has a secret: %s", a.body)
		}
		decode(t, []byte(a.body), &list)
		return list
	}
	if list := listed(); len(list) != 1 || list[0].ID != made.ID || list[0].LastUsedAt != nil {
		t.Errorf("the list is %+v", list)
	}
	agent := e.stranger(t).bearer(made.Token)
	used := agent.get("/api/tools/all").is(http.StatusOK)
	if list := listed(); list[0].LastUsedAt == nil || list[0].LastUsedAt.Before(begun) {
		t.Errorf("the list is %+v", list)
	}
	line := e.log.of(t, used.header.Get("X-Request-Id"))[0]
	if line["principal"] != "token:"+made.ID || strings.Contains(e.log.String(), made.Token) {
		t.Errorf("the log names %v, or has the secret", line["principal"])
	}
	// The secret where the ID goes revokes nothing, and gets into no log.
	me.delete("/api/tokens/" + made.Token).problem(http.StatusNotFound)
	if strings.Contains(e.log.String(), made.Token) || !strings.Contains(e.log.String(), "/api/tokens/mcpgw_…") {
		t.Error("the log has the secret, or not the path")
	}
	me.delete("/api/tokens/" + made.ID).is(http.StatusNoContent)
	agent.get("/api/tools/all").problem(http.StatusUnauthorized)
	for _, id := range []string{made.ID, "x", "%7B%7D", strings.Repeat("x", 5000)} {
		if p := me.delete("/api/tokens/" + id).problem(http.StatusNotFound); p.Title != "No such token" {
			t.Errorf("the problem is %+v", p)
		}
	}
	if list := listed(); len(list) != 0 {
		t.Errorf("the list is %+v", list)
	}
}

func TestTokenDrafts(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t)
	for body, fields := range map[string][]string{
		``:                                     {"name", "scope"},
		`{}`:                                   {"name", "scope"},
		`{"name":"x","scope":"root"}`:          {"scope"},
		`{"name":"x","scope":null}`:            {"scope"},
		`{"name":1,"scope":"admin"}`:           {"name"},
		`{"name":"a\u0000","scope":"metrics"}`: {"name"},
		`{"name":"x","scope":"metrics","expires_in_seconds":0}`:                    {"expires_in_seconds"},
		`{"name":"x","scope":"metrics","expires_in_seconds":315360001}`:            {"expires_in_seconds"},
		`{"name":"x","scope":"metrics","expires_in_seconds":9223372036854775807}`:  {"expires_in_seconds"},
		`{"name":"x","scope":"metrics","expires_in_seconds":99999999999999999999}`: {"expires_in_seconds"},
		`{"name":"x","scope":"metrics","expires_in_seconds":"1h"}`:                 {"expires_in_seconds"},
		`{"name":"x","scope":"gateway","services":["a b"]}`:                        {"services"},
		`{"name":"x","scope":"gateway","services":"/a"}`:                           {"services"},
		`{"name":"x","scope":"admin","services":["/a"]}`:                           {"services"},
	} {
		me.json("/api/tokens", body).refuses(fields...)
	}
	me.json("/api/tokens", `{"name":"x"`).problem(http.StatusBadRequest)
	me.form("/api/tokens", "name=x&scope=admin").problem(http.StatusUnsupportedMediaType)
	if list := e.tokens.List(); len(list) != 0 {
		t.Errorf("made %v", list)
	}
}

// TestScopes sends each operation with each scope. The table here is what the
// contract says; the server's comes from the OpenAPI document.
func TestScopes(t *testing.T) {
	e := newEdge(t, setup{})
	programs := map[auth.Scope]*caller{}
	for _, scope := range auth.Scopes() {
		programs[scope] = e.program(t, scope)
	}
	allowed := map[string]auth.Scope{
		"GetAllServerDetails": auth.ScopeGateway, "GetServerDetails": auth.ScopeGateway,
		"ListServices": auth.ScopeGateway, "GetAllTools": auth.ScopeGateway, "GetTools": auth.ScopeGateway, "FindTools": auth.ScopeGateway,
		"GetConnection": auth.ScopeGateway, "GetHealthHistory": auth.ScopeGateway,
		"GetMetrics": auth.ScopeMetrics, "GetSocketStats": auth.ScopeMetrics,
	}
	public := []string{
		"GetLoginPage", "Login", "Logout", "GetHealthStatus", "GetHealth", "GetLiveness", "GetReadiness",
		"GetOpenAPIYAML", "GetOpenAPIJSON", "GetDocsPage",
	}
	spec, err := document()
	if err != nil {
		t.Fatal(err)
	}
	for pattern, item := range spec.Paths.Map() {
		target := strings.NewReplacer("{service_path}", "team/weather", "{token_id}", "nosuch").Replace(pattern)
		for method, op := range item.Operations() {
			for scope, program := range programs {
				a := program.send(method, target, "", nil)
				passes := scope == auth.ScopeAdmin || allowed[op.OperationID] == scope || slices.Contains(public, op.OperationID)
				if passes {
					if a.status == http.StatusForbidden || a.status == http.StatusUnauthorized {
						t.Errorf("%s, scope %s: status %d", op.OperationID, scope, a.status)
					}
					continue
				}
				p := a.problem(http.StatusForbidden)
				wanted := "admin"
				if also := allowed[op.OperationID]; also != "" {
					wanted += " or " + string(also)
				}
				if p.Detail != "This takes a token of scope "+wanted+"; this one's scope is "+string(scope)+"." {
					t.Errorf("%s: the detail is %q", op.OperationID, p.Detail)
				}
				if got := a.header.Get("WWW-Authenticate"); !strings.Contains(got, `error="insufficient_scope"`) {
					t.Errorf("%s: WWW-Authenticate is %q", op.OperationID, got)
				}
			}
		}
	}
	for _, scope := range []auth.Scope{auth.ScopeGateway, auth.ScopeMetrics} {
		programs[scope].json("/api/tokens", `{"name":"x","scope":"admin"}`).problem(http.StatusForbidden)
	}
	programs[auth.ScopeAdmin].json("/api/tokens", `{"name":"x","scope":"metrics"}`).is(http.StatusCreated)
}

// TestAgentsSeeLess: a gateway token sees no addresses and headers, and one that names
// services nothing of the others.
func TestAgentsSeeLess(t *testing.T) {
	e := newEdge(t, setup{check: func(context.Context, registry.Target, bool) registry.Outcome {
		return registry.Outcome{
			Status: registry.Status{Kind: registry.Unhealthy, Reason: "connection refused"},
			Detail: "Nobody listens at localhost:8000.",
		}
	}})
	me := e.signedIn(t)
	for _, path := range []string{"/weather", "/team/weather", "/weather/deep"} {
		me.register(path)
		me.json("/edit"+path, `{"upstream_headers":{"X-Hidden-Key":"hidden-value"}}`).is(http.StatusOK)
		me.form("/toggle"+path, "enabled=on").is(http.StatusOK)
	}
	if r := me.record("/weather"); r.ProxyPassURL == "" || r.Health.Detail == nil {
		t.Fatalf("the administrator sees %+v", r)
	}
	agent, limited := e.program(t, auth.ScopeGateway), e.program(t, auth.ScopeGateway, "/weather", "/unregistered")
	keys := func(body, under string) []string {
		var m map[string]json.RawMessage
		decode(t, []byte(body), &m)
		if under != "" {
			body = string(m[under])
			m = nil
			decode(t, []byte(body), &m)
		}
		list := []string{}
		for key := range m {
			list = append(list, key)
		}
		slices.Sort(list)
		return list
	}
	for name, test := range map[string]struct {
		who  *caller
		sees []string
	}{
		"all":     {agent, []string{"/team/weather", "/weather", "/weather/deep"}},
		"limited": {limited, []string{"/weather"}},
	} {
		for target, under := range map[string]string{"/api/server_details/all": "", "/api/tools/all": "servers", "/ws/health_status": ""} {
			a := test.who.get(target).is(http.StatusOK)
			if got := keys(a.body, under); !slices.Equal(got, test.sees) {
				t.Errorf("%s, %s: sees %q, want %q", name, target, got, test.sees)
			}
			if strings.Contains(a.body, "localhost:8000") || strings.Contains(strings.ToLower(a.body), "hidden") {
				t.Errorf("%s, %s: the address is shown: %s", name, target, a.body)
			}
		}
		list := test.who.get("/api/services").is(http.StatusOK).body
		if strings.Count(list, `"path"`) != len(test.sees) || strings.Contains(list, "localhost:8000") || strings.Contains(list, `"detail":"`) {
			t.Errorf("%s: the list is %s", name, list)
		}
		if r := test.who.record("/weather"); r.ProxyPassURL != "" || r.Health.Detail != nil || r.ServerName != "Weather" {
			t.Errorf("%s: the record is %+v", name, r)
		}
		if body := test.who.get("/api/server_details/weather").body; strings.Contains(body, "proxy_pass_url") || strings.Contains(body, "header") {
			t.Errorf("%s: %s", name, body)
		}
	}
	for _, target := range []string{"/api/server_details/team/weather", "/api/tools/weather%2Fdeep", "/api/tools/nosuch"} {
		there, not := limited.get(target).problem(http.StatusNotFound), limited.get("/api/tools/nothing").problem(http.StatusNotFound)
		if there.Detail != not.Detail || there.Title != not.Title {
			t.Errorf("%s: %+v tells it from what is not there", target, there)
		}
	}
	for _, target := range []string{"/api/server_details/weather", "/api/server_details/all"} {
		tag := me.get(target).header.Get("ETag")
		agent.with("If-None-Match", tag).get(target).is(http.StatusOK)
		own := agent.get(target).header.Get("ETag")
		agent.with("If-None-Match", own).get(target).is(http.StatusNotModified)
		limited.with("If-None-Match", own).get(target).is(http.StatusOK)
	}
	// What becomes of others is nothing to it.
	tag := limited.get("/api/server_details/all").header.Get("ETag")
	me.register("/other")
	me.json("/edit/team/weather", `{"description":"Other"}`).is(http.StatusOK)
	limited.with("If-None-Match", tag).get("/api/server_details/all").is(http.StatusNotModified)
	me.json("/edit/weather", `{"description":"Other"}`).is(http.StatusOK)
	limited.with("If-None-Match", tag).get("/api/server_details/all").is(http.StatusOK)
	limited.form("/toggle/weather", "enabled=off").problem(http.StatusForbidden)
}

func TestBadTokens(t *testing.T) {
	e := newEdge(t, setup{})
	_, good := e.token(t, auth.ScopeAdmin)
	revoked, dead := e.token(t, auth.ScopeAdmin)
	if err := e.tokens.Revoke(t.Context(), "user:admin", revoked.ID); err != nil {
		t.Fatal(err)
	}
	me := e.signedIn(t) // The cookie does not help.
	for _, value := range []string{
		"Bearer", "Bearer ", "Bearer x", "bearer " + dead, "Bearer " + dead, "Bearer " + good + "x", "Bearer " + good[:54],
		"Bearer " + good + " " + good, "Bearer " + good + ", Bearer " + good, "Bearer mcpgw_" + strings.Repeat("0", 49), "Bearer " + strings.Repeat("x", 9000),
	} {
		for _, c := range []*caller{me, e.stranger(t), me.browser()} {
			c = c.with("Authorization", value)
			for _, target := range []string{"/api/tools/all", "/", "/metrics", "/ws/health_status", "/edit/weather"} {
				a := c.get(target)
				if p := a.problem(http.StatusUnauthorized); p.Title != "Bad token" {
					t.Errorf("%.40q: the problem is %+v", value, p)
				}
				if got := a.header.Get("WWW-Authenticate"); got != `Bearer realm="mcpgateway", error="invalid_token"` {
					t.Errorf("%.40q: WWW-Authenticate is %q", value, got)
				}
			}
			c.get("/livez").is(http.StatusOK)
			c.get("/openapi.json").is(http.StatusOK)
		}
	}
	twice := me.with("Authorization", "Bearer "+good)
	twice.header["Authorization"] = append(twice.header["Authorization"], "Bearer "+good)
	twice.get("/api/tools/all").problem(http.StatusUnauthorized)
	for _, value := range []string{"Bearer " + good, "bearer " + good, "BEARER   " + good} {
		e.stranger(t).with("Authorization", value).get("/api/tools/all").is(http.StatusOK)
	}
	// Another scheme is somebody else's: a proxy's in front of us.
	me.with("Authorization", "Basic YTpi").get("/api/tools/all").is(http.StatusOK)
	e.stranger(t).with("Authorization", "Basic YTpi").get("/api/tools/all").problem(http.StatusUnauthorized)
}

func TestExpiredToken(t *testing.T) {
	e := newEdge(t, setup{})
	past := auth.StoredToken{Token: auth.Token{
		ID: "past", Name: "past", Scope: auth.ScopeAdmin, CreatedAt: time.Now().Add(-time.Hour), ExpiresAt: time.Now().Add(-time.Minute),
	}}
	_, secret := e.token(t, auth.ScopeAdmin)
	stored, err := e.store.LoadTokens(t.Context())
	if err != nil || len(stored) != 1 {
		t.Fatal(stored, err)
	}
	past.Hash = stored[0].Hash
	if err := e.store.TokenRevoked(t.Context(), stored[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := e.store.TokenCreated(t.Context(), past); err != nil {
		t.Fatal(err)
	}
	again, err := auth.LoadTokens(t.Context(), e.store, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.tokens.Authenticate(secret); err != nil {
		t.Fatal(err)
	}
	old := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.Tokens = again }})
	old.stranger(t).bearer(secret).get("/api/tools/all").problem(http.StatusUnauthorized)
}

// TestTokensAndOtherSites: the protection of the cookie is none of a token's,
// and a token is no way around it.
func TestTokensAndOtherSites(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t)
	me.register("/weather")
	cross := func(c *caller) *caller { return c.with("Sec-Fetch-Site", "cross-site") }
	cross(me).post("/toggle/weather").problem(http.StatusForbidden)
	cross(e.program(t, auth.ScopeAdmin)).post("/toggle/weather").is(http.StatusOK)
	cross(me).bearer("x").post("/toggle/weather").problem(http.StatusUnauthorized)
	cross(me).with("Authorization", "Basic YTpi").post("/toggle/weather").problem(http.StatusForbidden)
	e.program(t, auth.ScopeAdmin).with("Origin", "https://evil.example").post("/toggle/weather").problem(http.StatusForbidden)
	// A token signs nobody out, and its caller gets no page.
	me.bearer("x").post("/logout").problem(http.StatusUnauthorized)
	_, secret := e.token(t, auth.ScopeAdmin)
	me.bearer(secret).post("/logout").to("/login")
	me.get("/api/tools/all").is(http.StatusOK)
	toggled(me.browser().bearer(secret).post("/toggle/weather").is(http.StatusOK))
}

func TestTokensOnClosedSocket(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.SocketsNeedAuth = true }})
	me := e.signedIn(t)
	me.register("/weather")
	me.register("/other")
	e.stranger(t).get("/ws/health_status").problem(http.StatusUnauthorized)
	e.program(t, auth.ScopeMetrics).get("/ws/health_status").problem(http.StatusForbidden)
	limited := e.program(t, auth.ScopeGateway, "/weather")
	if body := limited.get("/ws/health_status").is(http.StatusOK).body; !strings.Contains(body, `"/weather"`) || strings.Contains(body, "/other") {
		t.Errorf("a limited token sees %s", body)
	}
	asks := func(c *caller) answer {
		return c.with("Upgrade", "websocket").with("Sec-WebSocket-Version", "13").get("/ws/health_status")
	}
	if p := asks(limited).problem(http.StatusForbidden); p.Title != "Limited token" {
		t.Errorf("the problem is %+v", p)
	}
	asks(e.program(t, auth.ScopeGateway)).problem(http.StatusBadRequest) // It lacks Connection, no permission.
	// Another origin that is ours counts with a token, and not with a cookie.
	from := func(c *caller) answer { return asks(c.with("Origin", "http://localhost:1")) }
	from(e.program(t, auth.ScopeGateway)).problem(http.StatusBadRequest)
	from(me).problem(http.StatusForbidden)
}

func TestTooManyTokens(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		full, err := auth.LoadTokens(t.Context(), fullShelf{}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		o.Tokens = full
	}})
	p := e.signedIn(t).json("/api/tokens", `{"name":"x","scope":"admin"}`).problem(http.StatusBadRequest)
	if p.Title != "Too many tokens" || !strings.Contains(p.Detail, "1000") {
		t.Errorf("the problem is %+v", p)
	}
}

// fullShelf is a store that has all the tokens that there may be.
type fullShelf struct{ auth.TokenStore }

func (fullShelf) LoadTokens(context.Context) ([]auth.StoredToken, error) {
	all := make([]auth.StoredToken, auth.MaxTokens)
	for i := range all {
		all[i].Hash[0], all[i].Hash[1] = byte(i), byte(i>>8)
	}
	return all, nil
}
