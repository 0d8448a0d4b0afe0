package httpserver

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
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
	services := slices.Clone(reachedBy(p, listing.Services))
	slices.SortFunc(services, func(a, b *registry.Service) int { return cmp.Compare(a.Path, b.Path) })
	list := gen.ServiceList{Services: make([]gen.ServiceListed, len(services))}
	for i, service := range services {
		list.Services[i] = s.listed(p, service, wanted)
	}
	body, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("encode the list: %w", err)
	}
	// Traffic has no version, so the tag is of what is sent.
	sum := fnv.New64a()
	_, _ = sum.Write(body) // A hash takes all.
	tag := fmt.Sprintf(`W/"%x"`, sum.Sum64())
	if matches(req.Params.IfNoneMatch, tag) {
		return gen.NotModifiedResponse{Headers: gen.NotModifiedResponseHeaders{ETag: tag}}, nil
	}
	return encodedList{tag, [][]byte{body}}, nil
}

// encodedList is a list that is in JSON already.
type encodedList struct {
	tag   string
	parts [][]byte // They follow each other.
}

func (l encodedList) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("ETag", l.tag)
	for _, part := range l.parts {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
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
