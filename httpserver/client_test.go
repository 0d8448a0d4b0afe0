package httpserver_test

import (
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestTheGeneratedClientDoesItAll goes through everything that a person can
// do, with the client that is made of the document.
func TestTheGeneratedClientDoesItAll(t *testing.T) {
	var s setup
	realChecker(&s)
	e := newEdge(t, s)
	e.setPassword(t)
	upstream := upstreamtest.Stateful(t, "one", "two")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	client, err := gen.NewClientWithResponses(e.url, gen.WithHTTPClient(&http.Client{
		Jar:           jar,
		Transport:     conformant{t, base},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	const path = "/team/weather" // In URLs the client escapes its slashes.

	// Signing in.
	outcome(client.GetLoginPageWithResponse(ctx, &gen.GetLoginPageParams{Error: new("no"), Next: new("/docs")})).is(t, 200)
	in := outcome(client.LoginWithFormdataBodyWithResponse(ctx, gen.LoginForm{Username: user, Password: password})).is(t, 303)
	if in.HTTPResponse.Header.Get("Location") != "/" {
		t.Errorf("the login leads to %s", in.HTTPResponse.Header.Get("Location"))
	}
	outcome(client.GetDashboardWithResponse(ctx, &gen.GetDashboardParams{Query: new("x"), Status: new(gen.StatusFilter("issues"))})).is(t, 200)
	outcome(client.GetRegisterPageWithResponse(ctx)).is(t, 200)
	outcome(client.GetDocsPageWithResponse(ctx)).is(t, 200)

	// A service's life, by JSON and by forms.
	made := outcome(client.RegisterServiceWithResponse(ctx, gen.RegisterBody{
		Name: new("Weather"), Description: new("Forecasts"), Path: new(path), ProxyPassURL: new(upstream.URL), Tags: &gen.TagList{"a", "b"},
		NumTools: new(1), NumStars: new(4), IsPython: new(true), License: new("MIT"), WatchTools: new(false),
	})).is(t, 201)
	if made.JSON201 == nil || made.JSON201.Service.Path != path || made.JSON201.Service.NumStars != 4 {
		t.Errorf("registered %+v", made.JSON201)
	}
	outcome(client.RegisterServiceWithFormdataBodyWithResponse(ctx, gen.RegisterForm{
		Name: new("Other"), Description: new(""), Path: new("other"), ProxyPassURL: new("http://localhost:1"), Tags: new("x, y"),
	})).is(t, 201)
	outcome(client.RegisterServiceWithFormdataBodyWithResponse(ctx, gen.RegisterForm{
		Name: new("Other"), Description: new(""), Path: new("other"), ProxyPassURL: new("http://localhost:1"),
	})).is(t, 409)
	on := outcome(client.ToggleServiceWithFormdataBodyWithResponse(ctx, path, gen.ToggleForm{Enabled: new("on")})).is(t, 200)
	if on.JSON200 == nil || on.JSON200.Status != "healthy" || on.JSON200.NumTools != 2 {
		t.Errorf("switched on %+v", on.JSON200)
	}
	outcome(client.ToggleServiceWithResponse(ctx, path, gen.ToggleBody{Enabled: new(true)})).is(t, 200)
	upstream.AddTool("three", "Third.")
	refreshed := outcome(client.RefreshServiceWithResponse(ctx, path)).is(t, 200)
	if refreshed.JSON200 == nil || refreshed.JSON200.NumTools != 3 {
		t.Errorf("refreshed %+v", refreshed.JSON200)
	}
	outcome(client.GetEditPageWithResponse(ctx, path)).is(t, 200)
	outcome(client.GetToolsPageWithResponse(ctx, path)).is(t, 200)
	outcome(client.GetHealthPageWithResponse(ctx, path)).is(t, 200)
	outcome(client.EditServiceWithFormdataBodyWithResponse(ctx, path, gen.EditForm{NumStars: new("5")})).is(t, 303)
	edited := outcome(client.EditServiceWithResponse(ctx, path, gen.EditBody{Name: new("Weather API")})).is(t, 200)
	if edited.JSON200 == nil || edited.JSON200.ServerName != "Weather API" || edited.JSON200.NumStars != 5 {
		t.Errorf("edited %+v", edited.JSON200)
	}

	// Reading.
	one := outcome(client.GetServerDetailsWithResponse(ctx, "team/weather", nil)).is(t, 200)
	if one.JSON200 == nil || len(one.JSON200.ToolList) != 3 || *one.JSON200.Transport != "streamable-http" {
		t.Errorf("the record is %+v", one.JSON200)
	}
	tag := one.HTTPResponse.Header.Get("ETag")
	outcome(client.GetServerDetailsWithResponse(ctx, path, &gen.GetServerDetailsParams{IfNoneMatch: &tag})).is(t, 304)
	all := outcome(client.GetAllServerDetailsWithResponse(ctx, nil)).is(t, 200)
	if all.JSON200 == nil || len(*all.JSON200) != 2 {
		t.Errorf("all records are %+v", all.JSON200)
	}
	tools := outcome(client.GetToolsWithResponse(ctx, path)).is(t, 200)
	if tools.JSON200 == nil || tools.JSON200.ServicePath != path || len(tools.JSON200.Tools) != 3 {
		t.Errorf("the tools are %+v", tools.JSON200)
	}
	every := outcome(client.GetAllToolsWithResponse(ctx)).is(t, 200)
	if every.JSON200 == nil || len(every.JSON200.Tools) != 3 || len(every.JSON200.Servers) != 2 {
		t.Errorf("all tools are %+v", every.JSON200)
	}
	outcome(client.GetHealthStatusWithResponse(ctx)).is(t, 200)
	outcome(client.GetSocketStatsWithResponse(ctx)).is(t, 200)
	outcome(client.GetHealthWithResponse(ctx)).is(t, 200)
	outcome(client.GetLivenessWithResponse(ctx)).is(t, 200)
	outcome(client.GetReadinessWithResponse(ctx)).is(t, 200)
	metrics := outcome(client.GetMetricsWithResponse(ctx)).is(t, 200)
	if !strings.Contains(string(metrics.Body), "mcpgateway_services") {
		t.Error("the metrics lack the services")
	}
	outcome(client.GetOpenAPIYAMLWithResponse(ctx)).is(t, 200)
	outcome(client.GetOpenAPIJSONWithResponse(ctx)).is(t, 200)

	// Tokens.
	token := outcome(client.CreateTokenWithResponse(ctx, gen.TokenDraft{
		Name: new("Agent"), Scope: new("gateway"), Services: &[]string{path}, ExpiresInSeconds: new(int64(60)),
	})).is(t, 201).JSON201
	tokens := outcome(client.ListTokensWithResponse(ctx)).is(t, 200).JSON200
	if token == nil || tokens == nil || len(*tokens) != 1 || (*tokens)[0].ID != token.ID {
		t.Fatalf("made %+v, listed %+v", token, tokens)
	}
	outcome(client.RevokeTokenWithResponse(ctx, token.ID)).is(t, 204)
	if gone := outcome(client.RevokeTokenWithResponse(ctx, token.ID)).is(t, 404); gone.ApplicationProblemJSON404 == nil {
		t.Error("the refusal is no problem")
	}

	outcome(client.GetTokensPageWithResponse(ctx, &gen.GetTokensPageParams{Service: new(path)})).is(t, 200)
	outcome(client.CreateTokenByFormWithFormdataBodyWithResponse(ctx, gen.TokenForm{
		Name: new("By form"), Scope: new("gateway"), Services: &[]string{path, "other"}, Expires: "custom", ExpiresDays: new("7"),
	})).is(t, 201)
	tokens = outcome(client.ListTokensWithResponse(ctx)).is(t, 200).JSON200
	if len(*tokens) != 1 || !slices.Equal((*tokens)[0].Services, []string{path, "/other"}) {
		t.Fatalf("listed %+v", tokens)
	}
	outcome(client.RevokeTokenByFormWithResponse(ctx, (*tokens)[0].ID)).is(t, 303)
	outcome(client.RevokeTokenByFormWithResponse(ctx, (*tokens)[0].ID)).is(t, 404)

	// Connecting.
	connection := outcome(client.GetConnectionWithResponse(ctx, path)).is(t, 200).JSON200
	if connection == nil || connection.URL != e.url+path+"/mcp" || len(connection.Snippets) == 0 {
		t.Errorf("the connection is %+v", connection)
	}

	// Errors are problems with their fields.
	bad := outcome(client.EditServiceWithResponse(ctx, path, gen.EditBody{Name: new(""), NumStars: new(-1)})).is(t, 400)
	if p := bad.ApplicationProblemJSON400; p == nil || len(p.Errors) != 2 {
		t.Errorf("the problem is %+v", p)
	}
	missing := outcome(client.GetToolsWithResponse(ctx, "nosuch")).is(t, 404)
	if p := missing.ApplicationProblemJSON404; p == nil || p.Title != "No such service" {
		t.Errorf("the problem is %+v", p)
	}

	// The end.
	outcome(client.DeleteServiceByFormWithResponse(ctx, "other")).is(t, 200)
	outcome(client.DeleteServiceWithResponse(ctx, path)).is(t, 204)
	outcome(client.DeleteServiceWithResponse(ctx, path)).is(t, 404)
	outcome(client.LogoutWithResponse(ctx)).is(t, 303)
	lost := outcome(client.GetAllToolsWithResponse(ctx)).is(t, 401)
	if lost.ApplicationProblemJSON401 == nil {
		t.Error("the refusal is no problem")
	}
}

// outcome is a call's results as one.
func outcome[R interface{ StatusCode() int }](r R, err error) result[R] { return result[R]{r, err} }

type result[R interface{ StatusCode() int }] struct {
	response R
	err      error
}

// is asserts the status.
func (r result[R]) is(t *testing.T, status int) R {
	t.Helper()
	if r.err != nil {
		t.Fatal(r.err)
	}
	if r.response.StatusCode() != status {
		t.Fatalf("status %d, want %d", r.response.StatusCode(), status)
	}
	return r.response
}
