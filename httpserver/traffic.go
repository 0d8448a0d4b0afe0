package httpserver

import (
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// record is a service as the API shows it to the principal, with what the
// gateway carried for it. What others call is not an agent's business.
func (s *Server) record(p auth.Principal, service *registry.Service) gen.Service {
	r := recordFor(p, service)
	if s.o.Traffic == nil || p.Scope != auth.ScopeAdmin {
		return r
	}
	if t, ok := s.o.Traffic(service.Path); ok {
		r.Traffic = &gen.Traffic{
			Requests:    t.Requests,
			Errors:      t.Errors,
			P50Ms:       millisecondsOf(t.P50),
			P99Ms:       millisecondsOf(t.P99),
			OpenStreams: t.OpenStreams,
		}
	}
	return r
}

// millisecondsOf is nil for a duration that was not measured.
func millisecondsOf(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	return new(actors.Milliseconds(d))
}
