package httpserver

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetDashboard is GET /.
func (s *Server) GetDashboard(ctx context.Context, req gen.GetDashboardRequestObject) (gen.GetDashboardResponseObject, error) {
	filter := web.FilterAll
	if req.Params.Status != nil {
		if !req.Params.Status.Valid() {
			return nil, registry.Invalid("status", "Give all, enabled, disabled or issues.")
		}
		filter = string(*req.Params.Status)
	}
	view, err := s.dashboard(ctx, callOf(ctx), registry.Text(req.Params.Query), filter)
	if err != nil {
		return nil, err
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Dashboard(w, view) }}, nil
}

// dashboard is the view of all services that the query and the filter leave.
func (s *Server) dashboard(ctx context.Context, c *call, query, filter string) (web.DashboardPage, error) {
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return web.DashboardPage{}, err
	}
	view := web.DashboardPage{Shell: s.shellOf(c, "Services"), Origin: s.ownOrigin(c), Query: query, Filter: filter}
	terms := strings.Fields(strings.ToLower(query))
	for _, service := range listing.Services {
		view.Counts.Total++
		if service.Enabled {
			view.Counts.Enabled++
		} else {
			view.Counts.Disabled++
		}
		if service.Status().Failing() {
			view.Counts.Issues++
		}
		if passes(service, filter) && mentions(service, terms) {
			view.Services = append(view.Services, cardOf(service))
		}
	}
	slices.SortFunc(view.Services, func(a, b web.ServiceCard) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Path, b.Path))
	})
	return view, nil
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

func passes(s *registry.Service, filter string) bool {
	switch filter {
	case web.FilterEnabled:
		return s.Enabled
	case web.FilterDisabled:
		return !s.Enabled
	case web.FilterIssues:
		return s.Status().Failing()
	}
	return true
}

// mentions says whether a service has each of the terms, in small letters, in
// its name, path, description, tags or tool names, as the page's own search.
func mentions(s *registry.Service, terms []string) bool {
	for _, term := range terms {
		has := func(text string) bool { return strings.Contains(strings.ToLower(text), term) }
		if !has(s.Name) && !has(string(s.Path)) && !has(s.Description) && !slices.ContainsFunc(s.Tags, has) &&
			!slices.ContainsFunc(s.Tools, func(t registry.Tool) bool { return has(t.Name) }) {
			return false
		}
	}
	return true
}

// onDashboard makes an error of a form on the dashboard show there.
func (s *Server) onDashboard(ctx context.Context, err error) error {
	return &redrawError{err: err, draw: func(w io.Writer, c *call, p web.Problem) error {
		view, err := s.dashboard(ctx, c, "", web.FilterAll)
		if err != nil {
			return err
		}
		view.Problem = &p
		return s.pages.Dashboard(w, view)
	}}
}

// GetDocsPage is GET /docs.
func (s *Server) GetDocsPage(ctx context.Context, _ gen.GetDocsPageRequestObject) (gen.GetDocsPageResponseObject, error) {
	view := web.DocsPage{Shell: s.shell(ctx, "API")}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Docs(w, view) }}, nil
}

// cardOf is a service as the dashboard shows it.
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
