package browsertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestExamineOnTheForm: a wrong URL is explained, a better one taken over, and
// what a server says of itself stays text.
func TestExamineOnTheForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateful(t, "forecast", "<img src=x onerror=alert(1)>")
	b := w.tab(t)
	b.allow("status of 400") // the answer for what is no URL
	b.open("/register")
	b.stay()
	// A URL that is typed to its end is examined by itself, a half of one is not.
	asked := func() int {
		return look[int](b, "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/api/doctor')).length")
	}
	b.fill("#proxy_pass_url", "http://loc")
	b.press(kb.Tab)
	b.fill("#proxy_pass_url", upstream.URL)
	b.see("#examination", "This URL works")
	if n := asked(); n != 1 {
		t.Errorf("it was asked %d times about one URL", n)
	}
	b.fill("#proxy_pass_url", upstream.Origin()+"/wrong/path")
	b.click("#examine")
	b.see("#examination", "This needs attention")
	b.see("#use-url", upstream.URL)
	b.accessible("form with an examination")
	b.click("#use-url")
	b.see("#examination", "This URL works")
	b.see("#examination", "2 tools: <img src=x onerror=alert(1)>, forecast")
	if got := look[string](b, find("#proxy_pass_url")+".value"); got != upstream.URL || look[bool](b, find("#examination img")+" !== null") {
		t.Errorf("the field has %q, or markup got in", got)
	}
	if look[bool](b, find("#use-url")+" !== null") {
		t.Error("the URL that works is to be replaced")
	}

	b.fill("#proxy_pass_url", upstreamtest.Serve(t, upstreamtest.Body(http.StatusUnauthorized, "text/plain", "")))
	b.until("!" + find("#examination") + ".textContent.includes('This URL works')")
	b.click("#examine")
	b.see("#examination", "upstream_headers")
	b.fill("#proxy_pass_url", upstreamtest.ClosedURL(t))
	b.click("#examine")
	b.see("#examination", "No MCP server answers")
	b.see("#examination", "Is the server running")
	b.fill("#proxy_pass_url", "localhost:8000")
	b.click("#examine")
	b.see("#examination", "Not checked. Begin the URL with http:// or https://.")
	if look[bool](b, find("#examination")+".textContent.includes('url:')") {
		t.Error("it names a field of the API")
	}
	b.stayed()
	if len(w.details(t, "/all")) > 0 {
		t.Error("something was registered")
	}

	w.register(t, "/weather", "Weather", upstream.URL)
	const note = "with the headers that are stored"
	b.open("/edit/weather")
	b.click("#examine")
	b.see("#examination", "This URL works")
	if look[bool](b, find("#examination")+".textContent.includes("+js(note)+")") {
		t.Error("a service without headers has some")
	}
	res, err := w.client.Post(w.URL+"/edit/weather", "application/json", strings.NewReader(`{"upstream_headers": {"X-Api-Key": "0123456789"}}`))
	if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
		t.Fatal(err, res)
	}
	b.open("/edit/weather")
	b.click("#examine")
	b.see("#examination", note)
	if n := upstream.Live(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// Nothing is asked without a click where headers would go along: a half-typed
// address is somebody else's.
func TestExamineAsksBeforeHeadersGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateful(t, "forecast")
	w.register(t, "/stored", "Stored", upstream.URL)
	res, err := w.client.Post(w.URL+"/edit/stored", "application/json", strings.NewReader(`{"upstream_headers": {"X-Api-Key": "0123456789"}}`))
	if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
		t.Fatal(err, res)
	}
	b := w.tab(t)
	for page, prepare := range map[string]func(){
		"/register": func() {
			look[bool](b, "("+find("details.headers")+".open = true)")
			b.fill("[name=header_name]", "X-Api-Key")
			b.fill("[name=header_value]", "0123456789")
		},
		"/edit/stored": func() {},
	} {
		b.open(page)
		prepare()
		look[bool](b, `(() => {
			const own = window.fetch;
			window.examined = [];
			window.fetch = (url, options) => { if (url === '/api/doctor') window.examined.push(JSON.parse(options.body).url); return own(url, options); };
			return true;
		})()`)
		b.fill("#proxy_pass_url", upstream.URL+"?changed")
		b.press(kb.Tab)
		b.until("document.activeElement.id === 'examine'")
		// Longer than the pause after which a URL without headers is examined.
		look[bool](b, "(setTimeout(() => { window.waited = true; }, 1500), true)")
		b.until("window.waited")
		if asked := look[[]string](b, "window.examined"); len(asked) > 0 {
			t.Errorf("%s: it examined %q by itself, with headers", page, asked)
		}
		b.click("#examine")
		b.see("#examination", "This URL works")
	}
}

// The answer about one URL comes after the next was typed.
func TestExamineAnswersOutOfOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	arrived, release := make(chan struct{}, 16), make(chan struct{})
	slow := upstreamtest.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	upstream := upstreamtest.Stateful(t, "forecast")
	b := w.tab(t)
	b.open("/register")
	b.fill("#proxy_pass_url", slow)
	<-arrived
	b.see("#examination", "Checking")
	b.fill("#proxy_pass_url", upstream.URL)
	b.see("#examination", "This URL works")
	close(release)
	look[bool](b, "(fetch('/api/server_details/all').then(() => { window.later = true; }), true)")
	b.until("window.later")
	b.see("#examination", "This URL works")
}
