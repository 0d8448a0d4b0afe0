package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// shown waits until exactly these services are on the page, in this order.
func (b *tab) shown(paths ...string) {
	b.t.Helper()
	if paths == nil {
		paths = []string{}
	}
	b.until("JSON.stringify([...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).map(c => c.dataset.path)) === " + js(js(paths)))
}

func TestFilter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", upstreamtest.Stateless(t, "get_forecast").URL, "tags", "sky,outdoors")
	w.register(t, "/finance", "Finance", upstreamtest.ClosedURL(t), "description", "Quotes of stocks")
	w.register(t, "/archive", "archive", upstreamtest.ClosedURL(t), "tags", "paper")
	w.enable(t, "/weather")
	w.enable(t, "/finance")
	b := w.tab(t)
	b.open("/")
	b.badge("/weather", "Healthy", "")
	b.badge("/finance", "Unhealthy", "connection refused")
	b.shown("/archive", "/finance", "/weather")
	b.stay()

	b.fill("#query", "STOCKS quotes")
	b.shown("/finance")
	b.fill("#query", "outdoors")
	b.shown("/weather")
	b.fill("#query", "get_fore")
	b.shown("/weather") // by a tool that was discovered
	b.fill("#query", "nowhere")
	b.shown()
	b.see("#none-match", "Nothing matches")
	b.click("#clear")
	b.shown("/archive", "/finance", "/weather")

	// Browsers limit how often the address may change, and somebody holds a key.
	look[bool](b, `(e => {
		const own = history.replaceState;
		window.written = 0;
		history.replaceState = (...all) => { window.written++; own.apply(history, all); };
		for (let n = 0; n < 200; n++) { e.value = 'x'.repeat(n); e.dispatchEvent(new Event('input', {bubbles: true})); }
		e.value = 'finance';
		return e.dispatchEvent(new Event('input', {bubbles: true}));
	})(`+find("#query")+`)`)
	b.shown("/finance")
	b.until("location.search === '?query=finance' && window.written < 5")
	// Who goes elsewhere right after a key comes back to what was looked for.
	look[bool](b, `(e => {
		for (const text of ['we', 'weather']) { e.value = text; e.dispatchEvent(new Event('input', {bubbles: true})); }
		return document.querySelector('.top-nav a[href="/tools"]').click() ?? true;
	})(`+find("#query")+`)`)
	b.at("/tools")
	b.do(chromedp.NavigateBack())
	b.at("/?query=weather")
	b.shown("/weather")
	b.stay()
	b.fill("#query", "")

	b.click("[data-filter=enabled]")
	b.shown("/finance", "/weather")
	b.click("[data-filter=disabled]")
	b.shown("/archive")
	b.click("[data-filter=issues]")
	b.shown("/finance")
	b.fill("#query", "weather")
	b.shown()
	b.stayed()

	// What is chosen stands in the address, for reloads and for others.
	b.at("/?query=weather&status=issues")
	b.do(chromedp.Reload())
	b.until(find("#live") + ".dataset.state === 'live'") // the scripts run, and nothing moves any more
	b.shown()
	b.see("#none-match", "Nothing matches")
	b.click("#clear")
	b.shown("/archive", "/finance", "/weather")
	b.do(chromedp.NavigateBack())
	b.shown()
}

// Filters combine, are found in the address, and the back button takes back
// one choice at a time.
func TestFiltersCombine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/cafe", "Café Olé", upstreamtest.Stateless(t, "order").URL, "tags", "Süß,drinks")
	w.register(t, "/bar", "Bar", upstreamtest.SSE(t, "mix").URL, "tags", "drinks")
	w.register(t, "/shop", "Shop", "http://127.0.0.1:1/mcp", "tags", "food")
	for _, path := range []string{"/cafe", "/bar", "/shop"} {
		w.enable(t, path)
	}
	b := w.tab(t)
	b.open("/")
	b.badge("/shop", "Unhealthy", "connection refused")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.shown("/bar", "/cafe", "/shop")
	b.stay()
	choose := func(id, value string) {
		t.Helper()
		look[bool](b, fmt.Sprintf("(e => { e.value = %s; return e.dispatchEvent(new Event('change', {bubbles: true})); })(document.getElementById(%s))", js(value), js(id)))
	}

	choose("sort", "status")
	b.shown("/shop", "/bar", "/cafe")
	b.click(card("/bar", "[data-tag=drinks]"))
	b.shown("/bar", "/cafe")
	choose("transport", "http+sse")
	b.shown("/bar")
	b.see("#shown", "1 of 3 services")
	b.fill("#query", "nowhere")
	b.see("#none-match", "part of a word will do")
	b.fill("#query", "MIX")
	b.shown("/bar")
	b.at("/?query=MIX&sort=status&tag=drinks&transport=http%2Bsse")
	back := func(paths ...string) {
		t.Helper()
		look[bool](b, "(history.back(), true)")
		b.shown(paths...)
	}
	back("/bar", "/cafe")
	back("/shop", "/bar", "/cafe")
	back("/bar", "/cafe", "/shop")

	b.click("#tags summary")
	b.fill("#tag-find", "sus")
	b.until("document.querySelectorAll('#facets a').length === 0") // ß is no s
	b.fill("#tag-find", "su")
	b.click("#facets a")
	b.shown("/cafe")
	b.click(".chip")
	b.fill("#query", "cafe ole")
	b.shown("/cafe")
	b.stayed()

	// A table is the same list, and this browser remembers it.
	b.click("[data-view-choice=table]")
	b.until("document.documentElement.dataset.view === 'table'")
	b.shown("/cafe")
	b.do(chromedp.Reload())
	b.until("document.documentElement.dataset.view === 'table' && " + find("#live") + ".dataset.state === 'live'")
	b.shown("/cafe")
}
