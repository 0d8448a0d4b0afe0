package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestTheme(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.tab(t)
	b.open("/")
	beside := b.another()
	beside.open("/docs")
	light := look[string](b, "getComputedStyle(document.documentElement).backgroundColor")
	for range 2 { // as the system → light → dark
		b.click("#theme")
	}
	const dark = "document.documentElement.dataset.theme === 'dark'"
	b.until(dark)
	beside.until(dark)
	if look[string](b, "getComputedStyle(document.documentElement).backgroundColor") == light {
		t.Error("dark looks like light")
	}
	b.do(chromedp.Reload())
	b.until(dark)
	b.see("#theme .sr-only", "Theme: dark")
	b.click("#theme")
	b.until("!('theme' in document.documentElement.dataset)")
	beside.until("!('theme' in document.documentElement.dataset)")
}
