// Package apptest runs the whole server in a test: real storage, real actors,
// a real listener on a free port.
package apptest

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

// The administrator of a test server.
const (
	User     = "admin"
	Password = "correct horse battery"
)

// stopWithin bounds the orderly end of a test server.
const stopWithin = 30 * time.Second

// Server is a running server.
type Server struct {
	// URL is its base, without a trailing slash.
	URL string
	// GatewayURL is the base of the services' own.
	GatewayURL string
	// DebugURL is where profiles are, with a trailing slash; empty unless the
	// configuration asks for them.
	DebugURL string
	// Config is what it was started with.
	Config app.Config

	cancel context.CancelFunc
	done   chan error
}

// Config is a configuration for tests: a free loopback port, a data directory
// of the test's own, and checks that only happen when asked for.
func Config(tb testing.TB) app.Config {
	tb.Helper()
	return app.Config{
		DataConfig:     app.DataConfig{Data: tb.TempDir()},
		LogConfig:      app.LogConfig{LogFormat: "text", LogLevel: "error"},
		Listen:         "127.0.0.1:0",
		AdminUser:      User,
		AdminPassword:  Password,
		SessionLife:    8 * time.Hour,
		HealthInterval: time.Hour,
		HealthTimeout:  5 * time.Second,
		UnhealthyAfter: 2,
		GatewayConfig:  app.GatewayConfig{GatewayAuth: "required", UpstreamTimeout: 5 * time.Minute},
		WSMax:          20_000,
		WSMaxAddress:   20_000,
		Version:        "test",
	}
}

// Start runs a server until the test ends or Stop is called.
func Start(tb testing.TB, c app.Config) *Server {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.New(ctx, c, io.Discard)
	if err != nil {
		cancel()
		tb.Fatalf("start the server: %v", err)
	}
	s := &Server{URL: a.URL(), GatewayURL: a.GatewayURL(), DebugURL: a.DebugURL(), Config: c, cancel: cancel, done: make(chan error, 1)}
	go func() { s.done <- a.Run(ctx) }()
	tb.Cleanup(func() { s.Stop(tb) })
	return s
}

// Stop ends the server in order, and fails the test if it does not end cleanly.
// Further calls do nothing.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	s.cancel()
	select {
	case err, open := <-s.done:
		if err != nil {
			tb.Errorf("the server did not end cleanly: %v", err)
		}
		if open {
			close(s.done)
		}
	case <-time.After(stopWithin):
		tb.Errorf("the server did not end within %s", stopWithin)
	}
}

// Client is an HTTP client that keeps cookies and follows no redirect.
func (s *Server) Client(tb testing.TB) *http.Client {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	transport := &http.Transport{}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Jar:           jar,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       time.Minute,
	}
}

// SignedIn is a Client that is signed in as the administrator.
func (s *Server) SignedIn(tb testing.TB) *http.Client {
	tb.Helper()
	client := s.Client(tb)
	res, err := client.PostForm(s.URL+"/login", url.Values{"username": {User}, "password": {s.Config.AdminPassword}})
	if err != nil {
		tb.Fatalf("sign in: %v", err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/" {
		tb.Fatalf("sign in: %s to %q", res.Status, res.Header.Get("Location"))
	}
	return client
}
