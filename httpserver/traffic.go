package httpserver

import (
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// record is a service as the API shows it to the principal, with what the
// gateway carried for it.
func (s *Server) record(p auth.Principal, service *registry.Service) gen.Service {
	r := recordFor(p, service)
	r.Traffic = s.trafficFor(p, service.Path)
	return r
}

// trafficFor is what the gateway carried for a service; nil before any. What
// others call is not an agent's business.
func (s *Server) trafficFor(p auth.Principal, path registry.Path) *gen.Traffic {
	t, ok := s.traffic(path)
	if !ok || p.Scope != auth.ScopeAdmin {
		return nil
	}
	return &gen.Traffic{
		Requests:    t.Requests,
		Errors:      t.Errors,
		P50Ms:       millisecondsOf(t.P50),
		P99Ms:       millisecondsOf(t.P99),
		OpenStreams: t.OpenStreams,
	}
}

// traffic is what the gateway carried for a service; false before any.
func (s *Server) traffic(path registry.Path) (registry.Traffic, bool) {
	if s.o.Traffic == nil {
		return registry.Traffic{}, false
	}
	return s.o.Traffic(path)
}

// millisecondsOf is nil for a duration that was not measured.
func millisecondsOf(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	return new(actors.Milliseconds(d))
}
