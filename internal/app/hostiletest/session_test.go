package hostiletest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

const firstKey, secondKey = "the-first-key-of-thirty-two-letters", "the-second-key-of-thirty-two-letters"

// A session's id is of use to whom it was issued to, for what it was issued for.
func TestSessionsAreTheirOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *app.Config) { c.SecretKey = firstKey })
	up := newRecorder(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Mcp-Session-Id") == "" {
			rw.Header().Set("Mcp-Session-Id", "upstream-id")
		}
		_, _ = io.WriteString(rw, "session "+r.Header.Get("Mcp-Session-Id"))
	})
	w.register(t, "/up", up.URL, nil)
	w.register(t, "/other", up.URL, nil)
	id := w.one(t, w.request("/up")).header.Get("Mcp-Session-Id")
	if !strings.HasPrefix(id, "upstream-id.") {
		t.Fatalf("the session is %q", id)
	}
	other := w.token(t)
	cookie := "Cookie: " + w.admin.Jar.Cookies(mustURL(t, w.URL))[0].String()
	up.take()

	with := func(id string) string { return "Mcp-Session-Id: " + id }
	as := func(who, request string) string { return strings.Replace(request, "Authorization: "+w.bearer, who, 1) }
	for name, c := range map[string]struct {
		request string
		good    bool
	}{
		"its owner":             {w.request("/up", with(id)), true},
		"its owner, elsewhere":  {w.request("/up/tail", with(id)), true},
		"another token":         {as("Authorization: "+other, w.request("/up", with(id))), false},
		"the administrator":     {as(cookie, w.request("/up", with(id))), false},
		"another service":       {w.request("/other", with(id)), false},
		"the upstream's own id": {w.request("/up", with("upstream-id")), false},
		"twice":                 {w.request("/up", with(id), with(id)), false},
		"two":                   {w.request("/up", with(id), with("x")), false},
		"empty":                 {w.request("/up", with("")), false},
		"a dot":                 {w.request("/up", with(".")), false},
		"longer":                {w.request("/up", with(id+"A")), false},
		"shorter":               {w.request("/up", with(id[:len(id)-1])), false},
		"4 KiB":                 {w.request("/up", with(strings.Repeat("x", 4096))), false},
		"4 KiB and a tag":       {w.request("/up", with(strings.Repeat("x", 4096)+id[len("upstream-id"):])), false},
		"a list":                {w.request("/up", with(id+", "+id)), false},
		"bytes":                 {w.request("/up", with("\xff\xfe"+id)), false},
		"hidden by Connection":  {strings.Replace(w.request("/up", with("x")), "Connection: close", "Connection: close, Mcp-Session-Id", 1), false},
	} {
		a := w.one(t, c.request)
		all := up.take()
		switch {
		case c.good && (a.status != http.StatusOK || len(all) != 1 || a.body != "session upstream-id"):
			t.Errorf("%s: %d %s", name, a.status, a.body)
		case !c.good && (a.status != http.StatusNotFound || len(all) != 0):
			t.Errorf("%s: %d %s; %d arrived", name, a.status, a.body, len(all))
		}
	}

	// It outlives the process, as long as the key stays; the token does too.
	w.Stop(t)
	again := func(key string) *world {
		next := w.Config
		next.SecretKey = key
		return startAgain(t, next, w.bearer)
	}
	v := again(firstKey)
	if a := v.one(t, v.request("/up", with(id))); a.status != http.StatusOK || a.body != "session upstream-id" {
		t.Errorf("after a restart: %d %s", a.status, a.body)
	}
	v.Stop(t)
	v = again(secondKey)
	if a := v.one(t, v.request("/up", with(id))); a.status != http.StatusNotFound {
		t.Errorf("after a restart with another key: %d %s", a.status, a.body)
	}
}

