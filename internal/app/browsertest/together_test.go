package browsertest

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// Two people, one of them with two tabs, see what the other does, and nobody
// reloads.
func TestTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/b", "Bravo", "http://127.0.0.1:1/mcp")
	mine, theirs := w.tab(t), w.tab(t)
	second := theirs.another()
	watchers := []*tab{theirs, second}
	for _, b := range watchers {
		b.open("/")
		b.until(find("#live") + ".dataset.state === 'live'")
		b.shown("/b")
		b.stay()
	}

	upstream := upstreamtest.SSE(t, "quote")
	mine.open("/register")
	mine.fill("#name", "Alpha")
	mine.fill("#proxy_pass_url", upstream.URL)
	mine.see("#examination", "This URL works") // It moves what is below it.
	mine.fill("#tags", "fresh")
	mine.click("main [type=submit]")
	mine.at("/")
	for _, b := range watchers {
		b.shown("/alpha", "/b")
		b.see(card("/alpha", ".tags"), "fresh")
		b.until(find("[data-filter=all] .figure") + ".textContent === '2'")
	}

	mine.click(card("/alpha", ".switch"))
	for _, b := range watchers {
		b.badge("/alpha", "Healthy", "")
		b.see(card("/alpha", ".card-tools"), "1 tool")
		b.until(find(card("/alpha", ".switch")) + ".ariaChecked === 'true'")
	}

	mine.click(card("/alpha", ".card-edit"))
	mine.fill("#name", "Alpha, renamed")
	mine.click("main [type=submit]")
	for _, b := range watchers {
		b.see(card("/alpha", ".card-name"), "Alpha, renamed")
	}

	mine.at("/")
	mine.click(card("/alpha", ".ask summary"))
	mine.click("#confirm [value=delete]")
	for _, b := range watchers {
		b.shown("/b")
		b.stayed()
	}
}

// A tab that opened filtered hears of what it does not show, and shows it as
// soon as it is to.
func TestFilteredTabCatchesUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 30 { // more than are fetched one by one
		w.register(t, fmt.Sprintf("/s%02d", i), fmt.Sprintf("Service %02d", i), "http://127.0.0.1:1/mcp")
	}
	b := w.tab(t)
	b.open("/?query=" + url.QueryEscape("Service 07"))
	b.shown("/s07")
	b.until(find("[data-filter=all] .figure") + ".textContent === '30'")
	b.fill("#query", "service /s1")
	b.until("[...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).length === 10")
}
