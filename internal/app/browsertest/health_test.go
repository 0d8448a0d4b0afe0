package browsertest

import (
	"fmt"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// badge waits until a card says a status and its reason.
func (b *tab) badge(path, word, reason string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`(c => c.querySelector('.badge-word').textContent === %s && c.querySelector('.reason').textContent === %s)(%s)`,
		js(word), js(reason), find(card(path))))
}

// color is the color that a badge has come to rest at.
func (b *tab) color(path string) string {
	b.t.Helper()
	e := find(card(path, ".badge"))
	b.until(e + ".getAnimations().length === 0")
	return look[string](b, "getComputedStyle("+e+").color")
}

func TestHealthIsLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := newEndpoint(t, upstreamtest.Stateless(t, "forecast", "alerts", "history"))
	w.register(t, "/team/weather", "Weather", upstream.URL)
	b := w.tab(t)
	b.open("/")
	b.badge("/team/weather", "Disabled", "")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.stay()

	b.click(card("/team/weather", ".switch"))
	b.badge("/team/weather", "Healthy", "")
	b.see(card("/team/weather", ".card-tools"), "3 tools")
	b.until(find("[data-filter=enabled] .figure") + ".textContent === '1'")
	green := b.color("/team/weather")

	upstream.kill()
	b.badge("/team/weather", "Unhealthy", "connection refused")
	b.until(find("[data-filter=issues] .figure") + ".textContent === '1'")
	if red := b.color("/team/weather"); red == green {
		t.Errorf("healthy and unhealthy look alike: %s", red)
	}
	b.click(card("/team/weather", ".health summary"))
	b.see(card("/team/weather", ".detail"), "refused")
	b.see(card("/team/weather", ".transport"), "streamable")
	b.see(card("/team/weather", ".last"), "")

	upstream.revive(t)
	b.badge("/team/weather", "Healthy", "")
	b.until(find("[data-filter=issues] .figure") + ".textContent === '0'")
	if again := b.color("/team/weather"); again != green {
		t.Errorf("healthy was %s and is %s", green, again)
	}
	b.until("!" + find(card("/team/weather", ".detail")) + ".textContent.includes('refused')")

	b.click(card("/team/weather", ".switch"))
	b.badge("/team/weather", "Disabled", "")
	b.stayed()
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateless(t, "one")
	w.register(t, "/growing", "Growing", upstream.URL)
	w.enable(t, "/growing")
	b := w.tab(t)
	b.open("/")
	b.badge("/growing", "Healthy", "")
	b.see(card("/growing", ".card-tools"), "1 tool")
	b.stay()
	upstream.AddTool("two", "Another.")
	b.click(card("/growing", "[data-do=refresh] button"))
	b.see(card("/growing", ".card-tools"), "2 tools")
	b.see("#toasts", "Growing: healthy")
	b.stayed()
}
