package browsertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Two thousand services are one list. How long it takes depends on the
// machine, so the times are told and not judged.
func TestTwoThousandServices(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	w := newWorld(t)
	const many = 2000
	for i := range many {
		w.register(t, fmt.Sprintf("/team%d/service%d", i%10, i), fmt.Sprintf("Sérvice %04d", i), "http://127.0.0.1:1/mcp",
			"description", "One of a great many services, with a sentence to say about itself.", "tags", fmt.Sprintf("tag%d,many", i%7))
	}
	b := w.tab(t)
	told := func(what string, took float64) { t.Logf("%-28s %.1f ms", what, took) }
	const shown = "document.getElementById('shown').textContent"

	begun := time.Now()
	b.open("/")
	b.until(shown + " === '2000 services'")
	b.until(find("#live") + ".dataset.state === 'live'")
	t.Logf("%-28s %s", "live, as seen from outside", time.Since(begun).Round(time.Millisecond))
	told("first paint", look[float64](b, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"))
	told("document there", look[float64](b, "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
	for what, name := range map[string]string{"the page, in bytes": "navigation", "all it loads, in bytes": "resource"} {
		t.Logf("%-28s %d", what, look[int](b, "performance.getEntriesByType('"+name+"').reduce((sum, e) => sum + e.transferSize, 0)"))
	}
	t.Logf("%-28s %d", "the list, in bytes", look[int](b, "performance.getEntriesByType('resource').find(e => e.name.endsWith('/api/services')).transferSize"))

	// Typing is one task: from the event to the cards as they are then.
	search := func(text string, want int) {
		took := look[float64](b, `(text => {
			const input = document.getElementById('query');
			const begun = performance.now();
			input.value = text;
			input.dispatchEvent(new Event('input', { bubbles: true }));
			document.body.getBoundingClientRect();
			return performance.now() - begun;
		})(`+js(text)+`)`)
		told("searched for "+js(text), took)
		if want == many {
			b.until(shown + fmt.Sprintf(" === '%d services'", many))
		} else {
			b.until(shown + fmt.Sprintf(" === '%d of %d services'", want, many))
		}
	}
	search("service 0042", 1) // without the accent
	search("tag3", many/7+1)
	search("", many)
	search("sentence MANY tag0 /team1", 29)
	search("", many)

	if n := look[int](b, "document.querySelectorAll('.card').length"); n > 120 {
		t.Errorf("%d cards are drawn, far more than anybody sees", n)
	}
	// To the end in one leap, where cards are as well.
	look[bool](b, `(() => {
		const begun = performance.now();
		scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
		requestAnimationFrame(() => requestAnimationFrame(() => { window.scrolled = performance.now() - begun; }));
		return true;
	})()`)
	b.until("window.scrolled > 0")
	told("scrolled to the end", look[float64](b, "window.scrolled"))
	b.see(card("/team9/service1999", ".card-name"), "Sérvice 1999")
	// Back from another page, and one is where one was.
	before := look[float64](b, "scrollY")
	b.click(card("/team9/service1999", ".card-edit"))
	b.at("/edit/team9/service1999")
	b.do(chromedp.NavigateBack())
	b.until(shown + " === '2000 services' && " + find("#live") + ".dataset.state === 'live'")
	b.until(fmt.Sprintf("Math.abs(scrollY - %f) < 400", before))
	look[bool](b, "(scrollTo({ top: 0, behavior: 'instant' }), true)")

	begun = time.Now()
	w.register(t, "/first", "Aardvark", "http://127.0.0.1:1/mcp")
	b.see(card("/first", ".card-name"), "Aardvark")
	t.Logf("%-28s %s", "saw a new one", time.Since(begun).Round(time.Millisecond))
	b.until(find("[data-filter=all] .figure") + fmt.Sprintf(".textContent === '%d'", many+1))
}
