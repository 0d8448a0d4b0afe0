package browsertest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// The status of a card opens to the story that the service's page tells. It
// goes on while the server dies and comes back, and who reads in it is not
// disturbed.
func TestStoryOfACard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := newEndpoint(t, upstreamtest.Stateless(t, "forecast"))
	w.register(t, "/team/weather", "Weather", upstream.URL)
	w.enable(t, "/team/weather")
	b := w.tab(t)
	b.open("/")
	b.badge("/team/weather", "Healthy", "")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.stay()
	story := func(in string) string { return card("/team/weather", ".card-story", in) }
	b.click(card("/team/weather", ".health summary"))
	b.see(story(".steps"), "POST server/discover")
	b.see(story(".changes"), "Checking")
	b.until("document.querySelectorAll(" + js(story(".plot-area .dot")) + ").length > 0")
	b.click(story(".checks-list summary"))
	b.see(story(".checks-list tbody"), "Healthy")
	checks := "document.querySelectorAll(" + js(story(".checks-list tbody tr")) + ").length"
	before := look[int](b, checks)
	b.until(checks + " > " + js(before)) // The next check has come in by itself.

	upstream.kill()
	b.badge("/team/weather", "Unhealthy", "connection refused")
	b.see(story(".steps"), "connection refused")
	b.see(story(".changes"), "Unhealthy: connection refused")
	b.see(story(".checks-list tbody"), "connection refused")
	b.until(find(story(".checks-list")) + ".open")
	b.until("document.activeElement === " + find(story(".checks-list summary")))

	upstream.revive(t)
	b.see(story(".steps"), "HTTP 200")
	b.stayed()

	b.click(card("/team/weather", ".card-whole"))
	b.see("h1", "Weather")
	b.see(".verdict", "Healthy")
	b.see(".checks", "unhealthy")
	upstream.kill()
	b.see(".verdict h2", "Unhealthy: connection refused")
	b.see("#said", "Unhealthy: connection refused")
	b.click("#toggle button")
	b.see(".verdict h2", "Disabled")
	b.until("document.activeElement === " + find("#toggle button"))
	b.accessible("health")
}

// What was is not forgotten when the gateway starts anew, and an open page goes
// on with it.
func TestStoryOutlivesARestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/down", "Down", upstreamtest.ClosedURL(t)+"/mcp")
	w.enable(t, "/down")
	b := w.tab(t)
	b.allow("WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
	b.open("/health/down")
	b.see(".verdict h2", "Unhealthy: connection refused")
	rows := "document.querySelectorAll('.checks-list tbody tr').length"
	b.until(rows + " >= 2")
	registered := look[string](b, "[...document.querySelectorAll('.changes time')].at(-1).dateTime")
	b.stay()
	w.client.CloseIdleConnections()
	w.Stop(t)
	before := look[int](b, rows)
	again := w.Config
	again.Listen = strings.TrimPrefix(w.URL, "http://")
	w.Server = apptest.Start(t, again)
	b.until(rows + " > " + js(before))
	if at := look[string](b, "[...document.querySelectorAll('.changes time')].at(-1).dateTime"); at != registered {
		t.Errorf("it was registered at %s, and after the restart at %s", registered, at)
	}
	b.stayed()
	b.allow("status of 404") // The page may read a last time before it hears of the removal.
	w.post(t, "/delete/down", nil, http.StatusOK)
	b.until("location.pathname === '/'")
}

// gate is an MCP server that keeps its callers waiting for its tools while it
// is shut.
type gate struct {
	http.Handler
	shut atomic.Bool
	open chan struct{}
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if g.shut.Load() && bytes.Contains(body, []byte("tools/list")) {
		select {
		case <-g.open:
		case <-r.Context().Done():
			return
		}
	}
	g.Handler.ServeHTTP(w, r)
}

// The steps of a check show before it has ended, on the page and in a card.
func TestCheckNowShowsItsSteps(t *testing.T) {
	t.Parallel()
	chromium.context(t)
	c := settings(t)
	c.HealthInterval = time.Hour
	c.HealthTimeout = 20 * time.Second // The most there is.
	s := apptest.Start(t, c)
	w := &world{Server: s, client: s.SignedIn(t)}
	g := &gate{Handler: upstreamtest.Stateless(t, "forecast"), open: make(chan struct{})}
	upstream := newEndpoint(t, g)
	w.register(t, "/weather", "Weather", upstream.URL)
	w.enable(t, "/weather")
	g.shut.Store(true)
	b := w.tab(t)

	steps := func(of string) {
		t.Helper()
		b.see(of+" .step:nth-child(1)", "HTTP 200")
		b.see(of+" .step:nth-child(2)", "POST tools/list")
		b.see(of+" .step:nth-child(2)", "Waiting for the answer")
		b.until(find(of+" .step:nth-child(2)") + ".dataset.kind === 'checking'")
		g.open <- struct{}{}
		b.see(of+" .step:nth-child(2)", "HTTP 200")
		b.until("!" + find(of+" .steps") + ".classList.contains('running')") // The story is told anew.
	}
	b.open("/health/weather")
	b.see("#live", "Live")
	b.click("#refresh button")
	steps("#story")
	b.see("#said", "Checked: Healthy")
	b.until("document.activeElement === " + find("#refresh button"))
	b.see(".legend", "Asked for")

	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.click(card("/weather", ".health summary"))
	b.see(card("/weather", ".card-story"), "What the last check did")
	b.click(card("/weather", "[data-do=refresh] button"))
	steps(card("/weather", ".card-story"))
	b.see("#toasts", "Weather: healthy")
}

// A card that is open is taken apart when it scrolls out of view. Its story and
// its height are there again when it comes back.
func TestStoryScrollsOutOfViewAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 60 {
		w.register(t, fmt.Sprintf("/s%02d", i), fmt.Sprintf("Service %02d", i), "http://127.0.0.1:1/mcp")
	}
	b := w.tab(t)
	b.do(chromedp.EmulateViewport(800, 700))
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	for _, view := range []string{"cards", "table"} {
		b.click("[data-view-choice=" + view + "]")
		look[bool](b, "(scrollTo(0, 0), true)")
		if view == "cards" {
			b.click(card("/s00", ".health summary"))
		}
		b.see(card("/s00", ".card-story"), "Switch the service on")
		b.aside()
		const height = "document.documentElement.scrollHeight"
		steady := `(() => { const h = ` + height + `; const same = h === window.height; window.height = h; return same; })()`
		b.until(steady)
		before := look[int](b, height)
		look[bool](b, "(scrollTo(0, 1e6), true)")
		b.until("!" + find(card("/s00")))
		b.until(find(card("/s59")) + ".getBoundingClientRect().bottom <= innerHeight")
		look[bool](b, "(scrollTo(0, 0), true)")
		b.see(card("/s00", ".card-story"), "Switch the service on")
		b.until(height + " === " + js(before))
	}
}
