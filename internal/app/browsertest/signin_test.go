package browsertest

import (
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// signIn fills in the login form that the tab shows.
func (b *tab) signIn(password string) {
	b.t.Helper()
	b.fill("#username", apptest.User)
	b.fill("#password", password)
	b.click("main [type=submit]")
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	b := isolated(t, w.URL)

	b.open("/edit/weather?from=somewhere")
	b.at("/login?next=/edit/weather%3Ffrom%3Dsomewhere")
	b.signIn("not the password")
	b.see("#login-error", "Invalid username or password")
	b.signIn(apptest.Password)
	b.at("/edit/weather?from=somewhere")
	b.see("h1", "Modify Weather")

	b.open("/login")
	b.at("/") // signed in already
	b.see("h1", "Services")

	b.click("form[action='/logout'] button")
	b.at("/login")
	b.open("/")
	b.at("/login?next=/")
}

func TestSignInShowsMessagesAsText(t *testing.T) {
	t.Parallel()
	b := isolated(t, newWorld(t).URL)
	b.open("/login?error=%3Cimg+src%3Dx+onerror%3D%22window.ran%3D1%22%3E&next=https://evil.example/")
	b.see("#login-error", `<img src=x onerror="window.ran=1">`)
	b.signIn(apptest.Password)
	b.at("/") // not where the link wanted to go
	if b.text("html") == "" || look[bool](b, "'ran' in window") {
		t.Error("a script of the message ran")
	}
}

func TestSessionEndedElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.allow("401") // which the browser logs, and the page acts on
	b.open("/?status=disabled")
	b.see(card("/weather", ".badge-word"), "Disabled")

	w.post(t, "/logout", nil, 303)
	b.click(card("/weather", ".switch"))
	b.at("/login?next=%2F%3Fstatus%3Ddisabled")
	b.signIn(apptest.Password)
	b.at("/?status=disabled")
	b.see(card("/weather", ".badge-word"), "Disabled")
}

// A page that is looked at again notices by itself that its session is over.
func TestSessionEndedWhileAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.allow("401")
	b.open("/?sort=status")
	b.until(find("#live") + ".dataset.state === 'live'")
	w.post(t, "/logout", nil, 303)
	look[bool](b, "document.dispatchEvent(new Event('visibilitychange'))")
	b.at("/login?next=%2F%3Fsort%3Dstatus")
	b.signIn(apptest.Password)
	b.at("/?sort=status")
	b.see(card("/weather", ".badge-word"), "Disabled")
}

// Where one was goes on to the part of a page, and what was typed is kept.
func TestSignedInWhereOneWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", upstreamtest.Stateless(t, "one", "two").URL)
	w.enable(t, "/weather")
	b := w.tab(t)
	b.allow("401")
	leave := func() {
		t.Helper()
		w.post(t, "/logout", nil, http.StatusSeeOther)
	}
	where := func(address string) {
		t.Helper()
		b.until("document.readyState === 'complete' && location.pathname + location.search + location.hash === " + js(address))
	}
	leave()
	b.open("/tools/weather?from=link#tool-two") // the server never hears of the rest
	b.until("location.pathname === '/login'")
	b.signIn(apptest.Password)
	where("/tools/weather?from=link#tool-two")

	b.open("/edit/weather#tags")
	b.fill("#name", "Weather of Today")
	b.click("#is_python")
	look[bool](b, "("+find("details.headers")+".open = true)")
	b.fill("[name=header_name]", "X-Key")
	b.fill("[name=header_value]", "hunter2")
	call(b, network.ClearBrowserCookies.Method, nil)
	b.click("main [type=submit]")
	b.until("location.pathname === '/login'")
	if look[bool](b, "JSON.stringify(sessionStorage).includes('hunter2')") {
		t.Error("a secret lies in the browser's storage")
	}
	b.signIn(apptest.Password)
	where("/edit/weather#tags")
	b.until(find("#name") + ".value === 'Weather of Today' && " + find("#is_python") + ".checked")
	b.click("main [type=submit]")
	b.see(card("/weather", ".card-name"), "Weather of Today")
	b.open("/edit/weather")
	b.until(find("#name") + ".value === 'Weather of Today' && sessionStorage.getItem('draft') === null")
}

// Somebody signs out in one tab, and what the others show goes too.
func TestSignedOutInAnotherTab(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.tab(t)
	b.allow("401")
	// Looking now and then would find out too, only later.
	call(b, page.AddScriptToEvaluateOnNewDocument.Method, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "(own => { window.setTimeout = (f, ms, ...all) => ms < 10_000 ? own(f, ms, ...all) : 0; })(window.setTimeout)",
	})
	b.open("/?sort=status")
	b.until(find("#live") + ".dataset.state === 'live'")
	second := b.another()
	second.open("/tokens")
	second.click("form[action='/logout'] button")
	second.at("/login")
	b.at("/login?next=%2F%3Fsort%3Dstatus")
}
