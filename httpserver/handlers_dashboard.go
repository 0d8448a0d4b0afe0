package httpserver

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// pageSize is how many services a page of the dashboard has. With script it
// has all of them, which the page fetches once it is drawn.
const pageSize = 50

// maxQuery bounds what is searched for, in characters.
const maxQuery = 1000

// GetDashboard is GET /.
func (s *Server) GetDashboard(ctx context.Context, req gen.GetDashboardRequestObject) (gen.GetDashboardResponseObject, error) {
	find, err := findOf(req.Params)
	if err != nil {
		return nil, err
	}
	view, err := s.dashboard(ctx, callOf(ctx), find)
	if err != nil {
		return nil, err
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Dashboard(w, view) }}, nil
}

// findOf reads what the URL asks for. An empty value, as forms send, asks for
// nothing.
func findOf(given gen.GetDashboardParams) (web.Find, error) {
	f := web.Find{
		Query:     clipped(registry.Text(given.Query), maxQuery),
		Status:    string(deref(given.Status)),
		Transport: string(deref(given.Transport)),
		Sort:      string(deref(given.Sort)),
	}
	if f.Status != "" && !given.Status.Valid() {
		return f, registry.Invalid("status", "Give all, enabled, disabled or issues.")
	}
	if f.Transport != "" && !given.Transport.Valid() {
		return f, registry.Invalid("transport", "Give streamable-http, http+sse or unknown.")
	}
	if f.Sort != "" && !given.Sort.Valid() {
		return f, registry.Invalid("sort", "Give name, status, changed or traffic.")
	}
	if given.Tag != nil {
		if len(*given.Tag) > registry.MaxTags {
			return f, registry.Invalid("tag", "Give 64 tags at most.")
		}
		for _, tag := range *given.Tag {
			if tag = strings.TrimSpace(tag); tag != "" && !slices.Contains(f.Tags, tag) {
				f.Tags = append(f.Tags, tag)
			}
		}
	}
	if text := registry.Text(given.Page); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return f, registry.Invalid("page", "Give a whole number from 1.")
		}
		f.Page = n
	}
	return f, nil
}

func deref[T any](given *T) (value T) {
	if given != nil {
		value = *given
	}
	return value
}

// dashboard is the view of the services that are asked for.
func (s *Server) dashboard(ctx context.Context, c *call, find web.Find) (web.DashboardPage, error) {
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return web.DashboardPage{}, err
	}
	view := web.DashboardPage{Shell: s.shellOf(c, "Services"), Origin: s.ownOrigin(c), Find: find}
	view.Counts, view.Facets = countsOf(listing.Services), facetsOf(listing.Services)
	found := s.found(listing.Services, find)
	view.Matches = len(found)
	view.Pages = max(1, (len(found)+pageSize-1)/pageSize)
	view.Find.Page = min(max(find.Page, 1), view.Pages)
	first := (view.Find.Page - 1) * pageSize
	for _, service := range found[first:min(first+pageSize, len(found))] {
		view.Services = append(view.Services, s.cardOf(service))
	}
	return view, nil
}

// onDashboard makes an error of a form on the dashboard show there.
func (s *Server) onDashboard(ctx context.Context, err error) error {
	return &redrawError{err: err, draw: func(w io.Writer, c *call, p web.Problem) error {
		view, err := s.dashboard(ctx, c, web.Find{})
		if err != nil {
			return err
		}
		view.Problem = &p
		return s.pages.Dashboard(w, view)
	}}
}
