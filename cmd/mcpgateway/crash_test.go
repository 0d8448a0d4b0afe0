package main_test

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// The shape of TestKillAtAnyMoment.
const (
	crashRounds = 16
	// Every crashStartEvery-th round is preceded by a run that is killed while
	// it starts.
	crashStartEvery = 3
	crashWriters    = 4
	// crashMaxWrites is the most acknowledged writes in a round.
	crashMaxWrites = 60
)

// TestKillAtAnyMoment kills the process again and again while several clients
// write and real checks run. After each restart every acknowledged change is
// there, an unacknowledged one is there wholly or not at all, the session
// still works, health and tools are as last known, and no version went back.
func TestKillAtAnyMoment(t *testing.T) {
	t.Parallel()
	w := newCrashWorld(t)
	for round := range crashRounds {
		if round%crashStartEvery == 0 {
			w.killWhileStarting(t)
		}
		w.round(t, round)
	}
	w.lastKnown(t)
}

// crashWorld is what must outlive every crash.
type crashWorld struct {
	data     string
	client   *http.Client
	writers  []*crashWriter
	upstream *upstreamtest.Upstream
	closed   string
	tools    int
	// up and down are the health of two services that nobody changes.
	up, down health
	// left is a session that was logged out of, if any.
	left *http.Client
}

func newCrashWorld(t *testing.T) *crashWorld {
	w := &crashWorld{data: filepath.Join(t.TempDir(), "data"), upstream: upstreamtest.Stateless(t), closed: upstreamtest.ClosedURL(t)}
	s := serve(t, w.data, "--admin-password", password)
	c := s.signIn(t, password)
	w.client = c.Client
	for path, upstream := range map[string]string{"/up": w.upstream.URL, "/down": w.closed} {
		c.post(t, "/register", url.Values{"name": {path}, "description": {""}, "path": {path}, "proxy_pass_url": {upstream}}).expect(t, http.StatusCreated)
		c.post(t, "/toggle"+path, url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	}
	known := s.subscribe(t).known
	w.up, w.down = known["/up"], known["/down"]
	if w.up.Status != "healthy" || w.down.Status != "unhealthy: connection refused" {
		t.Fatalf("up %+v\ndown %+v", w.up, w.down)
	}
	for i := range crashWriters {
		w.writers = append(w.writers, newCrashWriter(i, w.upstream.URL, w.closed))
	}
	s.kill(t)
	return w
}

func (s *program) kill(t *testing.T) {
	t.Helper()
	s.alive(t)
	_ = s.cmd.Process.Kill()
	s.wait(t)
}

// killWhileStarting starts the server and kills it at some moment of its start.
func (w *crashWorld) killWhileStarting(t *testing.T) {
	t.Helper()
	p := start(t, nil, serveArgs(&w.data, t)...)
	select {
	case <-p.done:
		t.Fatalf("the process ended by itself: %s", p.cmd.ProcessState)
	case <-time.After(rand.N(300 * time.Millisecond)): // Any moment will do.
	}
	p.kill(t)
}

func (w *crashWorld) round(t *testing.T, round int) {
	t.Helper()
	s := serve(t, w.data, "--health-interval", "1s")
	w.check(t, s)

	c := &client{w.client, s.url}
	w.upstream.AddTool("tool"+strconv.Itoa(round), "A tool of this round.")
	refreshed := decode[toggleAnswer](t, c.post(t, "/api/refresh/up", nil).expect(t, http.StatusOK).body)
	w.tools++
	if refreshed.NumTools != w.tools {
		t.Fatalf("round %d: refreshed to %d tools, want %d", round, refreshed.NumTools, w.tools)
	}
	w.left = nil
	if round%4 == 0 {
		leaving := s.signIn(t, password)
		w.left = leaving.Client
		kept := leaving.Jar.Cookies(mustParse(t, s.url))
		leaving.post(t, "/logout", nil).expect(t, http.StatusSeeOther)
		leaving.Jar.SetCookies(mustParse(t, s.url), kept) // As somebody who stole the cookie.
	}

	acknowledged := make(chan struct{}, crashMaxWrites*crashWriters)
	var writing sync.WaitGroup
	for _, writer := range w.writers {
		writing.Go(func() { writer.write(c, acknowledged) })
	}
	for range 1 + rand.N(crashMaxWrites) {
		select {
		case <-acknowledged:
		case <-time.After(patience):
			t.Fatalf("round %d: the writers stopped", round)
		}
	}
	s.kill(t)
	writing.Wait()
	w.client.CloseIdleConnections()
	for _, writer := range w.writers {
		if writer.err != nil {
			t.Fatalf("round %d: %v", round, writer.err)
		}
	}
}

// check compares what a restarted server has with what was acknowledged.
func (w *crashWorld) check(t *testing.T, s *server) {
	t.Helper()
	c := &client{w.client, s.url}
	if !c.signedIn(t) {
		t.Fatal("the session is lost")
	}
	if w.left != nil && (&client{w.left, s.url}).signedIn(t) {
		t.Fatal("the session that was logged out of is back")
	}
	records := c.records(t)
	for path, before := range map[string]*health{"/up": &w.up, "/down": &w.down} {
		got := records[path].Health
		if got.Status != before.Status || got.Since != before.Since || got.Version < before.Version || got.NumTools != len(records[path].Tools) {
			t.Fatalf("%s after the restart: %+v, before: %+v", path, got, *before)
		}
		*before = got
	}
	if w.up.NumTools != w.tools {
		t.Fatalf("%d tools after the restart, want %d", w.up.NumTools, w.tools)
	}
	delete(records, "/up")
	delete(records, "/down")
	for _, writer := range w.writers {
		if err := writer.adopt(records); err != nil {
			t.Fatal(err)
		}
	}
	for path := range records {
		t.Fatalf("nobody registered %s", path)
	}
}

// lastKnown restarts the server once more, with the upstream gone and with no
// check for an hour: what is known then is what was stored.
func (w *crashWorld) lastKnown(t *testing.T) {
	t.Helper()
	w.upstream.Close()
	s := serve(t, w.data, "--health-interval", "24h")
	w.check(t, s)
	s.stop(t)
	w.client.CloseIdleConnections()
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
