package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Tool is a tool of a service. All but Service is hostile.
type Tool struct {
	// Service is the path of its service.
	Service     string
	Name        string
	Description string
	// Schema is the JSON Schema of its arguments, or nil.
	Schema json.RawMessage
}

// Summary is the description without what Arguments says: where it is a
// docstring, its Args section is left out if there are arguments to list.
func (t Tool) Summary() string {
	parsed := registry.ParseDescription(t.Description)
	if parsed.Args == nil || len(t.Arguments()) == 0 {
		return t.Description
	}
	parsed.Args = nil
	return parsed.String()
}

// Listing is what a gateway offers.
type Listing struct {
	// Tools are in the order of their services' paths.
	Tools []Tool
	// Raw is the answer of the API.
	Raw json.RawMessage
}

// wireTool is a tool in the API's JSON.
type wireTool struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Schema      json.RawMessage `json:"schema"`
	ServerPath  string          `json:"server_path,omitempty"`
}

// Tools lists the tools of a service, or of all where path is empty, as the
// last discovery found them. Where there is no API, the server of the service
// is asked, and all cannot be listed.
func (g *Gateway) Tools(ctx context.Context, path string) (Listing, error) {
	service, resource := "", "/api/tools/all"
	if path != "" {
		parsed, err := parsePath(path)
		if err != nil {
			return Listing{}, err
		}
		service, resource = string(parsed), "/api/tools"+string(parsed)
	}
	var answer struct {
		Tools []wireTool `json:"tools"`
	}
	raw, err := g.get(ctx, resource, &answer)
	if e, ok := errors.AsType[*noAPIError](err); ok {
		if service != "" {
			return g.toolsUnseen(ctx, service)
		}
		return Listing{}, e.reason
	}
	if errors.Is(err, errNotFound) {
		return Listing{}, g.unknownService(ctx, service)
	}
	if err != nil {
		return Listing{}, err
	}
	out := Listing{Raw: raw}
	for _, t := range answer.Tools {
		of := service
		if of == "" {
			of = t.ServerPath
		}
		out.Tools = append(out.Tools, Tool{Service: of, Name: t.Name, Description: t.Description, Schema: t.Schema})
	}
	return out, nil
}

// unknownService names the services whose paths are most like the one given.
func (g *Gateway) unknownService(ctx context.Context, given string) error {
	var all struct {
		Servers map[string]json.RawMessage `json:"servers"`
	}
	if _, err := g.get(ctx, "/api/tools/all", &all); err != nil || len(all.Servers) == 0 {
		return fmt.Errorf("no service has the path %s, or the token is not for it", given)
	}
	paths := slices.Sorted(maps.Keys(all.Servers))
	return fmt.Errorf("no service has the path %s, or the token is not for it; there is %s", given, nearby(given, paths))
}

// service is what a call needs to know of a service.
type service struct {
	path    registry.Path
	Enabled bool       `json:"is_enabled"`
	Tools   []wireTool `json:"tool_list"`
}

func (g *Gateway) service(ctx context.Context, given string) (service, error) {
	path, err := parsePath(given)
	if err != nil {
		return service{}, err
	}
	s := service{path: path}
	if _, err = g.get(ctx, "/api/server_details"+string(path), &s); errors.Is(err, errNotFound) {
		err = g.unknownService(ctx, string(path))
	}
	return s, err
}

// tool finds a tool of the last discovery. Before any, the server itself must
// know.
func (s service) tool(name string) (wireTool, error) {
	if len(s.Tools) == 0 {
		return wireTool{Name: name}, nil
	}
	names := make([]string, len(s.Tools))
	for i, t := range s.Tools {
		if t.Name == name {
			return t, nil
		}
		names[i] = t.Name
	}
	return wireTool{}, fmt.Errorf("%s has no tool %s; it has %s. If it is new, refresh the service on the dashboard first",
		s.path, Line(name, 100), nearby(name, names))
}
