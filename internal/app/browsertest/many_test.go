package browsertest

import (
	"fmt"
	"testing"
	"time"
)

// A thousand services are one page. How long it takes depends on the machine,
// so the times are told and not judged.
func TestThousandServices(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	w := newWorld(t)
	const many = 1000
	for i := range many {
		w.register(t, fmt.Sprintf("/team%d/service%d", i%10, i), fmt.Sprintf("Service %04d", i), "http://127.0.0.1:1/mcp",
			"description", "One of a great many services, with a sentence to say about itself.", "tags", fmt.Sprintf("tag%d,many", i%7))
	}
	b := w.tab(t)
	told := func(what string, begun time.Time) {
		t.Logf("%-24s %s", what, time.Since(begun).Round(time.Millisecond))
	}
	const visible = "[...document.querySelectorAll('.card')].filter(c => !c.hidden).length"

	begun := time.Now()
	b.open("/")
	told("loaded", begun)
	b.until(fmt.Sprintf("%s === %d", visible, many))
	b.until(find("#live") + ".dataset.state === 'live'")
	told("live", begun)

	begun = time.Now()
	b.fill("#query", "service 0042")
	b.until(visible + " === 1")
	told("searched for one", begun)
	begun = time.Now()
	b.fill("#query", "tag3")
	b.until(fmt.Sprintf("%s === %d", visible, many/7+1))
	told("searched for a tag", begun)
	begun = time.Now()
	b.fill("#query", "")
	b.until(fmt.Sprintf("%s === %d", visible, many))
	told("showed all again", begun)

	begun = time.Now()
	w.register(t, "/first", "Aardvark", "http://127.0.0.1:1/mcp")
	b.see(card("/first", ".card-name"), "Aardvark") // among those that are laid out
	told("saw a new one", begun)
	b.until(find("[data-filter=all] .figure") + fmt.Sprintf(".textContent === '%d'", many+1))
}
