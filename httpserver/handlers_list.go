package httpserver

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// listedFields are the members of [gen.ServiceListed] that can be asked for,
// in the order of the document.
func listedFields() []string {
	return []string{
		"server_name", "description", "proxy_pass_url", "tags", "tool_names", "num_stars", "is_python",
		"license", "is_enabled", "health", "transport", "updated_at", "traffic",
	}
}

// maxListed bounds the members that a list can be asked for, as the document says.
const maxListed = 32

// ListServices is GET /api/services.
func (s *Server) ListServices(ctx context.Context, req gen.ListServicesRequestObject) (gen.ListServicesResponseObject, error) {
	wanted, err := wantedFields(req.Params.Fields)
	if err != nil {
		return nil, err
	}
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return nil, err
	}
	p := callOf(ctx).principal
	list, err := s.encodeEntries(p, reachedBy(p, listing.Services), s.entriesOf(wanted), slices.Contains(wanted, "traffic"))
	if err != nil {
		return nil, err
	}
	if matches(req.Params.IfNoneMatch, list.tag) {
		return gen.NotModifiedResponse{Headers: gen.NotModifiedResponseHeaders{ETag: list.tag}}, nil
	}
	return list, nil
}

// entriesOf keeps the entries of lists with these members, if they are asked for
// often: all of them, and what the dashboard looks at now and then.
func (s *Server) entriesOf(wanted []string) *encoded {
	name := strings.Join(wanted, ",")
	if kept := s.entries[name]; kept != nil {
		return kept
	}
	return newEntries(wanted, 0)
}

// newEntries keeps as many bytes of entries with these members.
func newEntries(wanted []string, most int) *encoded {
	return newEncoded(most, func(p auth.Principal, service *registry.Service) any { return listed(p, service, wanted) })
}

// keptEntries are the lists whose entries are kept.
func keptEntries() map[string]*encoded {
	kept := make(map[string]*encoded)
	for _, wanted := range [][]string{listedFields(), {"health", "traffic"}} {
		kept[strings.Join(wanted, ",")] = newEntries(wanted, maxEntries)
	}
	return kept
}

// VisitListServicesResponse writes the list, which was encoded for its tag.
func (l encodedList) VisitListServicesResponse(w http.ResponseWriter) error { return l.write(w) }

// wantedFields are the members to send, each once; all of them if nothing is
// said. The error is an *[registry.InvalidError].
func wantedFields(given *[]string) ([]string, error) {
	known := listedFields()
	if given == nil {
		return known, nil
	}
	if len(*given) > maxListed {
		return nil, registry.Invalid("fields", "Give %d at most.", maxListed)
	}
	for _, field := range *given {
		if field != "path" && !slices.Contains(known, field) {
			return nil, registry.Invalid("fields", "Give some of these, with commas between: %s.", strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(known, func(field string) bool { return !slices.Contains(*given, field) }), nil
}

// listed is what a list shows of a service to the principal: the members that
// are wanted, as its record has them, but for the traffic.
func listed(p auth.Principal, service *registry.Service, wanted []string) gen.ServiceListed {
	l := gen.ServiceListed{Path: string(service.Path)}
	for _, field := range wanted {
		switch field {
		case "server_name":
			l.ServerName = &service.Name
		case "description":
			l.Description = &service.Description
		case "proxy_pass_url":
			if p.Scope == auth.ScopeAdmin {
				l.ProxyPassURL = &service.Upstream
			}
		case "tags":
			l.Tags = new(orEmpty(service.Tags))
		case "tool_names":
			l.ToolNames = new(toolNames(service))
		case "num_stars":
			l.NumStars = &service.Stars
		case "is_python":
			l.IsPython = &service.IsPython
		case "license":
			l.License = &service.License
		case "is_enabled":
			l.IsEnabled = &service.Enabled
		case "health":
			l.Health = new(healthShown(p, service))
		case "transport":
			if service.Detected.Transport != "" {
				l.Transport = new(string(service.Detected.Transport))
			}
		case "updated_at":
			l.UpdatedAt = &service.UpdatedAt
		}
	}
	return l
}
