package httpserver

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
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

// ListServices is GET /api/services.
func (s *Server) ListServices(ctx context.Context, req gen.ListServicesRequestObject) (gen.ListServicesResponseObject, error) {
	wanted := listedFields()
	if req.Params.Fields != nil {
		wanted = *req.Params.Fields
		for _, field := range wanted {
			if field != "path" && !slices.Contains(listedFields(), field) {
				return nil, registry.Invalid("fields", "Give some of these, with commas between: %s.", strings.Join(listedFields(), ", "))
			}
		}
	}
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return nil, err
	}
	p := callOf(ctx).principal
	list := gen.ServiceList{Services: []gen.ServiceListed{}}
	for _, service := range reachedBy(p, listing.Services) {
		list.Services = append(list.Services, s.listed(p, service, wanted))
	}
	slices.SortFunc(list.Services, func(a, b gen.ServiceListed) int { return strings.Compare(a.Path, b.Path) })
	// Traffic has no version, so the tag is of what is sent.
	sum := fnv.New64a()
	if err := json.NewEncoder(sum).Encode(list); err != nil {
		return nil, fmt.Errorf("encode the list: %w", err)
	}
	tag := fmt.Sprintf(`W/"%x"`, sum.Sum64())
	if matches(req.Params.IfNoneMatch, tag) {
		return gen.NotModifiedResponse{Headers: gen.NotModifiedResponseHeaders{ETag: tag}}, nil
	}
	return gen.ListServices200JSONResponse{Body: list, Headers: gen.ListServices200ResponseHeaders{ETag: tag}}, nil
}

// listed is what a list shows of a service to the principal: the members that
// are wanted, as its record has them.
func (s *Server) listed(p auth.Principal, service *registry.Service, wanted []string) gen.ServiceListed {
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
		case "traffic":
			l.Traffic = s.trafficFor(p, service.Path)
		}
	}
	return l
}
