package httpserver

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strings"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetServerDetails is GET /api/server_details/{service_path}.
func (s *Server) GetServerDetails(ctx context.Context, req gen.GetServerDetailsRequestObject) (gen.GetServerDetailsResponseObject, error) {
	service, err := s.service(ctx, req.ServicePath)
	if err != nil {
		return nil, err
	}
	p := callOf(ctx).principal
	tag := s.etag(p, service.Version, service)
	if matches(req.Params.IfNoneMatch, tag) {
		return gen.NotModifiedResponse{Headers: gen.NotModifiedResponseHeaders{ETag: tag}}, nil
	}
	return gen.GetServerDetails200JSONResponse{
		Body:    s.record(p, service),
		Headers: gen.GetServerDetails200ResponseHeaders{ETag: tag},
	}, nil
}

// GetAllServerDetails is GET /api/server_details/all.
func (s *Server) GetAllServerDetails(ctx context.Context, req gen.GetAllServerDetailsRequestObject) (gen.GetAllServerDetailsResponseObject, error) {
	p := callOf(ctx).principal
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return nil, err
	}
	services := reachedBy(p, listing.Services)
	sequence := listing.Sequence
	if p.IsLimited() {
		sequence = 0 // It would tell when services change that the token is not for.
	}
	tag := s.etag(p, sequence, services...)
	if matches(req.Params.IfNoneMatch, tag) {
		return gen.NotModifiedResponse{Headers: gen.NotModifiedResponseHeaders{ETag: tag}}, nil
	}
	list, err := s.encodeRecords(p, services, tag)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// VisitGetAllServerDetailsResponse writes the list.
func (l encodedList) VisitGetAllServerDetailsResponse(w http.ResponseWriter) error {
	return l.write(w)
}

// GetTools is GET /api/tools/{service_path}.
func (s *Server) GetTools(ctx context.Context, req gen.GetToolsRequestObject) (gen.GetToolsResponseObject, error) {
	service, err := s.service(ctx, req.ServicePath)
	if err != nil {
		return nil, err
	}
	return gen.GetTools200JSONResponse{Body: gen.ServiceTools{
		ServicePath: string(service.Path),
		Tools:       toolsOf(service),
	}}, nil
}

// GetAllTools is GET /api/tools/all.
func (s *Server) GetAllTools(ctx context.Context, _ gen.GetAllToolsRequestObject) (gen.GetAllToolsResponseObject, error) {
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return nil, err
	}
	services := reachedBy(callOf(ctx).principal, listing.Services)
	all := gen.AllTools{
		ServicePath: "all",
		Tools:       []gen.ServerTool{},
		Servers:     make(map[string][]gen.Tool, len(services)),
	}
	for _, service := range services {
		tools := toolsOf(service)
		all.Servers[string(service.Path)] = tools
		for _, tool := range tools {
			all.Tools = append(all.Tools, serverToolOf(service, tool))
		}
	}
	return gen.GetAllTools200JSONResponse{Body: all}, nil
}

// reachedBy are the services that exist for the principal. The list itself is
// the registry's and stays as it is.
func reachedBy(p auth.Principal, services []*registry.Service) []*registry.Service {
	if !p.IsLimited() {
		return services
	}
	var reached []*registry.Service
	for _, service := range services {
		if p.Reaches(service.Path) {
			reached = append(reached, service)
		}
	}
	return reached
}

// etag is a weak entity tag (RFC 9110, section 8.8.3) of services at a
// version, as the principal sees them. A manual check, which brings no version,
// covers their status while it runs, so it counts too; and so does the
// program's version, since another may write the same service otherwise. Where
// the version is 0, those of the services count.
func (s *Server) etag(p auth.Principal, version uint64, services ...*registry.Service) string {
	salt := fnv.New64a()
	_, _ = io.WriteString(salt, s.o.Version+"\n") // A hash takes all.
	if p.Scope != auth.ScopeAdmin {               // Who sees less sees an answer of their own.
		_, _ = io.WriteString(salt, p.String()+"\n")
	}
	for _, service := range services {
		if service.Rechecking {
			_, _ = io.WriteString(salt, string(service.Path)+"\n")
		}
		if version == 0 {
			_, _ = fmt.Fprintf(salt, "%s %d\n", service.Path, service.Version)
		}
	}
	return fmt.Sprintf(`W/"%d-%x"`, version, salt.Sum64())
}

// matches says whether If-None-Match has the tag; the comparison is weak.
func matches(ifNoneMatch *string, tag string) bool {
	if ifNoneMatch == nil {
		return false
	}
	for given := range strings.SplitSeq(*ifNoneMatch, ",") {
		given = strings.TrimSpace(given)
		if given == "*" || strings.TrimPrefix(given, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
