package browsertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// The gateway goes away and comes back, with the data it had: pages that are
// open follow by themselves, and nobody signs in anew.
func TestServerRestarts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", upstreamtest.Stateless(t, "forecast").URL)
	w.register(t, "/gone", "Gone", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.allow("WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.stay()

	w.client.CloseIdleConnections()
	w.Stop(t)
	b.until("['reconnecting', 'offline'].includes(" + find("#live") + ".dataset.state)")
	b.until("/Reconnecting|Offline/.test(" + find("#live") + ".textContent)")
	b.click(card("/gone", ".switch"))
	b.see("#toasts", "The gateway did not answer")
	b.badge("/gone", "Disabled", "") // the switch went back

	again := w.Config
	again.Listen = strings.TrimPrefix(w.URL, "http://")
	w.Server = apptest.Start(t, again)
	b.until(find("#live") + ".dataset.state === 'live'")
	w.post(t, "/delete/gone", nil, http.StatusOK)
	b.aside() // the card that went is not under the pointer any more
	b.shown("/weather")
	b.click(card("/weather", ".switch"))
	b.badge("/weather", "Healthy", "")
	b.stayed()
}
