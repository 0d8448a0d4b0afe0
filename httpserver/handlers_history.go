package httpserver

import (
	"context"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetHealthHistory is GET /api/health_history/{service_path}.
func (s *Server) GetHealthHistory(ctx context.Context, req gen.GetHealthHistoryRequestObject) (gen.GetHealthHistoryResponseObject, error) {
	path, err := reached(ctx, req.ServicePath)
	if err != nil {
		return nil, err
	}
	service, history, err := s.o.History(ctx, path)
	if err != nil {
		return nil, err
	}
	return gen.GetHealthHistory200JSONResponse{Body: historyFor(callOf(ctx).principal, service, history)}, nil
}

// historyFor is the history as the API shows it to the principal. An agent has
// no business with what is behind the gateway.
func historyFor(p auth.Principal, s *registry.Service, h registry.History) gen.HealthHistory {
	out := gen.HealthHistory{
		ServicePath:  string(s.Path),
		Health:       healthOf(s),
		NextCheckISO: timeOf(s.NextCheck),
		Steps:        []gen.ExaminationStep{},
		Checks:       make([]gen.PastCheck, len(h.Checks)),
		Changes:      make([]gen.PastChange, len(h.Changes)),
	}
	for i, c := range h.Checks {
		out.Checks[i] = gen.PastCheck{
			Number:    c.Number,
			AtISO:     c.At,
			Status:    c.Status.String(),
			LatencyMs: millisecondsOf(c.Latency),
			Manual:    c.Manual,
			Changed:   c.Changed,
		}
	}
	for i, c := range h.Changes {
		out.Changes[i] = gen.PastChange{Number: c.Number, AtISO: c.At, Status: c.Status.String(), Detail: textOf(c.Detail)}
	}
	for _, step := range s.Steps {
		out.Steps = append(out.Steps, stepOf(step))
	}
	if p.Scope != auth.ScopeAdmin {
		out.Health.Detail, out.Steps = nil, []gen.ExaminationStep{}
		for i := range out.Changes {
			out.Changes[i].Detail = nil
		}
	}
	return out
}
