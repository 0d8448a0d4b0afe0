package httpserver

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetDocsPage is GET /docs.
func (s *Server) GetDocsPage(ctx context.Context, _ gen.GetDocsPageRequestObject) (gen.GetDocsPageResponseObject, error) {
	view := web.DocsPage{Shell: s.shell(ctx, "API")}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Docs(w, view) }}, nil
}

// ownOrigin is where the caller found the server: the public URL, or the name
// that the request gave, which checkHost has let through.
func (s *Server) ownOrigin(c *call) string {
	if s.o.PublicURL != nil {
		return originOf(s.o.PublicURL)
	}
	u := url.URL{Scheme: "http"}
	if c.tls {
		u.Scheme = "https"
	}
	if c.request != nil {
		u.Host = c.request.Host
	}
	return originOf(&u)
}

// cardOf is a service as the dashboard shows it.
func (s *Server) cardOf(service *registry.Service) web.ServiceCard {
	card := cardOf(service)
	card.Requests = s.requests(service)
	return card
}

// cardOf is what the service itself says of that.
func cardOf(s *registry.Service) web.ServiceCard {
	status := s.Status()
	return web.ServiceCard{
		Path:        string(s.Path),
		Name:        s.Name,
		Description: s.Description,
		Upstream:    s.Upstream,
		Tags:        s.Tags,
		Status:      status.String(),
		Kind:        string(status.Kind),
		Reason:      status.Reason,
		Detail:      s.Health.Detail,
		LastChecked: s.Health.LastChecked,
		Since:       s.Health.Since,
		Latency:     s.Health.Latency,
		NumTools:    s.NumTools(),
		ToolNames:   toolNames(s),
		Stars:       s.Stars,
		IsPython:    s.IsPython,
		License:     s.License,
		Transport:   string(s.Detected.Transport),
		Enabled:     s.Enabled,
		Changed:     lastChange(s),
		Version:     s.Version,
	}
}

func toolNames(s *registry.Service) []string {
	names := make([]string, len(s.Tools))
	for i, tool := range s.Tools {
		names[i] = tool.Name
	}
	return names
}
