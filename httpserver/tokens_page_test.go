package httpserver_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// secretOn is the secret that a page shows, or "".
func secretOn(page string) string {
	return regexp.MustCompile(`mcpgw_[0-9A-Za-z]{49}`).FindString(page)
}

// TestTokenByForm goes the way of a browser without script.
func TestTokenByForm(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t).browser()
	me.form("/register", seedForm).to("/")
	page := me.get("/tokens?service=weather").page(http.StatusOK, `action="/tokens"`, "0 tokens").body
	if !strings.Contains(page, `value="/weather" checked`) {
		t.Error("the service that was named is not ticked")
	}
	if strings.Contains(me.get("/tokens?service=%3Cb%3E").page(http.StatusOK).body, "<b>") {
		t.Error("the query is markup on the page")
	}

	const name = `"><b>Agent</b>`
	made := me.form("/tokens", "name=%22%3E%3Cb%3EAgent%3C/b%3E&scope=gateway&services=/weather&services=/other&expires=30d").page(http.StatusCreated, html.EscapeString("Copy the token of"))
	secret := secretOn(made.body)
	if secret == "" || strings.Count(made.body, secret) != 1 || strings.Contains(made.body, "<b>Agent") {
		t.Fatalf("the page shows the token %d times, or has markup of its name", strings.Count(made.body, secret))
	}
	for text, times := range map[string]int{
		`href="/connect/weather"`: 1, `href="/connect/other"`: 0, "No service is registered yet at <code>/other</code>": 1,
		"<code>token:" + e.tokens.List()[0].ID + "</code>": 1, "<code>" + e.tokens.List()[0].ID + "</code>": 1,
	} {
		if got := strings.Count(made.body, text); got != times {
			t.Errorf("the page has %s %d times", text, got)
		}
	}
	if made.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control is %q", made.header.Get("Cache-Control"))
	}
	token := e.tokens.List()[0]
	if token.Name != name || !slices.Equal(token.Services, []registry.Path{"/weather", "/other"}) || token.ExpiresAt.Sub(token.CreatedAt) != 30*24*time.Hour {
		t.Errorf("made %+v", token)
	}
	if page := me.get("/tokens").page(http.StatusOK, "1 token", "/tokens/revoke/"+token.ID).body; secretOn(page) != "" {
		t.Error("the token is shown again")
	}
	if strings.Contains(e.log.String(), secret) {
		t.Error("the log has the secret")
	}

	for _, want := range []string{`"msg":"a token was made","id":"` + token.ID, `"services":"/weather,/other"`, `"by":"user:admin"`} {
		if !strings.Contains(e.log.String(), want) {
			t.Errorf("the log lacks %s", want)
		}
	}

	agent := e.stranger(t).bearer(secret)
	agent.get("/api/tools/weather").is(http.StatusOK)
	me.post("/tokens/revoke/" + token.ID).to("/tokens")
	if !strings.Contains(e.log.String(), `"msg":"a token was revoked","id":"`+token.ID) {
		t.Error("the log lacks the end of the token")
	}
	agent.get("/api/tools/weather").problem(http.StatusUnauthorized)
	me.post("/tokens/revoke/"+token.ID).page(http.StatusNotFound, "No such token", `action="/tokens"`)
	e.signedIn(t).post("/tokens/revoke/" + token.ID).problem(http.StatusNotFound)
}

func TestTokenFormKeepsWhatWasTyped(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t).browser()
	me.form("/register", seedForm).to("/")
	page := me.form("/tokens", "name=&scope=metrics&services=weather&expires=90d").page(http.StatusBadRequest, "Not made yet: 2 fields to mend", "Give a name", "only a token of scope gateway").body
	for _, want := range []string{`value="metrics" aria-describedby="scope-metrics-hint" checked`, `value="/weather" checked`, `value="90d" selected`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	page = me.form("/tokens", "name=%3Ci%3E&scope=admin&expires=custom&expires_days=3651").page(http.StatusBadRequest, "Give a whole number of days, 1 to 3650.").body
	if value(t, page, "name") != "<i>" || value(t, page, "expires_days") != "3651" || strings.Contains(page, "<i>") {
		t.Error("what was typed is lost, or markup")
	}
	program := e.signedIn(t)
	for form, field := range map[string]string{
		"name=x&scope=admin&expires=custom":                   "expires_days",
		"name=x&scope=admin&expires=custom&expires_days=1.5":  "expires_days",
		"name=x&scope=admin&expires=custom&expires_days=-1":   "expires_days",
		"name=x&scope=admin&expires=forever":                  "expires",
		"name=x&scope=root":                                   "scope",
		"name=x&scope=gateway&services=/weather&services=a b": "services",
	} {
		program.form("/tokens", form).refuses(field)
	}
	program.form("/tokens", "").refuses("name", "scope")
	program.json("/tokens", `{"name":"x","scope":"admin"}`).problem(http.StatusUnsupportedMediaType)
	if list := e.tokens.List(); len(list) != 0 {
		t.Errorf("made %v", list)
	}
}

func TestTokenFormLives(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t)
	const day = 24 * time.Hour
	for fields, want := range map[string]time.Duration{
		"":                                  30 * day,
		"&expires=":                         30 * day,
		"&expires=30d&expires_days=x":       30 * day,
		"&expires=90d":                      90 * day,
		"&expires=1y":                       365 * day,
		"&expires=custom&expires_days=+7":   7 * day,
		"&expires=custom&expires_days=3650": auth.MaxTokenLife,
		"&expires=never":                    0,
	} {
		me.form("/tokens", "name=x&scope=gateway"+fields).is(http.StatusCreated)
		token := e.tokens.List()[0]
		if want == 0 {
			if !token.ExpiresAt.IsZero() {
				t.Errorf("%s: ends at %v", fields, token.ExpiresAt)
			}
		} else if got := token.ExpiresAt.Sub(token.CreatedAt); got != want {
			t.Errorf("%s: good for %v, want %v", fields, got, want)
		}
		me.delete("/api/tokens/" + token.ID).is(http.StatusNoContent)
	}
}

func TestTokensPageIsTheAdministrators(t *testing.T) {
	e := newEdge(t, setup{})
	stranger := e.stranger(t)
	stranger.get("/tokens").to("/login?next=/tokens")
	stranger.form("/tokens", "name=x&scope=admin").problem(http.StatusUnauthorized)
	stranger.post("/tokens/revoke/x").problem(http.StatusUnauthorized)
	foreign := e.signedIn(t).with("Sec-Fetch-Site", "cross-site")
	foreign.form("/tokens", "name=x&scope=admin").problem(http.StatusForbidden)
	foreign.post("/tokens/revoke/x").problem(http.StatusForbidden)
	if list := e.tokens.List(); len(list) != 0 {
		t.Errorf("made %v", list)
	}
}
