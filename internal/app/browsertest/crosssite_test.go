package browsertest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// attack is a page that tries, in the browser of somebody who is signed in at
// the victim, what a page of another origin might. It says what it got.
const attack = `<!doctype html><title>Attack</title>
<iframe name=answer></iframe>
<form method=post target=answer action="%[1]s/toggle/safe"><input name=enabled value=on></form>
<form method=post target=answer action="%[1]s/delete/safe"></form>
<form method=post target=answer action="%[1]s/register" enctype="text/plain"><input name=name value=x></form>
<iframe id=framed src="%[1]s/"></iframe>
<script type=module>
const victim = '%[1]s';
const send = (path, how) => fetch(victim + path, {credentials: 'include', ...how}).then(async r => r.type === 'opaque' ? 'opaque' : r.text(), () => 'refused');
const form = new URLSearchParams({enabled: 'on'});
const got = {
	simple: await send('/toggle/safe', {method: 'POST', mode: 'no-cors', body: form}),
	cors: await send('/toggle/safe', {method: 'POST', body: form}),
	json: await send('/register', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'}),
	remove: await send('/api/server_details/safe', {method: 'DELETE'}),
	read: await send('/api/server_details/all'),
	health: await send('/ws/health_status'),
	page: await send('/'),
};
got.socket = await new Promise(done => {
	const s = new WebSocket(victim.replace('http', 'ws') + '/ws/health_status');
	s.onmessage = e => done(e.data);
	s.onclose = () => done('refused');
});
for (const f of document.forms) f.submit();
try { got.framed = framed.contentDocument?.body?.innerText ? 'read' : 'refused'; } catch { got.framed = 'refused'; }
window.got = got;
</script>`

func TestOtherOriginsCanDoNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/safe", "Safe", "http://127.0.0.1:1/mcp")
	before := w.details(t, "/safe")

	_, victimPort, err := net.SplitHostPort(strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	evil := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(rw, attack, w.URL)
	}))
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "0.0.0.0:0") // also as 127.0.0.2
	if err != nil {
		t.Fatal(err)
	}
	_ = evil.Listener.Close()
	evil.Listener = l
	evil.Start()
	t.Cleanup(evil.Close)
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	for _, host := range []string{"evil.localhost", "127.0.0.2", "localhost"} {
		b := w.tab(t)
		b.open("/") // the session is there, and good
		b.see(card("/safe", ".card-name"), "Safe")
		b.allow("") // whatever: it is their page
		b.do(chromedp.Navigate("http://" + host + ":" + port + "/"))
		b.until("window.got")
		got := look[map[string]string](b, "window.got")
		for what, answer := range got {
			refused := answer == "refused" || answer == "opaque"
			// Another port of our own host may subscribe: the contract trusts
			// the hosts of this machine, and the socket is public anyway.
			if !refused && !(what == "socket" && host == "localhost") {
				t.Errorf("%s: %s got %q", host, what, answer)
			}
		}
		if len(got) != 9 {
			t.Errorf("%s tried %d things, not 9", host, len(got))
		}
	}
	// A name that was made to resolve to us: the browser has no session for it.
	rebound := isolated(t, "http://rebound.localhost:"+victimPort)
	rebound.allow("rebound.localhost") // it gets a page, but nothing that belongs to it
	rebound.open("/login")
	rebound.see("body", "allowed-hosts")

	if after := w.details(t, "/safe"); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the service was\n%v\nand is\n%v", before, after)
	}
	res, err := w.client.Get(w.URL + "/api/server_details/all")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if all, _ := io.ReadAll(res.Body); strings.Count(string(all), `"server_name"`) != 1 {
		t.Errorf("there are other services now: %s", all)
	}
}
