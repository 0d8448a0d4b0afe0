package browsertest

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestAxe has axe-core look at every page in every state that it has.
func TestAxe(t *testing.T) {
	t.Parallel()
	a := newAxe(t)
	w := newWorld(t)
	out, b := isolated(t, w.URL), w.tab(t)
	b.allow("status of 400", "status of 404")
	upstream := upstreamtest.Stateless(t)
	offer(upstream)
	all := func() {
		b.open("/")
		b.badge("/shop", "Healthy", "")
		b.badge("/tickets", "Needs credentials", "")
		b.badge("/search", "Unhealthy", "connection refused")
		b.until(find("#live") + ".dataset.state === 'live'")
	}

	for _, state := range []struct {
		name string
		tab  *tab
		// show leads the tab there, from wherever the state before left it.
		show func()
	}{
		{"login", out, func() { out.open("/login") }},
		{"login refused", out, func() { out.open("/login?error=Invalid+username+or+password") }},
		{"empty dashboard", b, func() {
			b.open("/")
			b.until(find("#live") + ".dataset.state === 'live'")
		}},
		{"no tools", b, func() { b.open("/tools") }},
		{"no tokens", b, func() { b.open("/tokens") }},
		{"dashboard", b, func() {
			w.register(t, "/shop", "Shop", upstream.URL, "description", "Sells tea.", "tags", "tea,sales", "num_stars", "4", "is_python", "true", "license", "MIT")
			w.register(t, "/tickets", "Ticket Desk", upstreamtest.Serve(t, upstreamtest.Body(http.StatusUnauthorized, "text/plain", "no")), "tags", "support")
			w.register(t, "/search", "Document Search", upstreamtest.ClosedURL(t))
			w.register(t, "/builds", "Build Runner", "http://169.254.10.10/mcp")
			w.register(t, "/maps", "خدمة الخرائط", upstream.URL, "description", "تحوّل العناوين إلى إحداثيات.", "tags", "خرائط")
			for _, path := range []string{"/shop", "/tickets", "/search", "/builds"} {
				w.enable(t, path)
			}
			w.ask(t, "/shop")
			all()
		}},
		{"status details", b, func() {
			b.click(card("/search", ".health summary"))
			b.until(find(card("/search", ".card-story")) + ".ariaBusy !== 'true' && " + find(card("/search", ".card-story *")))
		}},
		{"selection", b, func() {
			b.click(card("/shop", ".card-pick"))
			b.click(card("/tickets", ".card-pick"))
			b.see("#picked-count", "2 selected")
		}},
		{"bulk question", b, func() {
			b.click("[data-bulk=check]")
			b.see("#bulk-title", "Check 2 services?")
		}},
		{"bulk outcome", b, func() {
			b.click("#bulk-go")
			b.see("#bulk-title", "2 services checked")
		}},
		{"help", b, func() {
			b.click("#bulk-close")
			b.click("#picked-none")
			b.press("?")
			b.until(find("#help") + ".open")
		}},
		{"delete question", b, func() {
			b.press(kb.Escape)
			b.click(card("/search", ".ask summary"))
			b.until(find("#confirm") + ".open")
		}},
		{"tags to choose", b, func() {
			b.press(kb.Escape)
			b.click("#tags summary")
			b.see("#facets", "support")
		}},
		{"tag chosen", b, func() {
			b.click("#facets a[data-facet=support]")
			b.see("#chosen", "support")
		}},
		{"nothing matches", b, func() {
			b.fill("#query", "no such thing")
			b.until("!" + find("#none-match") + ".hidden")
		}},
		{"table", b, func() {
			all()
			b.click("[data-view-choice=table]")
		}},
		{"table with details and a selection", b, func() {
			b.click(card("/search", ".health summary"))
			b.click(card("/shop", ".card-pick"))
		}},
		{"problem above the dashboard", b, func() {
			look[bool](b, "(localStorage.clear(), true)")
			all()
			look[bool](b, `(() => {
				const form = document.createElement('form');
				form.method = 'post';
				form.action = '/toggle/nowhere';
				document.body.append(form);
				form.submit();
				return true;
			})()`)
			b.see(".notice.bad", "404")
		}},
		{"register", b, func() { b.open("/register") }},
		{"register with errors", b, func() {
			b.fill("#name", "x")
			b.fill("#path", "//")
			b.fill("#proxy_pass_url", "x")
			b.click(".headers summary")
			b.click("#service [type=submit]")
			b.see("#summary", "to mend")
		}},
		{"register with a verdict", b, func() {
			b.open("/register")
			b.fill("#proxy_pass_url", upstream.Origin()+"/wrong")
			b.click("#examine")
			b.see("#examination", "This needs attention")
		}},
		{"upload", b, func() { b.click("label[for=how-upload]") }},
		{"paste with an error", b, func() {
			b.click("label[for=how-paste]")
			b.fill("#text", `{"mcpServers": }`)
			b.see("#text-error", "not valid JSON")
		}},
		{"plan", b, func() {
			b.fill("#text", configuration(upstream.URL))
			b.see("#plan-title", "5 services found")
		}},
		{"plan carried out", b, func() {
			b.click("#carry-out")
			b.see("#plan-title", "registered")
		}},
		{"edit", b, func() { b.open("/edit/shop") }},
		{"tools of a service", b, func() {
			b.open("/tools/shop")
			b.click(tool("order", ".raws .schema summary"))
		}},
		{"trial with errors", b, func() {
			b.try("order")
			b.click(tool("order", "[type=submit]"))
			b.see(tool("order", ".field.wrong"), "This is needed.")
		}},
		{"trial with its result", b, func() {
			b.fill(b.named("order", "item"), "tea")
			b.press(kb.Enter)
			b.see(tool("order", ".outcome"), "ordered")
			b.click(tool("order", ".try > .schema summary"))
		}},
		{"question before a trial", b, func() {
			b.try("erase")
			b.click(tool("erase", "[type=submit]"))
			b.see(".ask-first", "may destroy something")
		}},
		{"tools of a service that is switched off", b, func() {
			w.post(t, "/toggle/shop", url.Values{"enabled": {"off"}}, http.StatusOK)
			b.open("/tools/shop")
		}},
		{"tools", b, func() { b.open("/tools") }},
		{"tools found", b, func() {
			b.open("/tools?query=order")
			b.see("#found", "order")
		}},
		{"no tool found", b, func() {
			b.fill("#query", "no such thing")
			b.until("!" + find("#found-none") + ".hidden")
		}},
		{"new token", b, func() {
			b.open("/tokens")
			b.click("#scope-gateway")
		}},
		{"new token with errors", b, func() {
			b.fill("#name", " ")
			b.click("#new-token [type=submit]")
			b.see("#summary", "to mend")
		}},
		{"token made", b, func() {
			b.fill("#name", "Agent")
			b.click("#new-token [type=submit]")
			b.see("#made-title", "Copy the token of Agent now")
		}},
		{"token about to go", b, func() {
			b.click(".token .revoke summary")
			b.see(".token .revoke form", "refused")
		}},
		{"connect", b, func() { b.open("/connect/maps") }},
		{"connect to a service that is down", b, func() { b.open("/connect/search") }},
		{"health of a service", b, func() { b.open("/health/search") }},
		{"docs", b, func() {
			b.open("/docs")
			b.until("document.querySelectorAll('#docs-body details.op').length > 20")
			b.click("#op-GetHealth > summary")
			b.see("#op-GetHealth", "Try it")
		}},
		{"answer in the docs", b, func() {
			b.click("#op-GetHealth .try [type=submit]")
			b.see("#op-GetHealth .answer", "200")
		}},
		{"error page", b, func() { b.open("/edit/nowhere") }},
	} {
		state.show()
		// What a menu lies on top of cannot be hit, and need not be.
		within := "html"
		if state.name == "tags to choose" {
			within = "#tags"
		}
		a.look(state.tab, state.name, within)
	}
	t.Logf("axe looked at %d states, for %s", a.seen, a.took.Round(time.Millisecond))
}
