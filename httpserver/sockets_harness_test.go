package httpserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// patience bounds every wait of these tests for what has to happen.
const patience = 20 * time.Second

// socketEdge is an HTTP edge on a listener, with real actors behind it, a
// store that forgets and a checker that makes things up.
type socketEdge struct {
	*Server
	system *actors.System
	addr   string
	stop   func()
}

// startSocketEdge runs an edge until the test ends or stop is called. It loads
// the services; adjust changes its options.
func startSocketEdge(tb testing.TB, services []*registry.Service, adjust func(*Options)) *socketEdge {
	tb.Helper()
	log := slog.New(slog.DiscardHandler)
	system, err := actors.Start(tb.Context(), actors.Options{
		Store:    forgetful{services: services},
		Checker:  inventive{},
		Rules:    registry.Rules{UnhealthyAfter: 1},
		Interval: time.Hour,
		Logger:   log,
	})
	if err != nil {
		tb.Fatal(err)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	o := Options{
		Registry:             system.Registry,
		Broadcaster:          system.Broadcaster,
		CheckTimeout:         time.Second,
		Listen:               listener.Addr().String(),
		MaxSockets:           10_000,
		MaxSocketsPerAddress: 10_000,
		Metrics:              prometheus.NewRegistry(),
		Logger:               log,
	}
	if adjust != nil {
		adjust(&o)
	}
	s, err := New(o)
	if err != nil {
		tb.Fatal(err)
	}
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: patience,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10) // So that a slow client is one soon.
			return ctx
		},
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	e := &socketEdge{Server: s, system: system, addr: listener.Addr().String()}
	e.stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			tb.Errorf("shut down: %v", err)
		}
		if err := system.Close(ctx); err != nil {
			tb.Errorf("close the actors: %v", err)
		}
		s.DrainSockets(ctx)
		<-served
		if n := system.DeadLetters(); n != 0 {
			tb.Errorf("%d messages reached nobody", n)
		}
	})
	tb.Cleanup(e.stop)
	return e
}

// dial opens a socket, or returns the answer that it got instead.
func (e *socketEdge) dial(tb testing.TB, header http.Header) (*websocket.Conn, *http.Response) {
	tb.Helper()
	conn, res, err := websocket.DefaultDialer.Dial("ws://"+e.addr+socketPath, header)
	if err != nil && res == nil {
		tb.Fatalf("dial: %v", err)
	}
	if err == nil {
		tb.Cleanup(func() { _ = conn.Close() })
	}
	return conn, res
}

// listen opens a socket and folds what it says.
func (e *socketEdge) listen(tb testing.TB) *listener {
	tb.Helper()
	conn, res := e.dial(tb, nil)
	if conn == nil {
		tb.Fatalf("dial: %s", res.Status)
	}
	return fold(tb, conn)
}

// health is GET /ws/health_status.
func (e *socketEdge) health(tb testing.TB) map[string]entry {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, "http://"+e.addr+socketPath, http.NoBody)
	if err != nil {
		tb.Fatal(err)
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "application/json" {
		tb.Fatalf("plain GET: %s, %s", res.Status, kind)
	}
	var state map[string]entry
	if err := json.NewDecoder(res.Body).Decode(&state); err != nil {
		tb.Fatal(err)
	}
	return state
}

func (e *socketEdge) broadcastStats(tb testing.TB) actors.BroadcastStats {
	tb.Helper()
	stats, err := actors.Ask(tb.Context(), e.system.Broadcaster, actors.GetBroadcastStats{})
	if err != nil {
		tb.Fatal(err)
	}
	return stats
}

func (e *socketEdge) register(tb testing.TB, path string) {
	tb.Helper()
	name, upstream := "Service", "http://well"
	draft := registry.Draft{Path: &path, Name: &name, Upstream: &upstream}
	if _, err := actors.Ask(tb.Context(), e.system.Registry, actors.RegisterService{Draft: draft}); err != nil {
		tb.Fatal(err)
	}
}

func (e *socketEdge) enable(tb testing.TB, path registry.Path) {
	tb.Helper()
	if _, err := actors.Ask(tb.Context(), e.system.Registry, actors.SetEnabled{Path: path, Enabled: true}); err != nil {
		tb.Fatal(err)
	}
}

