package httpserver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// RefreshService is POST /api/refresh/{service_path}.
func (s *Server) RefreshService(ctx context.Context, req gen.RefreshServiceRequestObject) (gen.RefreshServiceResponseObject, error) {
	path, err := registry.ParsePath(req.ServicePath)
	if err != nil {
		return nil, s.onDashboard(ctx, err)
	}
	if prefersEvents(callOf(ctx).request.Header.Values("Accept")) {
		return s.refreshInSteps(ctx, path)
	}
	service, err := s.check(ctx, actors.CheckService{Path: path, Discover: true})
	if err != nil {
		return nil, s.onDashboard(ctx, err)
	}
	if c := callOf(ctx); c.wantsPage {
		return backFrom(c, path), nil
	}
	return gen.RefreshService200JSONResponse{Body: refreshedOf(service)}, nil
}

// refreshedOf is what a check came to, as the API tells it.
func refreshedOf(service *registry.Service) gen.RefreshResult {
	return gen.RefreshResult{
		Message:        fmt.Sprintf("Refresh request for %s processed.", service.Path),
		ServicePath:    string(service.Path),
		Status:         service.Status().String(),
		LastCheckedISO: timeOf(service.Health.LastChecked),
		NumTools:       service.NumTools(),
	}
}

// checkGrace is what a check that ran into its timeout may take to say so.
const checkGrace = 250 * time.Millisecond

// check waits for a check's result, at most its timeout; then the service is
// answered as it stands, which is checking.
func (s *Server) check(ctx context.Context, msg actors.CheckService) (*registry.Service, error) {
	waiting, cancel := context.WithTimeout(ctx, s.o.CheckTimeout+checkGrace)
	defer cancel()
	service, err := actors.Ask(waiting, s.o.Registry, msg)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return actors.Ask(ctx, s.o.Registry, actors.GetService{Path: msg.Path})
	}
	return service, err
}
