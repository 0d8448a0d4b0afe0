package browsertest

import (
	"slices"
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
	address := look[string](b, "location.search")
	if !slices.Contains([]string{"?query=weather&status=issues", "?status=issues&query=weather"}, address) {
		t.Errorf("the address says %q", address)
	}
	b.do(chromedp.Reload())
	b.until(find("#live") + ".dataset.state === 'live'") // the scripts run, and nothing moves any more
	b.shown()
	b.see("#none-match", "Nothing matches")
	b.click("#clear")
	b.shown("/archive", "/finance", "/weather")
	b.do(chromedp.NavigateBack())
	b.shown()
}