func (e *socketEdge) check(tb testing.TB, path registry.Path) *registry.Service {
	tb.Helper()
	s, err := actors.Ask(tb.Context(), e.system.Registry, actors.CheckService{Path: path})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func (e *socketEdge) remove(tb testing.TB, path registry.Path) {
	tb.Helper()
	if _, err := actors.Ask(tb.Context(), e.system.Registry, actors.RemoveService{Path: path}); err != nil {
		tb.Fatal(err)
	}
}

// star changes a record, which subscribers are told.
func (e *socketEdge) star(tb testing.TB, path registry.Path, stars int) {
	tb.Helper()
	draft := registry.Draft{Stars: &stars}
	if _, err := actors.Ask(tb.Context(), e.system.Registry, actors.EditService{Path: path, Draft: draft}); err != nil {
		tb.Fatal(err)
	}
}

// agree waits until every listener knows what a plain GET says.
func (e *socketEdge) agree(tb testing.TB, listeners ...*listener) {
	tb.Helper()
	want := e.health(tb)
	for i, l := range listeners {
		eventually(tb, func() bool { return reflect.DeepEqual(l.folded(), want) }, func() string {
			return fmt.Sprintf("listener %d (%d messages, ended: %v) knows %d services otherwise than the server, which has %d", i, l.count(), l.err(), len(l.folded()), len(want))
		})
	}
}

// eventually polls until ok.
func eventually(tb testing.TB, ok func() bool, otherwise func() string) {
	tb.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatal(otherwise())
		}
	}
}

// disabledServices makes n, with long paths.
func disabledServices(n int) []*registry.Service {
	services := make([]*registry.Service, n)
	for i := range services {
		services[i] = &registry.Service{
			Path:     registry.Path(fmt.Sprintf("/%s/%d", strings.Repeat("x", 200), i)),
			Name:     "Service",
			Upstream: "http://127.0.0.1:1",
			Health:   registry.Health{Status: registry.Status{Kind: registry.Disabled}},
			Version:  uint64(i + 1),
		}
	}
	return services
}

// forgetful is a store with services to load, and of no memory.
type forgetful struct{ services []*registry.Service }

func (f forgetful) Load(context.Context) ([]*registry.Service, uint64, error) {
	return f.services, uint64(len(f.services)), nil
}

func (forgetful) Changed(context.Context, ...registry.Change) error { return nil }
func (forgetful) ChecksRecorded(context.Context, []*registry.Service, []registry.CheckRecord) error {
	return nil
}

func (forgetful) History(context.Context, registry.Path) (registry.History, error) {
	return registry.History{}, nil
}

// inventive is a checker to which every upstream is healthy, but those whose
// URL says otherwise.
type inventive struct{}

func (inventive) Check(_ context.Context, t registry.Target, _ bool) registry.Outcome {
	o := registry.Outcome{Status: registry.Status{Kind: registry.Healthy}, At: time.Now().UTC(), Latency: time.Millisecond}
	if strings.Contains(t.Upstream, "sick") {
		o = registry.Outcome{Status: registry.Status{Kind: registry.Unhealthy, Reason: "timeout"}, At: time.Now().UTC()}
	}
	return o
}

func (inventive) Watch(ctx context.Context, _ registry.Target, _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}

// rawSocket is a TCP connection with small buffers that has shaken hands and
// read nothing since.
func (e *socketEdge) rawSocket(tb testing.TB) net.Conn {
	tb.Helper()
	conn := e.rawRequest(tb, "GET", goodHandshake)
	// Byte by byte, so as not to read beyond the answer.
	var head []byte
	for !strings.HasSuffix(string(head), "\r\n\r\n") {
		var b [1]byte
		if _, err := io.ReadFull(conn, b[:]); err != nil {
			tb.Fatal(err)
		}
		head = append(head, b[0])
	}
	if !strings.HasPrefix(string(head), "HTTP/1.1 101 ") {
		tb.Fatalf("the handshake failed: %s", head)
	}
	return conn
}

func (e *socketEdge) rawRequest(tb testing.TB, method, headers string) net.Conn {
	tb.Helper()
	addr := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(e.addr))
	conn, err := net.DialTCP("tcp", nil, addr)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetReadBuffer(4 << 10)
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", method, socketPath, e.addr, headers); err != nil {
		tb.Fatal(err)
	}
	return conn
}
