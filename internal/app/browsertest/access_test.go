package browsertest

import (
	"context"
	"net/http"
	"strings"
	"testing"

	permissions "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

// clipboard lets the page use the clipboard, as people do when they are asked.
func (b *tab) clipboard() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
		self, err := cdp.Call(ctx, t, target.GetTargetInfo, target.GetTargetInfoParams{})
		if err != nil {
			return cdp.Empty{}, err
		}
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			if _, err := cdp.Call(ctx, t, permissions.SetPermission, permissions.SetPermissionParams{
				Permission:       &permissions.PermissionDescriptor{Name: name, AllowWithoutSanitization: name == "clipboard-write"},
				Setting:          permissions.PermissionSettingGranted,
				BrowserContextID: self.TargetInfo.BrowserContextID,
			}); err != nil {
				return cdp.Empty{}, err
			}
		}
		return cdp.Empty{}, nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// copied is what the clipboard has.
func (b *tab) copied() string {
	b.t.Helper()
	look[bool](b, "delete window.read && Boolean(navigator.clipboard.readText().then((text) => { window.read = text; }, (e) => { window.read = String(e); }))")
	b.until("'read' in window")
	return look[string](b, "window.read")
}

// status is what a program with the token gets at a path.
func (w *world) status(tb testing.TB, path, token string) int {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, w.URL+path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := w.Client(tb).Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// TestTokenFromPageToProgram makes a token, copies it, uses it, revokes it.
func TestTokenFromPageToProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	w.register(t, "/finance", "Finance", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.clipboard()
	b.open("/")
	b.click("header a[href='/tokens']")
	b.at("/tokens")
	b.see("main", "0 tokens")
	b.accessible("tokens, none yet")

	// What does not count with the choice is not shown.
	b.click("#scope-metrics")
	b.until("!" + find("#services") + ".checkVisibility() && !" + find("#expires_days") + ".checkVisibility()")
	b.click("#scope-gateway")
	b.until(find("#services") + ".checkVisibility()")
	b.fill("#find", "WEATH")
	b.until("[...document.querySelectorAll('#services .choice')].filter(e => e.checkVisibility()).length === 1")
	b.until(find("#shown") + ".textContent === '1 of 2 shown'")
	b.click("#services .choice:not([hidden]) input")
	b.fill("#name", "Agent")
	b.click("#new-token [type=submit]")
	b.see("#made-title", "Copy the token of Agent now")
	b.until("document.activeElement.id === 'made-title'")
	b.accessible("tokens, one made")

	token := b.text("#secret")
	b.click("[data-copy=secret]")
	b.see("#toasts", "Copied")
	b.see("[data-copy=secret]", "Copied")
	if copied := b.copied(); copied != token || !strings.HasPrefix(token, "mcpgw_") {
		t.Errorf("the clipboard has %q, the page %q", copied, token)
	}
	if at := w.status(t, "/api/tools/weather", token); at != http.StatusOK {
		t.Errorf("the token's own service: status %d", at)
	}
	if at := w.status(t, "/api/tools/finance", token); at != http.StatusNotFound {
		t.Errorf("another service: status %d", at)
	}

	b.open("/tokens")
	b.see(".token", "just now")
	if page := look[string](b, "document.documentElement.outerHTML"); strings.Contains(page, token) {
		t.Error("the token is shown again")
	}
	b.click(".token .revoke summary")
	b.see(".token .revoke form", "refused from the next request on")
	b.accessible("tokens, one about to go")
	b.click(".token .revoke [type=submit]")
	b.at("/tokens")
	b.see("main", "0 tokens")
	if at := w.status(t, "/api/tools/weather", token); at != http.StatusUnauthorized {
		t.Errorf("revoked: status %d", at)
	}
}

func TestTokenErrorsShowInTheForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.tab(t)
	b.allow("status of 400")
	b.open("/tokens")
	b.fill("#name", " ")
	b.click("#new-token [type=submit]")
	b.see("#summary", "1 field to mend")
	b.until("document.activeElement.id === 'summary'")
	b.accessible("tokens with an error")
	look[bool](b, "("+find("#expires")+".value = 'custom') !== ''")
	b.until(find("#expires_days") + ".checkVisibility()")
	b.fill("#name", "Agent")
	b.fill("#expires_days", "0")
	b.click("#new-token [type=submit]")
	b.see("#expires_days-error", "whole number of days")
	b.until(find("#expires_days") + ".value === '0' && " + find("#name") + ".value === 'Agent'")
}

func TestHostileTokenNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.tab(t)
	texts := hostileTexts()
	for _, text := range texts {
		b.open("/tokens")
		b.until(find("#new-token"))
		look[bool](b, find("details.new")+".open = true")
		b.fill("#name", text)
		b.click("#new-token [type=submit]")
		b.until(find("#made-title bdi") + ".textContent === " + js(strings.TrimSpace(text)))
		b.harmless("a token that was made")
	}
	b.open("/tokens")
	for i, text := range texts {
		shown := len(texts) - 1 - i // the newest first
		b.until(find("ul.tokens") + ".children[" + js(shown) + "].querySelector('h3').textContent === " + js(strings.TrimSpace(text)))
	}
	b.click(".token .revoke summary")
	b.harmless("the tokens")
}

func TestConnectPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/team/weather", "Weather", "http://127.0.0.1:1/mcp")
	w.register(t, "/finance", "Finance", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.clipboard()
	b.open("/")
	b.click(card("/team/weather", ".card-connect"))
	b.at("/connect/team/weather")
	b.see("#address", "/team/weather/mcp")
	b.see("#text-claude-code", "claude mcp add --transport http team-weather "+w.URL+"/team/weather/mcp")
	b.accessible("connect")

	// One panel at a time, by mouse and by keyboard.
	shown := func(client string) {
		t.Helper()
		b.until("[...document.querySelectorAll('.tab-panel')].filter(e => e.checkVisibility()).map(e => e.getAttribute('aria-labelledby')).join() === " + js("heading-"+client))
	}
	shown("claude-code")
	b.click("label[for=client-cursor]")
	shown("cursor")
	b.until("document.activeElement.id === 'client-cursor'")
	b.press(kb.ArrowRight)
	shown("vs-code")

	b.click("label[for=client-go]")
	shown("go")
	b.click("[data-copy=text-go]")
	b.see("#toasts", "Copied")
	if copied := b.copied(); copied != b.text("#text-go") || !strings.Contains(copied, "\tctx := context.Background()\n") {
		t.Errorf("the clipboard has %q", copied)
	}

	// The next service's page begins with the client that was chosen.
	b.open("/connect/finance")
	shown("go")
	b.click("a[href^='/tokens?service=']")
	b.until(find("#services input[value='/finance']") + ".checked")
	if n := look[int](b, "document.querySelectorAll('#services input:checked').length"); n != 1 {
		t.Errorf("%d services are ticked", n)
	}
	for _, page := range []string{"/tools/finance", "/edit/finance"} {
		b.open(page)
		b.click("main a[href='/connect/finance']")
		b.at("/connect/finance")
	}
}

// TestAccessWithoutScript goes the same ways with the forms and styles alone.
func TestAccessWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	b := isolated(t, w.URL)
	call(b, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open("/connect/weather")
	b.at("/login?next=/connect/weather")
	b.signIn(apptest.Password)
	b.at("/connect/weather")
	b.click("label[for=client-python]")
	b.see("#text-python", "/weather/mcp")
	if look[bool](b, find("[data-copy=text-python]")+".checkVisibility()") {
		t.Error("there is a button to copy, which does nothing")
	}
	b.click("a[href^='/tokens?service=']")
	b.fill("#name", "Agent")
	b.click("#new-token [type=submit]")
	b.see("#made-title", "Agent")
	token := b.text("#secret")
	if at := w.status(t, "/api/tools/weather", token); at != http.StatusOK {
		t.Errorf("status %d", at)
	}
	b.click(".token .revoke summary")
	b.click(".token .revoke [type=submit]")
	b.at("/tokens")
	b.see("main", "0 tokens")
	if at := w.status(t, "/api/tools/weather", token); at != http.StatusUnauthorized {
		t.Errorf("revoked: status %d", at)
	}
}
