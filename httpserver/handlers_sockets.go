package httpserver

import (
	"context"
	"errors"
	"net/http"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// GetHealthStatus is GET /ws/health_status: a socket if the request asks for
// one, the same map as JSON otherwise.
func (s *Server) GetHealthStatus(ctx context.Context, _ gen.GetHealthStatusRequestObject) (gen.GetHealthStatusResponseObject, error) {
	c := callOf(ctx)
	if s.o.SocketsNeedAuth && c.principal.IsZero() {
		return nil, errNotSignedIn
	}
	if asksForSocket(c.request) {
		if err := checkHandshake(c.request); err != nil {
			return nil, err
		}
		return handled(func(w http.ResponseWriter) { s.serveSocket(w, c) }), nil
	}
	health, err := actors.Ask(ctx, s.o.Broadcaster, actors.GetHealth{})
	if err != nil {
		return nil, err
	}
	return handled(func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(health) // An error means that the caller has gone.
	}), nil
}

// serveSocket returns when the socket has ended, or was refused.
func (s *Server) serveSocket(w http.ResponseWriter, c *call) {
	if err := s.sockets.admit(c.client); err != nil {
		s.fail(w, c.request, err)
		return
	}
	defer s.sockets.release(c.client)
	err := s.sockets.serve(w, c.request, s.socketPermit(c))
	switch _, answerable := errors.AsType[websocket.HandshakeError](err); {
	case err == nil:
	case answerable:
		s.fail(w, c.request, errBadHandshake)
	default:
		// The connection broke, or held more than a handshake. It is closed.
		s.sockets.failed.Add(1)
	}
}

// socketPermit is nil as long as everybody may listen.
func (s *Server) socketPermit(c *call) permit {
	if !s.o.SocketsNeedAuth {
		return nil
	}
	token := c.session
	return func(ctx context.Context) error {
		_, err := s.o.Sessions.Authenticate(ctx, token)
		if errors.Is(err, auth.ErrNoSession) {
			return errNotSignedIn
		}
		return err
	}
}
