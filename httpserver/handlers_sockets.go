package httpserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetHealthStatus is GET /ws/health_status: a socket if the request asks for
// one, the same map as JSON otherwise.
func (s *Server) GetHealthStatus(ctx context.Context, _ gen.GetHealthStatusRequestObject) (gen.GetHealthStatusResponseObject, error) {
	c := callOf(ctx)
	if asksForSocket(c.request) {
		if s.o.SocketsNeedAuth && c.token == "" && !s.hosts.sameOrigin(c.request) {
			return nil, errForeignOrigin
		}
		if s.o.SocketsNeedAuth && c.principal.IsLimited() {
			return nil, errLimitedSocket
		}
		if err := checkHandshake(c.request); err != nil {
			return nil, err
		}
		return handled(func(w http.ResponseWriter) { s.openSocket(w, c) }), nil
	}
	health, err := actors.Ask(ctx, s.o.Broadcaster, actors.GetHealth{})
	if err == nil {
		health, err = healthFor(c.principal, health)
	}
	if err != nil {
		return nil, err
	}
	return handled(func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(health) // An error means that the caller has gone.
	}), nil
}

// healthFor leaves out of a health message what the principal does not reach.
func healthFor(p auth.Principal, message []byte) ([]byte, error) {
	if !p.IsLimited() {
		return message, nil
	}
	var health map[registry.Path]json.RawMessage
	if err := json.Unmarshal(message, &health); err != nil {
		return nil, fmt.Errorf("read the health: %w", err)
	}
	maps.DeleteFunc(health, func(path registry.Path, _ json.RawMessage) bool { return !p.Reaches(path) })
	return json.Marshal(health)
}

// socketPermit is nil as long as everybody may listen.
func (s *Server) socketPermit(c *call) permit {
	if !s.o.SocketsNeedAuth {
		return nil
	}
	session, token := c.session, c.token
	return func(ctx context.Context) error {
		var err error
		if token != "" {
			_, err = s.o.Tokens.Authenticate(token)
		} else {
			_, err = s.o.Sessions.Authenticate(ctx, session)
		}
		if errors.Is(err, auth.ErrNoSession) || errors.Is(err, auth.ErrBadToken) {
			return errNotSignedIn
		}
		return err
	}
}
