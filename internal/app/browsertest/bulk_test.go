package browsertest

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// Somebody selects many and changes them together, while somebody else looks
// on and takes one away.
func TestBulk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateless(t, "forecast")
	for i := range 8 {
		w.register(t, fmt.Sprintf("/s%d", i), fmt.Sprintf("Service %d", i), upstream.URL)
	}
	b, watcher := w.tab(t), w.tab(t)
	b.allow("status of 404")
	for _, tab := range []*tab{b, watcher} {
		tab.open("/")
		tab.until(find("#live") + ".dataset.state === 'live'")
	}
	b.stay()

	b.click(card("/s1", ".card-pick"))
	at := b.hit(card("/s4", ".card-pick"))
	b.do(chromedp.MouseClickXY(at.X, at.Y, chromedp.ButtonModifiers(chromedp.ModifierShift)))
	b.see("#picked-count", "4 selected")
	b.click("[data-bulk=enable]")
	b.see("#bulk-title", "Enable 4 services?")
	b.click("#bulk-go")
	b.see("#bulk-title", "4 services enabled")
	b.until("document.querySelectorAll('#bulk-list [data-kind=healthy]').length === 4")
	b.until("document.getElementById('said').textContent === '4 services enabled.'")
	b.click("#bulk-close")
	watcher.badge("/s4", "Healthy", "")
	watcher.badge("/s5", "Disabled", "")

	// One of them fails: those that are disabled cannot be checked.
	b.click("#picked-all")
	b.see("#picked-count", "8 selected")
	b.allow("status of 400")
	b.click("[data-bulk=check]")
	b.click("#bulk-go")
	b.see("#bulk-title", "4 services checked, 4 failed")
	b.see("#bulk-list li.failed", "enable it first")
	for _, path := range []string{"/s0", "/s5", "/s6"} {
		w.enable(t, path)
	}
	w.post(t, "/delete/s7", nil, http.StatusOK)
	b.click("#bulk-retry")
	b.see("#bulk-title", "3 services checked, 1 failed")
	b.click("#bulk-close")

	// By the filter, with the keyboard.
	b.press(kb.Escape)
	b.until(find("#picked") + ".hidden")
	b.fill("#query", "service 3")
	b.press(kb.ArrowDown)
	b.press(" ")
	b.see("#picked-count", "1 selected")
	b.press(kb.Enter)
	b.until(find(card("/s3", ".health")) + ".open")
	b.press(kb.Escape)
	b.until("!" + find(card("/s3", ".health")) + ".open")
	b.fill("#query", "")
	b.see("#picked-count", "1 selected")
	b.click("[data-bulk=delete]")
	b.until("document.activeElement.id === 'bulk-close'") // not on what cannot be undone
	b.press(kb.Escape)
	b.until("!" + find("#bulk") + ".open")
	b.click("[data-bulk=delete]")
	b.click("#bulk-go")
	b.see("#bulk-title", "1 service deleted")
	b.press(kb.Escape)
	for _, tab := range []*tab{b, watcher} {
		tab.shown("/s0", "/s1", "/s2", "/s4", "/s5", "/s6")
	}
	b.stayed()
}

// What somebody has a hand on stays where it is; they are told of the order
// that waits.
func TestNothingJumpsUnderTheHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"Bravo", "Delta", "Foxtrot"} {
		w.register(t, "/"+name, name, "http://127.0.0.1:1/mcp")
	}
	b := w.tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	at := b.hit(card("/Delta", ".card-name"))
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, at.X, at.Y))
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, at.X+1, at.Y))
	w.register(t, "/Alpha", "Alpha", "http://127.0.0.1:1/mcp")
	b.see("#held", "1 more")
	w.post(t, "/delete/Bravo", nil, http.StatusOK)
	b.see("#held", "1 more, 1 less")
	b.shown("/Bravo", "/Delta", "/Foxtrot")
	b.until(find(card("/Bravo")) + ".inert")
	w.enable(t, "/Delta")
	b.badge("/Delta", "Unhealthy", "connection refused") // what it says is news at once
	b.click("#held")
	b.shown("/Alpha", "/Delta", "/Foxtrot")
	w.register(t, "/Charlie", "Charlie", "http://127.0.0.1:1/mcp")
	b.shown("/Alpha", "/Charlie", "/Delta", "/Foxtrot") // nobody has a hand on it
}

// A run that was walked away from goes on with what it was asked for: whatever
// is chosen next has to wait.
func TestBulkGoesOnAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	release := make(chan struct{})
	slow := upstreamtest.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	for i := range 6 {
		w.register(t, fmt.Sprintf("/s%d", i), fmt.Sprintf("Service %d", i), slow)
	}
	b := w.tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.click("#pick-all")
	b.click("[data-bulk=enable]")
	b.click("#bulk-go")
	b.see("#bulk-title", "Enabling 6 services")
	b.badge("/s3", "Checking", "")
	look[bool](b, "("+find("#bulk")+".close(), true)") // as browsers do at the second Escape
	b.click("[data-bulk=delete]")
	b.see("#bulk-title", "Enabling 6 services")
	b.press(kb.Escape)
	b.see("#bulk-close", "Stopping")
	close(release)
	b.see("#bulk-title", "4 services enabled, 2 left as they were")
	b.press(kb.Escape)
	b.badge("/s5", "Disabled", "")
	b.shown("/s0", "/s1", "/s2", "/s3", "/s4", "/s5")
}
