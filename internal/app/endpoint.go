package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/http1"
)

// What the process allows its peers.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// endpoint is a listener and what serves there.
type endpoint struct {
	listener net.Listener
	server   *http.Server
	// direct serves what needs no net/http; nil where nothing is.
	direct *http1.Server
}

// listen opens the listener of the flag. Close closes it.
func (a *App) listen(ctx context.Context, flag, address string) (*endpoint, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen at %s: %w; stop what listens there, or choose another --%s", address, err, flag)
	}
	a.onClose(func(context.Context) error { return ignoreClosed(listener.Close()) })
	return &endpoint{listener: listener}, nil
}

// handle says what the endpoint serves; without certificates it speaks no TLS.
func (e *endpoint) handle(h http.Handler, certificates *tls.Config, log *slog.Logger) {
	e.server = &http.Server{
		Handler:           h,
		TLSConfig:         certificates.Clone(), // The server adds to it.
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(connectionLog{log.Handler()}, slog.LevelDebug),
	}
}

// serveDirectly serves the requests of which takes says so without net/http,
// unless the endpoint speaks TLS.
func (e *endpoint) serveDirectly(takes func(*http.Request) bool) {
	if e.server.TLSConfig == nil {
		e.direct = &http1.Server{HTTP: e.server, Takes: takes}
	}
}

// address is what the endpoint listens at, with the port that it got.
func (e *endpoint) address() string { return e.listener.Addr().String() }

// url is where the endpoint is reached from this machine.
func (e *endpoint) url() string {
	scheme := "http"
	if e.server.TLSConfig != nil {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(e.address())
	if isLoopback(host) || net.ParseIP(host).IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// serve serves until the server is stopped.
func (e *endpoint) serve() error {
	var err error
	switch {
	case e.server.TLSConfig != nil:
		err = e.server.ServeTLS(e.listener, "", "")
	case e.direct != nil:
		err = e.direct.Serve(e.listener)
	default:
		err = e.server.Serve(e.listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve HTTP at %s: %w", e.address(), err)
}

// stop takes no more requests and waits for those that there are; it cuts them
// when ctx ends.
func (e *endpoint) stop(ctx context.Context, log *slog.Logger) {
	var server interface {
		Shutdown(ctx context.Context) error
		Close() error
	} = e.server
	if e.direct != nil {
		server = e.direct
	}
	if err := server.Shutdown(ctx); err == nil {
		return
	}
	log.Warn("requests that do not end are cut", "after", finishTimeout, "address", e.address())
	if err := server.Close(); err != nil {
		log.Debug("closing the connections", "error", err)
	}
}

// connectionLog takes the HTTP server's own messages. Those about accepting
// connections, as when the process has no file descriptor left, concern the
// operator; the rest tells of callers that misbehave.
type connectionLog struct{ slog.Handler }

// Enabled lets every message through to Handle, which knows its text.
func (connectionLog) Enabled(context.Context, slog.Level) bool { return true }

// Handle raises the level of what concerns the operator.
func (l connectionLog) Handle(ctx context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "http: Accept error") {
		r.Level = slog.LevelWarn
	}
	if !l.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return l.Handler.Handle(ctx, r)
}
