package mcpclient

import (
	"context"
	"fmt"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// List lists the tools of an upstream, in whichever era it is of, and says what
// was detected, which saves a later [Client.Call] requests. A server without
// the tools capability has an empty list.
//
// It takes at most the client's timeout, or until ctx is done, whose cause is
// the error then, and ends a session that it opened as [Client.Check] does. A
// refusal is a *[RPCError] or a *[ProblemError], wrapped. The text of an error
// is without the values of t.Headers.
func (c *Client) List(ctx context.Context, t registry.Target) (registry.Discovery, registry.Detected, error) {
	within, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	out, err := c.list(within, t)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return registry.Discovery{}, registry.Detected{}, fmt.Errorf("list the tools: %w", redactError(err, t.Headers))
	}
	redactOutcome(&out, t.Headers)
	return *out.Discovery, out.Detected, nil
}

func (c *Client) list(ctx context.Context, t registry.Target) (registry.Outcome, error) {
	k, err := c.newTalk(ctx, t)
	if err != nil {
		return registry.Outcome{}, err
	}
	defer k.close(ctx)
	hit, err := k.find(ctx, t)
	if err != nil {
		return registry.Outcome{}, err
	}
	h, err := hit.peer.open(ctx)
	if err != nil {
		return registry.Outcome{}, err
	}
	out := registry.Outcome{Discovery: &registry.Discovery{}, Detected: hit.detected()}
	if h.tools {
		if out.Discovery, err = k.listTools(ctx, hit.peer); err != nil {
			return registry.Outcome{}, err
		}
	}
	return out, nil
}
