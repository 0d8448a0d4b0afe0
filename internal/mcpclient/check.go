package mcpclient

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Check asks the upstream whether it answers as an MCP server and, where
// discover is set, which tools it lists. It never fails: what went wrong is in
// the outcome's status and detail.
//
// The status is about the answer alone. A server that answered is Healthy,
// even where its tools could not be listed; then Detail says why, and
// Discovery is nil. A server without the tools capability has an empty
// Discovery.
//
// Whoever ctx names with [registry.WithProgress] hears of the steps as they come.
//
// It takes at most the client's timeout, or until ctx is done, and then up to
// two seconds to learn of and to end a session that it opened. No connection
// and no goroutine is left behind.
func (c *Client) Check(ctx context.Context, t registry.Target, discover bool) registry.Outcome {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	k, err := c.newTalk(ctx, t)
	if err != nil {
		return outcome(err)
	}
	k.trace = &trace{most: registry.MaxSteps, told: registry.ToldTo(ctx), headers: t.Headers}
	out := k.check(ctx, t, discover)
	k.close(ctx)
	out.Steps = k.trace.steps
	redactOutcome(&out, t.Headers)
	out.At = time.Now()
	return out
}

func (k *talk) check(ctx context.Context, t registry.Target, discover bool) registry.Outcome {
	hit, err := k.find(ctx, t)
	if err != nil {
		out := outcome(err)
		out.Latency = k.latency
		return out
	}
	out := registry.Outcome{Status: registry.Status{Kind: registry.Healthy}, Latency: k.latency}
	if discover {
		out.Discovery, out.Detail = k.discoverTools(ctx, hit.peer)
	}
	out.Detected = hit.detected()
	return out
}

// discoverTools lists the tools, or says why it could not.
func (k *talk) discoverTools(ctx context.Context, p peer) (*registry.Discovery, string) {
	h, err := p.open(ctx)
	if err != nil {
		return nil, noList(err)
	}
	if !h.tools {
		return &registry.Discovery{}, ""
	}
	list, err := k.listTools(ctx, p)
	if err != nil {
		return nil, noList(err)
	}
	if list.Truncated {
		return list, fmt.Sprintf("The server lists more than this gateway keeps: the list was cut, %d tools are left.", len(list.Tools))
	}
	return list, ""
}

func noList(err error) string {
	return line("The server answers, but its tools could not be listed. "+err.Error(), maxDetail)
}

// outcome is that of a check which found no MCP server.
func outcome(err error) registry.Outcome {
	out := registry.Outcome{Status: broken("internal"), At: time.Now()}
	if f, ok := errors.AsType[*failure](err); ok {
		out.Status, out.Detail = f.status, f.detail()
	}
	return out
}
