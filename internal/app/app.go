package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// App is a server, wired and listening.
type App struct {
	log     *slog.Logger
	version string
	store   *storage.Store
	key     *secret.Key
	admin   *auth.Admin
	tokens  *auth.Tokens
	system  *actors.System
	edge    *httpserver.Server
	// main is --listen; gateway is --gateway-listen and debug --debug-listen,
	// each nil without one.
	main, gateway, debug *endpoint
	control              *controlServer
	loopback             bool
	// openGateway and gatewayLoopback say who may call services: everybody,
	// and from this machine only.
	openGateway, gatewayLoopback bool
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
	a := &App{version: c.Version, loopback: s.loopback, openGateway: s.gateway.open, gatewayLoopback: s.gateway.loopback}
	a.openLog(c.LogConfig, os.Stderr)
	if err := a.wire(ctx, c, s, out); err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
		defer cancel()
		return nil, errors.Join(err, a.Close(stopping))
	}
	return a, nil
}

// wire does New's work. What it got hold of before an error, Close releases.
func (a *App) wire(ctx context.Context, c Config, s settings, out io.Writer) (err error) {
	// To read the document takes as long as to open the store, and neither waits
	// for the other. Whoever needs the document waits for it, and hears if it fails.
	go func() { _, _ = httpserver.ReservedSegments() }()
	if err := a.openStore(ctx, c); err != nil {
		return err
	}
	if a.main, err = a.listen(ctx, "listen", c.Listen); err != nil {
		return err
	}
	var gatewayAddress string
	if c.GatewayListen != "" {
		if a.gateway, err = a.listen(ctx, "gateway-listen", c.GatewayListen); err != nil {
			return err
		}
		gatewayAddress = a.gateway.address()
	}
	if c.DebugListen != "" {
		if a.debug, err = a.listen(ctx, "debug-listen", c.DebugListen); err != nil {
			return err
		}
		a.debug.handle(debugHandler(), nil, a.log)
	}
	reserved, err := httpserver.ReservedSegments()
	if err != nil {
		return err
	}
	board := traffic.NewBoard()
	routes := gateway.NewRoutes(board)
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
		OnChange:  routes.Update,
	})
	if err != nil {
		return err
	}
	a.onClose(a.system.Close)
	watchDeadLetters(metrics, a.system)
	metrics.MustRegister(traffic.NewCollector(board))
	if err := a.importOnFirstStart(ctx, c.Import); err != nil {
		return err
	}

	hasher := auth.NewHasher(max(1, runtime.NumCPU()/2))
	sessions := auth.NewSessions(a.store.Sessions(), c.AdminUser, c.SessionLife)
	a.admin = auth.NewAdmin(c.AdminUser, a.store, sessions, hasher, auth.NewThrottle())
	if a.tokens, err = auth.LoadTokens(ctx, a.store, a.log); err != nil {
		return err
	}
	a.onClose(a.tokens.WriteUse)
	forwarder := gateway.New(gateway.Options{
		Routes:     routes,
		Dial:       dialer.DialContext,
		SessionKey: a.key.Derive(purposeSession),
		Box:        secret.NewBox(a.key.Derive(purposeEndpoint)),
		Timeout:    c.UpstreamTimeout,
		OnFailure:  a.system.Suspect,
	})
	a.onClose(func(context.Context) error { forwarder.Close(); return nil })
	pageBox := secret.NewBox(a.key.Derive(purposePage))
	a.edge, err = httpserver.New(httpserver.Options{
		Gateway:              forwarder,
		Registry:             a.system.Registry,
		Broadcaster:          a.system.Broadcaster,
		Admin:                a.admin,
		Tokens:               a.tokens,
		Sessions:             sessions,
		Ready:                a.store.Ping,
		CheckTimeout:         c.HealthTimeout,
		History:              a.system.History,
		Traffic:              board.Summary,
		Examine:              client.Examine,
		Seal:                 pageBox.Seal,
		Open:                 pageBox.Open,
		Version:              c.Version,
		Listen:               a.main.address(),
		PublicURL:            s.publicURL,
		AllowedHosts:         c.AllowedHosts,
		TrustedProxies:       s.trustedProxies,
		PublicMetrics:        c.PublicMetrics,
		MaxSockets:           c.WSMax,
		MaxSocketsPerAddress: c.WSMaxAddress,
		SocketsNeedAuth:      c.WSRequireAuth,
		OpenGateway:          s.gateway.open,
		CORSOrigins:          s.gateway.corsOrigins,
		SeparateGateway:      a.gateway != nil,
		GatewayListen:        gatewayAddress,
		GatewayURL:           s.gateway.publicURL,
		Metrics:              metrics,
		Logger:               a.log,
	})
	if err != nil {
		return err
	}
	a.main.handle(a.edge, s.tls, a.log)
	// Streams would hold the end up. By then no new ones come in.
	a.main.server.RegisterOnShutdown(forwarder.Stop)
	if a.gateway != nil {
		a.gateway.handle(a.edge.GatewayHandler(), s.tls, a.log)
		a.gateway.serveDirectly(a.edge.IsProxied)
	} else {
		a.main.serveDirectly(a.edge.IsProxied)
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
func (a *App) URL() string { return a.main.url() }

// GatewayURL is where the services are reached from this machine.
func (a *App) GatewayURL() string {
	if a.gateway != nil {
		return a.gateway.url()
	}
	return a.URL()
}

// DebugURL is where profiles are served, and empty where none are.
func (a *App) DebugURL() string {
	if a.debug == nil {
		return ""
	}
	return a.debug.url() + "/debug/pprof/"
}

// endpoints are those that there are.
func (a *App) endpoints() []*endpoint {
	return slices.DeleteFunc([]*endpoint{a.main, a.gateway, a.debug}, func(e *endpoint) bool { return e == nil })
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
