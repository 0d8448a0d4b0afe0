package httpserver

import (
	"context"
	"io"
	"net/http"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetHealthPage is GET /health/{service_path}.
func (s *Server) GetHealthPage(ctx context.Context, req gen.GetHealthPageRequestObject) (gen.GetHealthPageResponseObject, error) {
	path, err := reached(ctx, req.ServicePath)
	if err != nil {
		return nil, err
	}
	service, history, err := s.o.History(ctx, path)
	if err != nil {
		return nil, err
	}
	view := web.HealthPage{
		Shell:   s.shell(ctx, "Health of "+service.Name),
		Service: s.cardOf(service),
		Story:   storyOf(service, history),
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Health(w, view) }}, nil
}

// storyOf is the history as the pages show it.
func storyOf(s *registry.Service, h registry.History) web.Story {
	story := web.Story{
		NextCheck: s.NextCheck,
		Steps:     make([]web.Step, len(s.Steps)),
		Checks:    make([]web.PastCheck, len(h.Checks)),
		Changes:   make([]web.PastChange, len(h.Changes)),
	}
	for i, step := range s.Steps {
		story.Steps[i] = web.Step{
			Method: step.Method, URL: step.URL, Purpose: step.Purpose, Status: step.Status,
			MediaType: step.MediaType, Problem: step.Problem, Took: step.Took, Good: step.Good(),
		}
	}
	for i, c := range h.Checks {
		story.Checks[i] = web.PastCheck{
			At: c.At, Kind: string(c.Status.Kind), Reason: c.Status.Reason,
			Latency: c.Latency, Manual: c.Manual, Changed: c.Changed,
		}
	}
	for i, c := range h.Changes {
		story.Changes[i] = web.PastChange{
			At: c.At, Kind: string(c.Status.Kind), Reason: c.Status.Reason, Detail: c.Detail, First: c.Number == 1,
		}
	}
	return story
}
