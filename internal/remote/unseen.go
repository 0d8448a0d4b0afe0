package remote

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Where the API is not for us, a service is all the same: at an address of
// their own (--gateway-listen) there are only services, and a gateway that asks
// nobody for a token (--gateway-auth none) asks for one at its API. Then the
// server itself is asked for its tools, through the gateway, as an agent does.

// unseen is a service that the API says nothing of.
type unseen struct {
	target registry.Target
	path   registry.Path
	list   registry.Discovery
}

// unseen asks the server behind a path for its tools.
func (g *Gateway) unseen(ctx context.Context, given string) (unseen, error) {
	path, err := parsePath(given)
	if err != nil {
		return unseen{}, err
	}
	u := unseen{path: path}
	if u.target, err = g.target(g.base, path); err != nil {
		return unseen{}, err
	}
	if u.list, u.target.Detected, err = g.mcp().List(ctx, u.target); err != nil {
		return unseen{}, g.explainCall(err, u.target.Headers)
	}
	return u, nil
}

// callUnseen is [Gateway.Call] without the API.
func (g *Gateway) callUnseen(ctx context.Context, c Call) (Result, error) {
	u, err := g.unseen(ctx, c.Path)
	if err != nil {
		return Result{}, err
	}
	tool, err := service{path: u.path, Tools: u.tools()}.tool(c.Tool)
	if err != nil && !u.list.Truncated {
		return Result{}, err
	}
	if err != nil { // It may be among those that were cut.
		tool = wireTool{Name: c.Tool}
	}
	args, err := arguments(tool.Schema, c.JSONArgs, c.Args)
	if err != nil {
		return Result{}, err
	}
	return g.send(ctx, u.target, tool, args, c.Told)
}

// toolsUnseen is [Gateway.Tools] of one service without the API. Raw is made of
// what the server says, in the API's shape.
func (g *Gateway) toolsUnseen(ctx context.Context, given string) (Listing, error) {
	u, err := g.unseen(ctx, given)
	if err != nil {
		return Listing{}, err
	}
	tools := u.tools()
	out := Listing{Raw: encoded(map[string]any{"service_path": u.path, "tools": tools})}
	for _, t := range tools {
		out.Tools = append(out.Tools, Tool{Service: string(u.path), Name: t.Name, Description: t.Description, Schema: t.Schema})
	}
	return out, nil
}

// tools are the service's, by name as in the API.
func (u unseen) tools() []wireTool {
	out := make([]wireTool, 0, len(u.list.Tools))
	for _, t := range u.list.Tools {
		schema := t.InputSchema
		if schema == nil {
			schema = json.RawMessage("{}")
		}
		out = append(out, wireTool{Name: t.Name, Description: t.Description, Schema: schema})
	}
	return slices.Clip(out)
}
