package browsertest

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"github.com/mcpgateway/mcpgateway/internal/app"
	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

// world is a server that checks its services every second, and somebody who is
// signed in there.
type world struct {
	*apptest.Server
	client *http.Client
}

func settings(tb testing.TB) app.Config {
	tb.Helper()
	c := apptest.Config(tb)
	c.HealthInterval = time.Second
	return c
}

// newWorld starts a server and signs in. Tests that need the browser call it
// first, so that they skip before they start anything.
func newWorld(tb testing.TB) *world {
	tb.Helper()
	chromium.context(tb)
	s := apptest.Start(tb, settings(tb))
	return &world{Server: s, client: s.SignedIn(tb)}
}

// tab opens an isolated tab that has the session of w.client.
func (w *world) tab(tb testing.TB) *tab {
	tb.Helper()
	b := isolated(tb, w.URL)
	at, err := url.Parse(w.URL)
	if err != nil {
		tb.Fatal(err)
	}
	for _, cookie := range w.client.Jar.Cookies(at) {
		call(b, network.SetCookie.Method, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: w.URL, HTTPOnly: new(true), SameSite: network.CookieSameSiteLax})
	}
	return b
}

// post sends a form as programs do and fails unless the answer has the status.
func (w *world) post(tb testing.TB, path string, form url.Values, status int) []byte {
	tb.Helper()
	res, err := w.client.PostForm(w.URL+path, form)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if res.StatusCode != status {
		tb.Fatalf("POST %s: %s\n%s", path, res.Status, body)
	}
	return body
}

// register adds a service; more are further fields and their values, in turn.
func (w *world) register(tb testing.TB, path, name, upstream string, more ...string) {
	tb.Helper()
	form := url.Values{"path": {path}, "name": {name}, "proxy_pass_url": {upstream}, "description": {""}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	w.post(tb, "/register", form, http.StatusCreated)
}

func (w *world) enable(tb testing.TB, path string) {
	tb.Helper()
	w.post(tb, "/toggle"+path, url.Values{"enabled": {"on"}}, http.StatusOK)
}

// details is a record of the API, or nil if there is none at the path.
func (w *world) details(tb testing.TB, path string) map[string]any {
	tb.Helper()
	res, err := w.client.Get(w.URL + "/api/server_details" + path)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusNotFound {
		return nil
	}
	var record map[string]any
	if err := json.NewDecoder(res.Body).Decode(&record); err != nil {
		tb.Fatal(err)
	}
	return record
}

// endpoint is a place where an MCP server can be started and killed.
type endpoint struct {
	URL     string
	handler http.Handler
	addr    string
	server  *http.Server
	done    chan struct{}
}

// newEndpoint serves an MCP server's handler at a port that stays the same.
func newEndpoint(tb testing.TB, h http.Handler) *endpoint {
	tb.Helper()
	e := &endpoint{handler: h, addr: "127.0.0.1:0"}
	e.revive(tb)
	e.URL = "http://" + e.addr + "/mcp"
	tb.Cleanup(e.kill)
	return e
}

func (e *endpoint) revive(tb testing.TB) {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", e.addr)
	if err != nil {
		tb.Fatal(err)
	}
	e.addr = l.Addr().String()
	e.server = &http.Server{Handler: e.handler, ReadHeaderTimeout: patience}
	e.done = make(chan struct{})
	go func(s *http.Server, done chan struct{}) {
		defer close(done)
		_ = s.Serve(l) // Its end is Close.
	}(e.server, e.done)
}

// kill ends it as the death of its process would: streams break off, and the
// port refuses connections.
func (e *endpoint) kill() {
	_ = e.server.Close()
	<-e.done
}

// card is the selector of a service's card, and of something in it.
func card(path string, in ...string) string {
	return strings.Join(append([]string{`.card[data-path="` + path + `"]`}, in...), " ")
}
