package browsertest

import (
	"net/http"
	"strings"
	"testing"

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
	w.post(t, "/delete/down", nil, http.StatusOK)
	b.until("location.pathname === '/'")
}