// The target of an HTTP+SSE session is sealed for one caller, one service and
// one upstream.
func TestMessageTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newRecorder(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			rw.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(rw, "event: endpoint\ndata: /elsewhere/messages?session=1\n\n")
		}
	})
	w.register(t, "/up", up.URL+"/base", nil)
	w.register(t, "/other", up.URL+"/base", nil)
	stream := w.one(t, w.request("/up/sse"))
	_, target, found := strings.Cut(stream.body, "data: ")
	target = strings.TrimSpace(target)
	if !found || !strings.HasPrefix(target, "/up/") || strings.Contains(target, "session") || strings.Contains(stream.body, "elsewhere") {
		t.Fatalf("the stream is %q", stream.body)
	}
	up.take()
	post := func(w *world, target string) string { return strings.Replace(w.request(target), "GET", "POST", 1) }
	try := func(name, request string, status int, arrives string) {
		t.Helper()
		a := w.one(t, request)
		all := up.take()
		if a.status != status {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if arrives == "" && len(all) > 0 || arrives != "" && (len(all) != 1 || all[0].RequestURI != arrives) {
			t.Errorf("%s: %d arrived", name, len(all))
		}
	}
	other := w.token(t)
	try("its owner", post(w, target), 200, "/elsewhere/messages?session=1")
	try("with a query", post(w, target+"?session=2"), 200, "/elsewhere/messages?session=1")
	try("another caller", strings.Replace(post(w, target), w.bearer, other, 1), 404, "")
	try("another service", post(w, "/other"+strings.TrimPrefix(target, "/up")), 404, "")
	try("changed", post(w, target[:len(target)-2]+"AA"), 404, "")
	try("longer", post(w, target+"/x"), 404, "")
	try("cut", post(w, target[:len(target)/2]), 404, "")
	try("empty", post(w, "/up/~message/"), 404, "")
	try("GET", w.request(target), 405, "")
	for i, edited := range []string{up.URL + "/base2", strings.Replace(up.URL, "127.0.0.1", "localhost", 1) + "/base"} {
		w.post(t, "/edit/up", map[string]any{"proxy_pass_url": edited}, http.StatusOK)
		try(fmt.Sprint("after edit ", i), post(w, target), 404, "")
	}
}

// Whoever reads a stream of events posts where its endpoint event says, token
// and all.
func TestHostileEndpointEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newScript(t)
	w.register(t, "/up", up.URL+"/base", nil)
	const evil = "http://evil.example/messages"
	for name, c := range map[string]struct{ kind, stream string }{
		"another host":         {"text/event-stream", "event: endpoint\ndata: " + evil + "\n\n"},
		"another port":         {"text/event-stream", "event: endpoint\ndata: http://127.0.0.1:1/evil\n\n"},
		"without a scheme":     {"text/event-stream", "event: endpoint\ndata: //evil.example/\n\n"},
		"a user":               {"text/event-stream", "event: endpoint\ndata: " + strings.Replace(up.URL, "//", "//evil@", 1) + "\n\n"},
		"two spaces":           {"text/event-stream", "event:  endpoint\ndata: " + evil + "\n\n"},
		"data first":           {"text/event-stream", "data: " + evil + "\nevent: endpoint\n\n"},
		"after a message":      {"text/event-stream", "data: {}\n\nevent: endpoint\ndata: " + evil + "\n\n"},
		"a Unicode line":       {"text/event-stream", ": \u2028event: endpoint\u2028data: " + evil + "\u2028\u2028"},
		"another spelling":     {"Text/Event-Stream; charset=utf-8", "event: endpoint\ndata: " + evil + "\n\n"},
		"two types":            {"application/json\r\nContent-Type: text/event-stream", "event: endpoint\ndata: " + evil + "\n\n"},
		"a type in another":    {"application/json, text/event-stream", "event: endpoint\ndata: " + evil + "\n\n"},
		"no type that says so": {"application/json", "event: endpoint\ndata: " + evil + "\n\n"},
		"no end":               {"text/event-stream", "event: endpoint\ndata: " + evil},
	} {
		up.say("HTTP/1.1 200 OK\r\nContent-Type: " + c.kind + "\r\n\r\n" + c.stream)
		for _, a := range w.raw(t, w.request("/up/sse", "Accept: text/event-stream")) {
			if strings.Contains(a.body, "evil") {
				t.Errorf("%s: the caller reads %q", name, a.body)
			}
		}
	}
}
