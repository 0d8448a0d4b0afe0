package browsertest

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus is what has the focus: its accessible name and whether that shows.
type focus struct {
	Name string
	Ring bool
}

// next presses Tab and tells where it leads.
func (b *tab) next(options ...chromedp.KeyOption) focus {
	b.t.Helper()
	b.press(kb.Tab, options...)
	return look[focus](b, `(e => {
		const s = getComputedStyle(e);
		return {
			Name: e.ariaLabel ?? (e.labels?.[0] ?? e).innerText.trim(),
			Ring: e.matches(':focus-visible') && (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'),
		};
	})(document.activeElement)`)
}

func TestKeyboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	w.register(t, "/finance", "Finance", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")

	if first := b.next(); first.Name != "Skip to the content" {
		t.Errorf("the first Tab leads to %q, not past the menu", first.Name)
	}
	var names []string
	for range 40 {
		at := b.next()
		if at.Name == "Delete Weather" {
			names = append(names, at.Name)
			break
		}
		if !at.Ring {
			t.Errorf("nobody sees that %q has the focus", at.Name)
		}
		names = append(names, at.Name)
	}
	wanted := []string{
		"Register Server", "Log out", "Search by name, path, description, tag or tool",
		"Enabled: Finance", "Modify Finance", "Delete Finance", "Enabled: Weather", "Modify Weather", "Delete Weather",
	}
	at := 0
	for _, name := range wanted {
		i := slices.Index(names[at:], name)
		if i < 0 {
			t.Fatalf("Tab does not lead to %q in its order: %q", name, names)
		}
		at += i
	}

	b.press(kb.Enter)
	b.until(find("#confirm") + ".open")
	b.until(find("#confirm") + ".contains(document.activeElement)")
	for range 4 { // the focus stays in the dialog, or goes to the browser's own bar
		b.next()
		b.until("document.activeElement === document.body || " + find("#confirm") + ".contains(document.activeElement)")
	}
	b.press(kb.Escape)
	b.until("!" + find("#confirm") + ".open")
	b.until("document.activeElement === " + find(card("/weather", ".ask summary")))
	b.shown("/finance", "/weather")

	b.press("/")
	b.until("document.activeElement.id === 'query'")
	b.press("fin")
	b.shown("/finance")

	// The switch, from the keyboard.
	look[bool](b, find(card("/finance", ".switch"))+".focus() ?? true")
	b.press(" ")
	b.badge("/finance", "Unhealthy", "connection refused")
	b.until("document.activeElement === " + find(card("/finance", ".switch")))
}
