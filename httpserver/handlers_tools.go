package httpserver

import (
	"context"
	"io"
	"net/http"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/snippets"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetToolsPage is GET /tools/{service_path}.
func (s *Server) GetToolsPage(ctx context.Context, req gen.GetToolsPageRequestObject) (gen.GetToolsPageResponseObject, error) {
	service, err := s.service(ctx, req.ServicePath)
	if err != nil {
		return nil, err
	}
	c := callOf(ctx)
	view := web.ToolsPage{
		Shell: s.shellOf(c, "Tools of "+service.Name), Service: cardOf(service),
		Trial: s.trial(c, service), Tools: make([]web.Tool, len(service.Tools)),
	}
	ids := toolIDs(service.Tools)
	for i, tool := range service.Tools {
		view.Tools[i] = toolView(ids[i], tool)
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Tools(w, view) }}, nil
}

func toolView(id string, tool registry.Tool) web.Tool {
	d := registry.ParseDescription(tool.Description)
	hints, destructive := toolHints(tool.Annotations)
	return web.Tool{
		ID:           id,
		Name:         tool.Name,
		Title:        tool.Title,
		Main:         d.Main,
		Args:         registry.Text(d.Args),
		Returns:      registry.Text(d.Returns),
		Raises:       registry.Text(d.Raises),
		Hints:        hints,
		Destructive:  destructive,
		InputSchema:  tool.InputSchema,
		OutputSchema: tool.OutputSchema,
	}
}

// trial is how a page of ours calls the tools of a service.
func (s *Server) trial(c *call, service *registry.Service) web.Trial {
	target := snippets.Target{Base: s.gatewayURL(c), Path: service.Path, Detected: service.Detected, Open: s.o.OpenGateway}
	t := web.Trial{
		URL:          target.URL(),
		OldTransport: target.Transport() == registry.HTTPSSE,
		Stateless:    service.Detected.Stateless,
		Open:         s.o.OpenGateway,
		Elsewhere:    s.o.SeparateGateway,
	}
	if len(service.Detected.Versions) > 0 {
		t.Revision = service.Detected.Versions[0]
	}
	return t
}

// FindTools is GET /tools.
func (s *Server) FindTools(ctx context.Context, req gen.FindToolsRequestObject) (gen.FindToolsResponseObject, error) {
	query, number := registry.Text(req.Params.Query), 1
	if req.Params.Page != nil {
		number = *req.Params.Page
	}
	if number < 1 || number > 1_000_000 {
		return nil, registry.Invalid("page", "Give a page from 1 to 1000000.")
	}
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return nil, err
	}
	c := callOf(ctx)
	services := reachedBy(c.principal, listing.Services)
	found := searchTools(services, query)
	total, pages := len(found), (len(found)+toolsPerPage-1)/toolsPerPage
	from := min((number-1)*toolsPerPage, total)
	found = found[from:min(from+toolsPerPage, total)]
	if !c.wantsPage {
		return gen.FindTools200JSONResponse{Body: foundToolsOf(found, total, number, pages)}, nil
	}
	view := web.FindPage{
		Shell: s.shellOf(c, "Tools"), Query: query, Total: total, Services: len(services),
		Page: number, Pages: pages, Tools: make([]web.FoundTool, len(found)),
	}
	for i, f := range found {
		hints, _ := toolHints(f.tool.Annotations)
		view.Tools[i] = web.FoundTool{
			ServicePath: string(f.service.Path), Service: f.service.Name, Enabled: f.service.Enabled,
			ID: toolID(f.tool.Name), Name: f.tool.Name, Title: f.tool.Title, Summary: summaryOf(f.tool.Description), Hints: hints,
		}
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Find(w, view) }}, nil
}

// foundToolsOf is a page of the search as the API shows it.
func foundToolsOf(found []foundTool, total, number, pages int) gen.FoundTools {
	out := gen.FoundTools{Total: total, Page: number, Pages: pages, Tools: make([]gen.FoundTool, len(found))}
	for i, f := range found {
		hints, _ := toolHints(f.tool.Annotations)
		out.Tools[i] = gen.FoundTool{
			ServicePath: string(f.service.Path),
			ServerName:  f.service.Name,
			Enabled:     f.service.Enabled,
			Name:        f.tool.Name,
			Title:       f.tool.Title,
			Summary:     summaryOf(f.tool.Description),
			Hints:       orEmpty(hints),
			Page:        "/tools" + string(f.service.Path) + "#" + toolID(f.tool.Name),
		}
	}
	return out
}
