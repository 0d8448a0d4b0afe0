package httpserver

import (
	"context"
	"errors"
	"net/http"

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
		if s.o.SocketsNeedAuth && !s.hosts.sameOrigin(c.request) {
			return nil, errForeignOrigin
		}
		if err := checkHandshake(c.request); err != nil {
			return nil, err
		}
		return handled(func(w http.ResponseWriter) { s.openSocket(w, c) }), nil
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
