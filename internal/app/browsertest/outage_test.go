package browsertest

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
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
	look[bool](b, "(e => { e.click(); e.click(); return true; })("+find(card("/gone", ".switch"))+")")
	b.until("document.querySelectorAll('.toast').length === 3")
	b.badge("/gone", "Disabled", "") // and not to what the first of two clicks hoped for

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

// The gateway comes back with an older copy of its data: versions go back too,
// and the page shows what there is now.
func TestOlderDataComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	restart := func(prepare func()) {
		t.Helper()
		w.client.CloseIdleConnections()
		w.Stop(t)
		prepare()
		again := w.Config
		again.Listen = strings.TrimPrefix(w.URL, "http://")
		w.Server = apptest.Start(t, again)
	}
	copied := t.TempDir()
	restart(func() {
		if err := os.CopyFS(copied, os.DirFS(w.Config.Data)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(copied, "secret.key"), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	b := w.tab(t)
	b.allow("WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.stay()
	for _, name := range []string{"One", "Two", "Three"} {
		w.post(t, "/edit/weather", url.Values{"name": {name}}, http.StatusSeeOther)
	}
	w.register(t, "/new", "New", "http://127.0.0.1:1/mcp")
	b.shown("/new", "/weather")
	b.see(card("/weather", ".card-name"), "Three")

	restart(func() { w.Config.Data = copied })
	b.shown("/weather")
	b.see(card("/weather", ".card-name"), "Weather")
	w.enable(t, "/weather")
	b.badge("/weather", "Unhealthy", "connection refused")
	b.stayed()
}

// A network that goes away says nothing: connections seem open for minutes. The
// page finds out by itself, and catches up once the network is back.
func TestNetworkGoesQuiet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/a", "A", "http://127.0.0.1:1/mcp")
	way := newRelay(t, w.URL)
	b := w.tab(t)
	b.base = way.URL
	b.allow("WebSocket connection to", "ERR_")
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.stay()

	way.hush()
	w.register(t, "/b", "B", "http://127.0.0.1:1/mcp")
	look[bool](b, "document.dispatchEvent(new Event('visibilitychange'))") // looks at once
	b.until("['reconnecting', 'offline'].includes(" + find("#live") + ".dataset.state)")
	way.speak()
	b.until(find("#live") + ".dataset.state === 'live'")
	b.shown("/a", "/b")
	b.stayed()
}

// The answer to a question for a record comes late: after it failed once, and
// after the service was removed.
func TestRecordsComeLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	look[bool](b, `(() => {
		const own = window.fetch;
		window.asked = 0;
		window.held = new Promise((done) => { window.release = done; });
		window.fetch = async (url, options) => {
			if (!String(url).startsWith('/api/server_details/')) return own(url, options);
			if (++window.asked === 1) throw new TypeError('broken');
			const answer = await own(url, options);
			if (url.endsWith('/gone')) await window.held;
			return answer;
		};
		return true;
	})()`)
	w.register(t, "/late", "Late", "http://127.0.0.1:1/mcp")
	b.shown("/late")

	w.register(t, "/gone", "Gone", "http://127.0.0.1:1/mcp")
	b.until("window.asked === 3")
	w.post(t, "/delete/gone", nil, http.StatusOK)
	look[bool](b, "(window.release(), true)")
	w.register(t, "/next", "Next", "http://127.0.0.1:1/mcp")
	b.shown("/late", "/next")
}
