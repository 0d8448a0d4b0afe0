package browsertest

import (
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestHeadersOnTheForm: a server that wants a key is examined with it, and
// registered; an edit examines it with the key that is stored.
func TestHeadersOnTheForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lock := &upstreamtest.Lock{Name: "X-Api-Key", Value: "0123456789", Behind: upstreamtest.Stateful(t, "alpha")}
	url := upstreamtest.Serve(t, lock) + "/mcp"
	const row = "#header-rows > :last-child > "
	b := w.tab(t)
	b.open("/register")
	b.fill("#name", "Locked")
	b.fill("#path", "/locked")
	b.fill("#proxy_pass_url", url)
	b.click("#examine")
	b.see("#examination", "asks for credentials")
	b.click(".headers summary")
	b.fill(row+"[name=header_name]", "X-Other")
	b.until(find("#examination") + ".textContent === ''")
	b.fill(row+"[name=header_value]", "a")
	b.click("#add-header")
	b.fill(row+"[name=header_name]", "x-api-key")
	b.fill(row+"[name=header_value]", "0123456789")
	b.accessible("form with headers")
	b.click("#examine")
	b.see("#examination", "This URL works")
	b.click("main [type=submit]")
	b.at("/")

	b.open("/edit/locked#check")
	b.see("#examination", "This URL works")
	b.see("#examination", "headers that are stored")
	b.see(".headers-set", "X-Api-Key")
	if look[bool](b, "document.documentElement.outerHTML.includes('0123456789')") {
		t.Error("the value is on the page")
	}
	b.click("[name=header_remove][value=X-Other]")
	b.click("main [type=submit]")
	b.at("/")
	b.open("/edit/locked")
	b.see(".headers-set", "X-Api-Key")
	if look[bool](b, find(".headers-set")+".textContent.includes('X-Other')") {
		t.Error("X-Other was not removed")
	}
}

// TestAWrongKeyIsFoundOut: from the card, or where a client would be connected,
// to what is wrong.
func TestAWrongKeyIsFoundOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lock := &upstreamtest.Lock{Name: "X-Api-Key", Value: "0123456789", Behind: upstreamtest.Stateful(t, "alpha")}
	w.register(t, "/locked", "Locked", upstreamtest.Serve(t, lock)+"/mcp")
	b := w.tab(t)
	b.open("/edit/locked")
	b.click(".headers summary")
	b.fill("#header-rows [name=header_name]", "X-Api-Key")
	b.fill("#header-rows [name=header_value]", "wrong-key")
	b.click("main [type=submit]")
	b.at("/")
	if !look[bool](b, find(".why")+".hidden") {
		t.Error("there is something to find out about a service that is switched off")
	}
	b.click("[data-do=toggle] button")
	b.badge("/locked", "Needs credentials", "")
	b.click(".health summary")
	b.see(".detail", "does not take the credentials in upstream_headers")
	b.click(".why a")
	b.see("#examination", "does not take the credentials in upstream_headers")
	if !look[bool](b, find(".examination-verdict use")+".getAttribute('href') === '#i-auth-required'") {
		t.Error("the verdict has no key")
	}
	b.open("/connect/locked")
	b.see(".connect-status", "Needs credentials")
	b.accessible("connect page of a service in trouble")
	b.click(".connect-status a")
	b.see("#examination", "does not take the credentials in upstream_headers")
}
