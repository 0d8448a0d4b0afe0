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
	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// What the process allows its peers, and itself at the end.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
	// stopTimeout bounds the orderly end; then everything is cut.
	stopTimeout = 20 * time.Second
	// purgeEvery is how often expired sessions are forgotten.
	purgeEvery = 10 * time.Minute
)

// App is a server, wired and listening.
type App struct {
	log      *slog.Logger
	store    *storage.Store
	admin    *auth.Admin
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
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		return nil, errors.Join(err, a.Close(stopping))
	}
	return a, nil
}

// wire does New's work. What it got hold of before an error, Close releases.
func (a *App) wire(ctx context.Context, c Config, s settings, out io.Writer) (err error) {
	if a.store, err = storage.Open(ctx, storage.Options{Dir: c.Data, Logger: a.log}); err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return a.store.Close() })
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
	a.system, err = actors.Start(ctx, actors.Options{
		Store:     a.store,
		Checker:   mcpclient.New(mcpclient.Options{Dialer: dialer, Timeout: c.HealthTimeout, Version: c.Version, Logger: a.log}),
		Rules:     registry.Rules{UnhealthyAfter: c.UnhealthyAfter, Reserved: registry.NewReserved(reserved...)},
		Interval:  c.HealthInterval,
		Logger:    a.log,
		OnOutcome: checks.observe,
	})
	if err != nil {
		return err
	}
	a.onClose(a.system.Close)
	if err := a.importOnFirstStart(ctx, c.Import); err != nil {
		return err
	}

	hasher := auth.NewHasher(max(1, runtime.NumCPU()/2))
	a.admin = auth.NewAdmin(c.AdminUser, a.store, hasher, auth.NewThrottle())
	a.edge, err = httpserver.New(httpserver.Options{
		Registry:             a.system.Registry,
		Broadcaster:          a.system.Broadcaster,
		Admin:                a.admin,
		Sessions:             auth.NewSessions(a.store.Sessions(), c.SessionLife),
		Ready:                a.store.Ping,
		CheckTimeout:         c.HealthTimeout,
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
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	if a.control, err = newControl(ctx, a, filepath.Join(c.Data, controlSocket)); err != nil {
		return err
	}
	a.onClose(a.control.close)
	// Last, since a password that is made is shown once: a start that fails for
	// another reason makes none.
	return a.preparePassword(ctx, c, out)
}

// preparePassword makes sure that there is one, and one good enough for the
// listener.
func (a *App) preparePassword(ctx context.Context, c Config, out io.Writer) error {
	if c.AdminPassword == "" {
		generated, err := a.admin.EnsureAny(ctx)
		if err != nil {
			return err
		}
		if generated != "" {
			_, err = fmt.Fprintf(out, "Made a password for the user %s: %s\nIt is shown this once. Change it with: %s\n", c.AdminUser, generated, hint("admin set-password", c.Data, defaultData))
			return err
		}
		weak, err := a.admin.Has(ctx, "password")
		if err != nil {
			return err
		}
		if !a.acceptsPassword(weak) {
			return usage("The stored password is %q, which is for a loopback --listen only; set a longer one with --admin-password or: %s", "password", hint("admin set-password", c.Data, defaultData))
		}
		return nil
	}
	if !a.acceptsPassword(auth.WeakPassword(c.AdminPassword)) {
		return usage("--admin-password: %s", weakAdvice)
	}
	changed, err := a.admin.EnsurePassword(ctx, c.AdminPassword)
	if changed {
		a.log.Info("the administrator's password is the one of the settings now", "user", c.AdminUser)
	}
	return err
}

const weakAdvice = `"password" and passwords under 8 characters are for a loopback --listen only; choose a longer one.`

// acceptsPassword lets a weak password pass on loopback only.
func (a *App) acceptsPassword(weak bool) bool {
	if weak && a.loopback {
		a.log.Warn("the administrator's password is weak; that is all right on this machine only")
	}
	return !weak || a.loopback
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

// Run serves until ctx ends, and then closes in order: requests finish, sockets
// get a close frame, state is on disk. It returns nil after a clean end.
func (a *App) Run(ctx context.Context) error {
	a.log.Info("listening", "url", a.URL())
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	go a.purgeSessions(background)
	failed := make(chan error, 2)
	go func() { failed <- a.serve() }()
	go func() { failed <- a.control.serve() }()

	var err error
	select {
	case <-ctx.Done():
		a.log.Info("stopping", "why", context.Cause(ctx))
	case err = <-failed:
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(err, a.stopServing(stopping), a.Close(stopping))
}

func (a *App) serve() error {
	var err error
	if a.server.TLSConfig != nil {
		err = a.server.ServeTLS(a.listener, "", "")
	} else {
		err = a.server.Serve(a.listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve HTTP: %w", err)
}

// stopServing lets the requests finish, then ends the actors, which end the
// sockets, and waits for those.
func (a *App) stopServing(ctx context.Context) error {
	err := a.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("wait for the running requests: %w", err), a.server.Close())
	}
	err = errors.Join(err, a.system.Close(ctx))
	a.edge.DrainSockets(ctx)
	return err
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

func (a *App) purgeSessions(ctx context.Context) {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			if err := a.store.PurgeExpiredSessions(ctx, now); err != nil {
				a.log.Warn("expired sessions could not be forgotten", "error", err)
			}
		}
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
