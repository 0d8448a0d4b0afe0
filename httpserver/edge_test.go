package httpserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// The administrator of the tests' servers.
const (
	user     = "admin"
	password = "correct horse battery"
)

// edge is a server with real actors and a real store, behind a real listener.
type edge struct {
	url      string
	dir      string
	server   *httpserver.Server
	store    *storage.Store
	faults   *faults
	system   *actors.System
	admin    *auth.Admin
	sessions *auth.Sessions
	tokens   *auth.Tokens
	log      *logbook
}

// setup is how an edge differs from the usual one.
type setup struct {
	// check answers for every upstream; nil finds each healthy, with the tools
	// of toolsOf.
	check script
	// checker, if set, stands in for check.
	checker actors.Checker
	// lifetime of sessions; 0 for the default.
	lifetime time.Duration
	adjust   func(*httpserver.Options)
}

func newEdge(t testing.TB, s setup) *edge {
	t.Helper()
	e := &edge{dir: t.TempDir(), log: &logbook{}}
	log := slog.New(slog.NewJSONHandler(e.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if e.store, err = storage.Open(t.Context(), storage.Options{Dir: e.dir, Box: secret.NewBox([32]byte{1}), Logger: log}); err != nil {
		t.Fatal(err)
	}
	e.faults = &faults{Store: e.store}
	e.sessions = auth.NewSessions(e.store.Sessions(), user, s.lifetime)
	e.admin = auth.NewAdmin(user, e.store, e.sessions, auth.NewHasher(1), auth.NewThrottle())
	if e.tokens, err = auth.LoadTokens(t.Context(), e.store, log); err != nil {
		t.Fatal(err)
	}
	reserved, err := httpserver.ReservedSegments()
	if err != nil {
		t.Fatal(err)
	}
	checker := s.checker
	if checker == nil {
		if s.check == nil {
			s.check = healthy("alpha", "beta")
		}
		checker = s.check
	}
	routes := gateway.NewRoutes(traffic.NewBoard())
	e.system, err = actors.Start(t.Context(), actors.Options{
		OnChange: routes.Update,
		Store:    e.faults,
		Checker:  checker,
		Rules:    registry.Rules{UnhealthyAfter: 2, Reserved: registry.NewReserved(reserved...)},
		Interval: time.Hour,
		Logger:   log,
	})
	if err != nil {
		t.Fatal(err)
	}
	forwarder := gateway.New(gateway.Options{
		Routes: routes,
		Dial:   new(net.Dialer).DialContext,
		Box:    secret.NewBox([32]byte{1}),
	})
	t.Cleanup(forwarder.Close)
	listener := httptest.NewUnstartedServer(nil)
	o := httpserver.Options{
		Gateway:              forwarder,
		Registry:             e.system.Registry,
		Broadcaster:          e.system.Broadcaster,
		Admin:                e.admin,
		Sessions:             e.sessions,
		Tokens:               e.tokens,
		Ready:                e.store.Ping,
		CheckTimeout:         5 * time.Second,
		History:              e.system.History,
		Seal:                 secret.NewBox([32]byte{2}).Seal,
		Open:                 secret.NewBox([32]byte{2}).Open,
		Listen:               listener.Listener.Addr().String(),
		MaxSockets:           100,
		MaxSocketsPerAddress: 100,
		Metrics:              prometheus.NewRegistry(),
		Logger:               log,
	}
	if s.adjust != nil {
		s.adjust(&o)
	}
	if e.server, err = httpserver.New(o); err != nil {
		t.Fatal(err)
	}
	listener.Config.Handler = e.server
	listener.Config.MaxHeaderBytes = 64 << 10
	listener.Start()
	e.url = listener.URL
	t.Cleanup(func() {
		listener.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := e.system.Close(ctx); err != nil && !e.faults.closed.Load() {
			t.Errorf("close the actors: %v", err)
		}
		if n := e.system.DeadLetters(); n > 0 {
			t.Errorf("%d messages reached nobody", n)
		}
		if err := e.store.Close(); err != nil && !e.faults.closed.Load() {
			t.Errorf("close the store: %v", err)
		}
	})
	return e
}

// setPassword gives the administrator the password; hashing takes its time, so
// it is only for tests that sign in by it.
func (e *edge) setPassword(t testing.TB) {
	t.Helper()
	if err := e.admin.SetPassword(t.Context(), password); err != nil {
		t.Fatal(err)
	}
}

// session is the token of a new session.
func (e *edge) session(t testing.TB) string {
	t.Helper()
	token, _, err := e.sessions.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// script is a checker that is a function. Watching ends with its context.
type script func(ctx context.Context, t registry.Target, discover bool) registry.Outcome

// Check calls the function.
func (s script) Check(ctx context.Context, t registry.Target, discover bool) registry.Outcome {
	return s(ctx, t, discover)
}

// Watch waits.
func (s script) Watch(ctx context.Context, _ registry.Target, _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}

// healthy finds every upstream so, with the tools.
func healthy(tools ...string) script {
	return func(_ context.Context, _ registry.Target, discover bool) registry.Outcome {
		o := registry.Outcome{
			Status:   registry.Status{Kind: registry.Healthy},
			Latency:  time.Millisecond,
			Detected: registry.Detected{Transport: registry.StreamableHTTP, Versions: []string{"2025-11-25"}},
		}
		if discover {
			o.Discovery = &registry.Discovery{}
			for _, name := range tools {
				o.Discovery.Tools = append(o.Discovery.Tools, registry.Tool{
					Name: name, Description: name + "!\n\nArgs:\n    x: y", InputSchema: json.RawMessage(`{"type":"object"}`),
				})
			}
		}
		return o
	}
}

// logbook is a log to read back.
type logbook struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

// Write adds to the log.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// of is the lines that name the request. Its access log is written after the
// answer, so it waits for that.
func (l *logbook) of(t testing.TB, requestID string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	eventually(t, "the access log of "+requestID, func() bool {
		lines = nil
		done := false
		for text := range strings.Lines(l.String()) {
			var line map[string]any
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatalf("a line of the log is no JSON: %s", text)
			}
			if line["request_id"] == requestID {
				lines = append(lines, line)
				done = done || line["msg"] == "request"
			}
		}
		return done
	})
	return lines
}

// eventually polls for what another goroutine of the process will do.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
