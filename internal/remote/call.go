package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// handshakeTimeout bounds what comes before a call.
const handshakeTimeout = 30 * time.Second

// Call is one call of a tool, as a person gives it.
type Call struct {
	// Path is the service's, Tool the tool's name.
	Path, Tool string
	// Args are "name=value", which becomes what the tool's schema wants, or
	// "name:=JSON".
	Args []string
	// JSONArgs is a JSON object that Args are added to; nil for none.
	JSONArgs json.RawMessage
	// Told, unless nil, is told of progress and log messages, each a line that
	// a terminal can be shown.
	Told func(line string)
}

// Call calls a tool and waits for its result as long as ctx lets it; then the
// server is told. A mistake in what was given is a *[UsageError].
func (g *Gateway) Call(ctx context.Context, c Call) (Result, error) {
	s, err := g.service(ctx, c.Path)
	if _, ok := errors.AsType[*noAPIError](err); ok {
		return g.callUnseen(ctx, c)
	}
	if err != nil {
		return Result{}, err
	}
	if !s.Enabled {
		return Result{}, fmt.Errorf("the service %s is switched off; an administrator can enable it on the dashboard at %s", s.path, g.base)
	}
	tool, err := s.tool(c.Tool)
	if err != nil {
		return Result{}, err
	}
	args, err := arguments(tool.Schema, c.JSONArgs, c.Args)
	if err != nil {
		return Result{}, err
	}
	at, err := g.addressOf(ctx, s.path)
	if err != nil {
		return Result{}, err
	}
	target, err := g.target(at, s.path)
	if err != nil {
		return Result{}, err
	}
	return g.send(ctx, target, tool, args, c.Told)
}

// send calls a tool at the target.
func (g *Gateway) send(ctx context.Context, target registry.Target, tool wireTool, args json.RawMessage, told func(line string)) (Result, error) {
	call := mcpclient.ToolCall{Tool: tool.Name, Arguments: args, InputSchema: tool.Schema}
	if told != nil {
		call.Heard = func(n mcpclient.Notification) {
			if line := noticeOf(n); line != "" {
				told(line)
			}
		}
	}
	result, err := g.mcp().Call(ctx, target, call)
	if err != nil {
		return Result{}, g.explainCall(err, target.Headers)
	}
	return readResult(result), nil
}

// target is where MCP is spoken with a service, and with which token.
func (g *Gateway) target(at *url.URL, path registry.Path) (registry.Target, error) {
	t := registry.Target{Upstream: at.JoinPath(string(path), "mcp").String()}
	if g.token == "" {
		return t, nil
	}
	var err error
	if t.Headers, err = registry.ParseHeaders(map[string]string{"Authorization": "Bearer " + g.token}); err != nil {
		return t, fmt.Errorf("send the token: %w", err)
	}
	return t, nil
}

func (g *Gateway) mcp() *mcpclient.Client {
	return mcpclient.New(mcpclient.Options{Timeout: handshakeTimeout, RootCAs: g.roots, Version: g.version})
}

// noticeOf is a line about a notification; empty if there is nothing to say.
func noticeOf(n mcpclient.Notification) string {
	var p struct {
		Progress float64         `json:"progress"`
		Total    float64         `json:"total"`
		Message  string          `json:"message"`
		Level    string          `json:"level"`
		Data     json.RawMessage `json:"data"`
	}
	if json.Unmarshal(n.Params, &p) != nil {
		return ""
	}
	switch n.Method {
	case "notifications/progress":
		done := fmt.Sprintf("%g", p.Progress)
		if p.Total > 0 {
			done += fmt.Sprintf(" of %g", p.Total)
		}
		return Line("progress "+done+" "+p.Message, 200)
	case "notifications/message":
		text := string(p.Data)
		if plain := read[string](p.Data); plain != "" {
			text = plain
		}
		return Line(p.Level+": "+text, 200)
	}
	return ""
}
