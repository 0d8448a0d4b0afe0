package httpserver

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// brisk are bounds for tests of what takes a minute otherwise.
func brisk(o *Options) {
	o.socketBounds = defaultSocketBounds
	o.socketBounds.pingPeriod = 50 * time.Millisecond
	o.socketBounds.pongWait = 500 * time.Millisecond
	o.socketBounds.drainWait = 100 * time.Millisecond
}

func TestSocketKeepAlive(t *testing.T) {
	t.Parallel()
	e := startSocketEdge(t, nil, brisk)
	e.rawSocket(t) // It answers no ping, as one whose machine is off.
	conn, _ := e.dial(t, nil)
	pinged, answer := make(chan struct{}, 100), conn.PingHandler()
	conn.SetPingHandler(func(data string) error {
		pinged <- struct{}{}
		return answer(data)
	})
	l := fold(t, conn)
	eventually(t, func() bool { return e.sockets.open() == 1 && e.broadcastStats(t).Subscribers == 1 },
		func() string { return "the dead peer is there still" })
	if n := e.sockets.stalled.Load(); n != 1 {
		t.Errorf("%d dead peers are counted", n)
	}
	for range 3 {
		select {
		case <-pinged:
		case <-time.After(patience):
			t.Fatal("no ping came")
		}
	}
	e.register(t, "/weather")
	e.agree(t, l)
	if err := l.err(); err != nil {
		t.Errorf("the living peer ended: %v", err)
	}
}

func TestSocketServerStops(t *testing.T) {
	t.Parallel()
	services := disabledServices(1)
	e := startSocketEdge(t, services, nil)
	listeners := []*listener{e.listen(t), e.listen(t)}
	e.agree(t, listeners...)
	// The window in which this change is gathered is open at the stop.
	e.star(t, services[0].Path, 5)
	want := e.health(t)
	e.stop()
	for _, l := range listeners {
		if code := l.closeCode(); code != websocket.CloseGoingAway {
			t.Errorf("closed with %d: %v", code, l.err())
		}
		if got := l.folded()[string(services[0].Path)]; got != want[string(services[0].Path)] {
			t.Errorf("the last change did not arrive: %+v", got)
		}
	}
	if err := e.sockets.admit(netip.MustParseAddr("192.0.2.1")); err == nil {
		t.Error("a socket was admitted after the end")
	}
}

// TestSocketServerStopsOnStalled stops while a client reads nothing and much
// is pending. The test's end checks that all goroutines are gone.
func TestSocketServerStopsOnStalled(t *testing.T) {
	t.Parallel()
	services := disabledServices(600)
	e := startSocketEdge(t, services, func(o *Options) {
		brisk(o)
		o.socketBounds.pongWait = 10 * patience
		o.socketBounds.writeWait = 10 * patience
	})
	for range 3 {
		e.rawSocket(t)
	}
	for round := range 10 {
		for _, s := range services {
			e.star(t, s.Path, round)
		}
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		e.stop()
	}()
	select {
	case <-stopped:
	case <-time.After(patience):
		t.Fatal("stalled sockets hold up the stop")
	}
	if n := e.sockets.open(); n != 0 {
		t.Errorf("%d sockets are open", n)
	}
}

// TestSocketSession closes the sockets to those who are not signed in, and
// ends them with their session.
func TestSocketSession(t *testing.T) {
	t.Parallel()
	store, err := storage.Open(t.Context(), storage.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	sessions := auth.NewSessions(store.Sessions(), "admin", time.Hour)
	signedIn := func() (string, http.Header) {
		token, _, err := sessions.Create(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return token, http.Header{"Cookie": {cookieName + "=" + token}}
	}
	closed := startSocketEdge(t, nil, func(o *Options) {
		brisk(o)
		o.Sessions, o.SocketsNeedAuth = sessions, true
	})
	open := startSocketEdge(t, nil, func(o *Options) {
		brisk(o)
		o.Sessions = sessions
	})

	if _, res := closed.dial(t, nil); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a socket without a session: %s", res.Status)
	}
	eventually(t, func() bool { return closed.sockets.failed.Load() == 1 }, func() string { return "the refusal was not counted" })
	if res := readResponse(t, closed.rawRequest(t, "GET", "")); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a plain GET without a session: %s", res.Status)
	}
	token, header := signedIn()
	leaving, res := closed.dial(t, header)
	if leaving == nil {
		t.Fatalf("a socket with a session: %s", res.Status)
	}
	_, other := signedIn()
	staying, _ := closed.dial(t, other)
	public, _ := open.dial(t, header)
	gone, stays, listens := fold(t, leaving), fold(t, staying), fold(t, public)

	if err := sessions.Revoke(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if code := gone.closeCode(); code != websocket.ClosePolicyViolation {
		t.Errorf("the end of the session closed the socket with %d: %v", code, gone.err())
	}
	closed.register(t, "/weather")
	open.register(t, "/weather")
	for _, l := range []*listener{stays, listens} {
		eventually(t, func() bool { return len(l.folded()) == 1 }, func() string { return "a change did not arrive" })
		if err := l.err(); err != nil {
			t.Errorf("another socket ended: %v", err)
		}
	}
}
