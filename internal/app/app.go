package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// What the process allows its peers.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// App is a server, wired and listening.
type App struct {
	log      *slog.Logger
	store    *storage.Store
	key      *secret.Key
	admin    *auth.Admin
	tokens   *auth.Tokens
	system   *actors.System
	edge     *httpserver.Server
	server   *http.Server
	listener net.Listener
	control  *controlServer
	loopback bool
	// closers undo what New did, last first.
	closers []func(context.Context) error
}

// New opens the data, starts the actors and listens. Messages for the person
// who starts it, such as a password made at the first start, go to out, which
// is not the log. An error is a *[UsageError] if it is about the settings.
// Run must follow, or Close.
func New(ctx context.Context, c Config, out io.Writer) (*App, error) {
	s, err := c.read()
	if err != nil {
		return nil, err
	}
	a := &App{log: newLogger(c.LogConfig, os.Stderr), loopback: s.loopback}
	if err := a.wire(ctx, c, s, out); err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
		defer cancel()
		return nil, errors.Join(err, a.Close(stopping))
	}
	return a, nil
}

// wire does New's work. What it got hold of before an error, Close releases.
func (a *App) wire(ctx context.Context, c Config, s settings, out io.Writer) (err error) {
	if err := a.openStore(ctx, c); err != nil {
		return err
	}
	if a.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", c.Listen); err != nil {
		return fmt.Errorf("listen at %s: %w; stop what listens there, or choose another --listen", c.Listen, err)
	}
	a.onClose(func(context.Context) error { return ignoreClosed(a.listener.Close()) })
	reserved, err := httpserver.ReservedSegments()
	if err != nil {
		return err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	checks := newCheckMetrics(metrics, c.Version)
	dialer := mcpclient.NewDialer(mcpclient.DialerOptions{Allow: s.allow, Deny: s.deny, Timeout: c.HealthTimeout})
	client := mcpclient.New(mcpclient.Options{Dialer: dialer, Timeout: c.HealthTimeout, Version: c.Version, Logger: a.log})
	a.system, err = actors.Start(ctx, actors.Options{
		Store:     a.store,
		Checker:   client,
		Rules:     registry.Rules{UnhealthyAfter: c.UnhealthyAfter, Reserved: registry.NewReserved(reserved...)},
		Interval:  c.HealthInterval,
		Logger:    a.log,
		OnOutcome: checks.observe,
	})
	if err != nil {
		return err
	}
	a.onClose(a.system.Close)
	watchDeadLetters(metrics, a.system)
	board := traffic.NewBoard()
	metrics.MustRegister(traffic.NewCollector(board))
	if err := a.importOnFirstStart(ctx, c.Import); err != nil {
		return err
	}

	hasher := auth.NewHasher(max(1, runtime.NumCPU()/2))
	sessions := auth.NewSessions(a.store.Sessions(), c.AdminUser, c.SessionLife)
	a.admin = auth.NewAdmin(c.AdminUser, a.store, sessions, hasher, auth.NewThrottle())
	if a.tokens, err = auth.LoadTokens(ctx, a.store); err != nil {
		return err
	}
	a.onClose(a.tokens.WriteUse)
	a.edge, err = httpserver.New(httpserver.Options{
		Registry:             a.system.Registry,
		Broadcaster:          a.system.Broadcaster,
		Admin:                a.admin,
		Tokens:               a.tokens,
		Sessions:             sessions,
		Ready:                a.store.Ping,
		CheckTimeout:         c.HealthTimeout,
		Traffic:              board.Summary,
		Examine:              client.Examine,
		Version:              c.Version,
		Listen:               a.listener.Addr().String(),
		PublicURL:            s.publicURL,
		AllowedHosts:         c.AllowedHosts,
		TrustedProxies:       s.trustedProxies,
		PublicMetrics:        c.PublicMetrics,
		MaxSockets:           c.WSMax,
		MaxSocketsPerAddress: c.WSMaxAddress,
		SocketsNeedAuth:      c.WSRequireAuth,
		Metrics:              metrics,
		Logger:               a.log,
	})
	if err != nil {
		return err
	}
	a.server = &http.Server{
		Handler:           a.edge,
		TLSConfig:         s.tls,
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(connectionLog{a.log.Handler()}, slog.LevelDebug),
	}
	if a.control, err = newControl(ctx, a, filepath.Join(c.Data, controlSocket)); err != nil {
		return err
	}
	a.onClose(a.control.close)
	// Last, since a password that is made is shown once: a start that fails for
	// another reason makes none.
	return a.preparePassword(ctx, c, out)
}

// URL is where the server is reached from this machine.
func (a *App) URL() string {
	scheme := "http"
	if a.server.TLSConfig != nil {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(a.listener.Addr().String())
	if isLoopback(host) || net.ParseIP(host).IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// Close undoes what New did, in reverse order. Run does it by itself.
func (a *App) Close(ctx context.Context) error {
	var errs []error
	for _, undo := range slices.Backward(a.closers) {
		errs = append(errs, undo(ctx))
	}
	a.closers = nil
	return errors.Join(errs...)
}

func (a *App) onClose(undo func(context.Context) error) { a.closers = append(a.closers, undo) }

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
