package hostiletest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

// secretWord is in what a caller sends and no upstream may learn.
const secretWord = "s3cr3t"

func TestTheCallersSecretsStayHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newRecorder(t, nil)
	w.register(t, "/up", up.URL+"/base", map[string]string{"Authorization": "Bearer for-upstream", "X-Api-Key": "ours"})
	session := w.admin.Jar.Cookies(mustURL(t, w.URL))[0]

	for name, who := range map[string]string{
		"token":   "Authorization: " + w.bearer,
		"session": "Cookie: " + session.String() + "; other=" + secretWord,
	} {
		a := w.one(t, "POST /up/mcp?q=1&token=mine HTTP/1.1\r\nHost: localhost\r\n"+who+"\r\n"+strings.Join([]string{
			"Connection: close, X-Hop, Content-Security-Policy", "Content-Length: 2", "Keep-Alive: timeout=5", "Te: trailers", "Upgrade: h2c",
			"Proxy-Authorization: Basic " + secretWord, "Proxy-Connection: keep-alive", "X-Hop: " + secretWord,
			"Referer: http://localhost/" + secretWord, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: cors", "Forwarded: for=" + secretWord,
			"X-Forwarded-For: " + secretWord, "X-Forwarded-Host: " + secretWord, "X-Forwarded-Proto: " + secretWord, "X-Forwarded-Prefix: /" + secretWord,
			"X_Forwarded_For: " + secretWord, "x_forwarded-host: " + secretWord, "X-Real-Ip: " + secretWord, "Mcp_Session_Id: " + secretWord,
			"X-Original-Url: /" + secretWord, "X-Rewrite-Url: /" + secretWord, "X-Api-Key: " + secretWord, "X_Api_Key: " + secretWord,
			"Mcp-Protocol-Version: 2025-11-25", "Mcp-Method: ping", "Mcp-Param-User_id: 7", "Last-Event-Id: 12",
			"Accept: application/json, text/event-stream", "Content-Type: application/json", "X-Custom: kept", "User-Agent: agent/1", "", "{}",
		}, "\r\n"))
		if a.status != http.StatusOK || a.body != "ok" {
			t.Fatalf("%s: %d %s", name, a.status, a.body)
		}
		all := up.take()
		if len(all) != 1 {
			t.Fatalf("%s: the upstream saw %d requests", name, len(all))
		}
		r := all[0]
		if r.RequestURI != "/base?q=1&token=mine" || r.Host != strings.TrimPrefix(up.URL, "http://") || r.body != "{}" {
			t.Errorf("%s: %s at %s with %q", name, r.RequestURI, r.Host, r.body)
		}
		id := r.Header.Get("X-Request-Id")
		want := http.Header{
			"Authorization": {"Bearer for-upstream"}, "X-Api-Key": {"ours"}, "X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Host": {"localhost"},
			"X-Forwarded-Proto": {"http"}, "X-Request-Id": {id}, "Mcp-Protocol-Version": {"2025-11-25"}, "Mcp-Method": {"ping"}, "Mcp-Param-User_id": {"7"},
			"Last-Event-Id": {"12"}, "Accept": {"application/json, text/event-stream"}, "Content-Type": {"application/json"}, "X-Custom": {"kept"},
			"User-Agent": {"agent/1"}, "Content-Length": {"2"},
		}
		if diff := cmp.Diff(want, r.Header); diff != "" {
			t.Errorf("%s: other headers arrived (-want +got):\n%s", name, diff)
		}
	}
	for _, s := range []string{secretWord, w.bearer, strings.TrimPrefix(w.bearer, "Bearer "), session.Value, session.Name} {
		if strings.Contains(up.wire(), s) {
			t.Errorf("the upstream heard %q", s)
		}
	}
}

func TestATrustedProxyIsBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *app.Config) { c.TrustedProxies = []string{"127.0.0.0/8"} })
	up := newRecorder(t, nil)
	w.register(t, "/up", up.URL, nil)
	w.one(t, w.request("/up", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: agents.example", "X-Forwarded-Proto: https"))
	h := up.take()[0].Header
	if got := h.Get("X-Forwarded-For") + " " + h.Get("X-Forwarded-Host") + " " + h.Get("X-Forwarded-Proto"); got != "203.0.113.9, 127.0.0.1 agents.example https" {
		t.Error(got)
	}
}

// What an upstream says to a browser, or to a proxy in front of us, in our name.
func TestWhatAnUpstreamMayNotSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newScript(t)
	w.register(t, "/up", up.URL, nil)
	up.say("HTTP/1.1 200 OK\r\n" + strings.Join([]string{
		"Content-Type: text/html", "Content-Length: 2", "X-Fine: yes", "Mcp-Fine: yes", "X-Accel-Buffering: no",
		"Connection: Content-Security-Policy, X-Content-Type-Options, X-Frame-Options, X-Bad-Hop", "X-Bad-Hop: 1", "Keep-Alive: bad=1",
		"Set-Cookie: bad=1", "set-cookie: bad=2", "Set-Cookie2: bad=1", "Set-Cookie : bad=3", "Clear-Site-Data: \"bad\"", "Strict-Transport-Security: max-age=1; bad",
		"Service-Worker-Allowed: /bad", "Alt-Svc: bad", "Refresh: 0; url=/bad", "Link: </bad>; rel=preload", "SourceMap: /bad",
		"Access-Control-Allow-Origin: bad", "Access-Control-Allow-Credentials: bad", "X-Accel-Redirect: /bad", "X-Sendfile: /bad",
		"Content-Security-Policy: script-src bad", "Content-Security-Policy-Report-Only: report-uri /bad", "X-Content-Type-Options: bad",
		"X-Frame-Options: bad", "Referrer-Policy: bad", "Cross-Origin-Opener-Policy: bad", "Cross-Origin-Resource-Policy: bad",
		"WWW-Authenticate: Basic bad", "Proxy-Authenticate: Basic bad", "Nel: bad", "Report-To: bad", "Reporting-Endpoints: bad",
		"Speculation-Rules: \"/bad\"", "Use-As-Dictionary: match=\"/bad\"", "X-Request-Id: bad", "Permissions-Policy: bad", "Trailer: bad", "Upgrade: bad",
	}, "\r\n") + "\r\n\r\nhi")
	a := w.one(t, w.request("/up/page"))
	if a.status != http.StatusOK || a.body != "hi" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for name, values := range a.header {
		if strings.Contains(strings.Join(values, ","), "bad") || strings.Contains(name, "Bad") {
			t.Errorf("the caller sees %s: %v", name, values)
		}
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"X-Fine": "yes", "Mcp-Fine": "yes", "X-Accel-Buffering": "no", "Content-Type": "text/html",
	} {
		if got := strings.Join(a.header[http.CanonicalHeaderKey(name)], "|"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TRACE would tell the caller our headers towards the upstream.
func TestMethodsThatAreNotForwarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newRecorder(t, nil)
	w.register(t, "/up", up.URL, nil)
	for _, method := range []string{"TRACE", "trace", "TRACK", "DEBUG", "CONNECT"} {
		a := w.one(t, strings.Replace(w.request("/up/x"), "GET", method, 1))
		if a.status != http.StatusMethodNotAllowed || !strings.Contains(a.header.Get("Allow"), "POST") || len(up.take()) != 0 {
			t.Errorf("%s: %d %v", method, a.status, a.header)
		}
	}
	for _, method := range []string{"PUT", "PATCH", "OPTIONS", "QUERY"} {
		if a := w.one(t, strings.Replace(w.request("/up/x"), "GET", method, 1)); a.status != http.StatusOK || len(up.take()) != 1 {
			t.Errorf("%s: %d", method, a.status)
		}
	}
}
