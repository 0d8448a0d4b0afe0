package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/performance"
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

	// A screen's height in eight frames, for 300 frames, as a finger would. What
	// belongs to a frame is what scripts, styles and layout take; painting is the
	// browser's, here without a graphics card.
	call(b, performance.Enable.Method, nil)
	rest := b.metrics()
	look[bool](b, `(() => {
		let frames = 0;
		const step = () => {
			scrollBy({ top: innerHeight / 8, behavior: 'instant' });
			if (++frames < 300) requestAnimationFrame(step);
			else window.stepped = true;
		};
		requestAnimationFrame(step);
		return true;
	})()`)
	b.until("window.stepped")
	moved := b.metrics()
	for _, name := range []string{"ScriptDuration", "RecalcStyleDuration", "LayoutDuration"} {
		told("a frame: "+name, (moved[name]-rest[name])*1000/300)
	}
	look[bool](b, "(scrollTo({ top: 0, behavior: 'instant' }), true)")

	begun = time.Now()
	w.register(t, "/first", "Aardvark", "http://127.0.0.1:1/mcp")
	b.see(card("/first", ".card-name"), "Aardvark")
	t.Logf("%-28s %s", "saw a new one", time.Since(begun).Round(time.Millisecond))
	b.until(find("[data-filter=all] .figure") + fmt.Sprintf(".textContent === '%d'", many+1))

	// A day of changes leaves nothing behind. The first round warms up.
	b.aside()
	var first map[string]float64
	for round := range 3 {
		for i := range 100 {
			w.post(t, "/edit/first", url.Values{"name": {fmt.Sprintf("Aardvark %d", i)}}, http.StatusSeeOther)
		}
		b.see(card("/first", ".card-name"), "Aardvark 99")
		b.click(card("/first", ".health summary"))
		b.fill("#query", "tag3")
		b.until(shown + fmt.Sprintf(" === '%d of %d services'", many/7+1, many+1))
		b.fill("#query", "")
		b.until(shown + fmt.Sprintf(" === '%d services'", many+1))
		b.aside()
		w.post(t, "/edit/first", url.Values{"name": {"Aardvark"}}, http.StatusSeeOther)
		b.until(find(card("/first", ".card-name")) + ".textContent === 'Aardvark'")
		now := b.metrics()
		t.Logf("%-28s %.0f nodes, %.0f listeners, %.1f MB", fmt.Sprint("round ", round), now["Nodes"], now["JSEventListeners"], now["JSHeapUsedSize"]/1e6)
		if round == 0 {
			first = now
		} else if now["Nodes"] > first["Nodes"]+500 || now["JSEventListeners"] > first["JSEventListeners"]+20 {
			t.Errorf("the page grows: from %v to %v", first, now)
		}
	}
}

// metrics are the browser's counts of what a page holds, once garbage is
// collected, and of the seconds that it spent.
func (b *tab) metrics() map[string]float64 {
	b.t.Helper()
	call(b, heapprofiler.CollectGarbage.Method, nil)
	result, err := chromedp.Run(b.ctx, func(ctx context.Context, t *chromedp.Target) (performance.GetMetricsResult, error) {
		return cdp.Call(ctx, t, performance.GetMetrics, cdp.Empty{})
	})
	if err != nil {
		b.t.Fatal(err)
	}
	metrics := make(map[string]float64, len(result.Metrics))
	for _, m := range result.Metrics {
		metrics[m.Name] = m.Value
	}
	return metrics
}
