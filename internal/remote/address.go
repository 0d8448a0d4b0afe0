package remote

import (
	"context"
	"fmt"
	"net/url"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// addressOf is the base of the service's address: ours, by which the gateway is
// reached from here, unless it serves services apart.
func (g *Gateway) addressOf(ctx context.Context, path registry.Path) (*url.URL, error) {
	var connection struct {
		URL   string `json:"url"`
		Apart bool   `json:"apart"`
	}
	if _, err := g.get(ctx, "/connect"+string(path), &connection); err != nil {
		return nil, fmt.Errorf("find out where %s is served: %w", path, err)
	}
	if !connection.Apart {
		return g.base, nil
	}
	at, err := url.Parse(connection.URL)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return nil, fmt.Errorf("the gateway at %s says that its services are elsewhere, and not where; is --url right?", g.base)
	}
	if g.base.Scheme == "https" && at.Scheme != "https" {
		return nil, fmt.Errorf("the gateway at %s serves services at %s, where everybody on the way could read the token; whoever runs it should set --gateway-public-url to an https address", g.base, Line(at.Host, 100))
	}
	g.beforeToken(at)
	return &url.URL{Scheme: at.Scheme, Host: at.Host}, nil
}
