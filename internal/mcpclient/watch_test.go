package mcpclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// watching runs a Watch. Each call of changed is one value on the first
// channel; the second gets its error.
func watching(ctx context.Context, c *Client, target registry.Target) (<-chan struct{}, <-chan error) {
	changed, ended := make(chan struct{}, 100), make(chan error, 1)
	go func() {
		ended <- c.Watch(ctx, target, func() {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
	}()
	return changed, ended
}

// soon waits for a value that another goroutine sends soon.
func soon[T any](t *testing.T, what string, ch <-chan T) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

func TestWatchHearsOfChanges(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t, "alpha")
			found := patient().Check(t.Context(), registry.Target{Upstream: up.URL}, false)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			changed, ended := watching(ctx, patient(), registry.Target{Upstream: up.URL, Detected: found.Detected})
			soon(t, "the watch to stand", changed)
			for _, name := range []string{"beta", "gamma"} {
				up.AddTool(name, "New.")
				soon(t, "the news of "+name, changed)
			}
			cancel()
			if err := soon(t, "the watch to end", ended); !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v", err)
			}
			eventually(t, "no session is left", func() bool { return up.Live() == 0 })
		})
	}
}

func TestWatchEndsWithTheUpstream(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t, "alpha")
			found := patient().Check(t.Context(), registry.Target{Upstream: up.URL}, false)
			changed, ended := watching(t.Context(), patient(), registry.Target{Upstream: up.URL, Detected: found.Detected})
			soon(t, "the watch to stand", changed)
			up.Close()
			if err := soon(t, "the watch to end", ended); err == nil || errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

func TestWatchOfAServerThatAnnouncesNothing(t *testing.T) {
	server := mcp.NewServer(&mcp.Implementation{Name: "mute"}, &mcp.ServerOptions{
		Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}},
	})
	get := func(*http.Request) *mcp.Server { return server }
	for name, h := range map[string]http.Handler{
		"stateless": mcp.NewStreamableHTTPHandler(get, &mcp.StreamableHTTPOptions{Stateless: true}),
		"stateful":  mcp.NewStreamableHTTPHandler(get, nil),
		"sse":       mcp.NewSSEHandler(get, nil),
	} {
		t.Run(name, func(t *testing.T) {
			url := upstreamtest.Serve(t, h)
			found := patient().Check(t.Context(), registry.Target{Upstream: url}, false)
			err := patient().Watch(t.Context(), registry.Target{Upstream: url, Detected: found.Detected}, func() { t.Error("changed") })
			if !errors.Is(err, registry.ErrNoAnnouncements) {
				t.Errorf("ended with %v", err)
			}
			eventually(t, "no session is left", func() bool {
				for range server.Sessions() {
					return false
				}
				return true
			})
		})
	}
}

func TestWatchOfHostileServers(t *testing.T) {
	list := "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"
	for name, h := range map[string]http.Handler{
		"hanging":        upstreamtest.Hanging(),
		"drip feeding":   upstreamtest.DripFeeding(),
		"web page":       upstreamtest.HTMLPage(),
		"broken":         upstreamtest.Body(500, "text/plain", "boom"),
		"flood":          upstreamtest.EndlessEvents(list),
		"endless line":   upstreamtest.EndlessEvents("data: xxxxxxxxxxxxxxxx"),
		"endless silent": upstreamtest.EndlessEvents(":\n\n"),
		"elsewhere":      upstreamtest.SSEEndpoint("http://example.com/messages"),
		"mute":           upstreamtest.SSEEndpoint("/messages"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := upstreamtest.Serve(t, h)
			c := New(Options{Timeout: 500 * time.Millisecond})
			for _, d := range []registry.Detected{
				{Transport: registry.HTTPSSE}, {Transport: registry.StreamableHTTP}, {Transport: registry.StreamableHTTP, Stateless: true},
			} {
				d.Endpoint = url
				_, ended := watching(t.Context(), c, registry.Target{Upstream: url, Detected: d})
				if err := soon(t, "the watch to end", ended); err == nil {
					t.Error("ended without an error")
				}
			}
		})
	}
}

func TestWatchNeedsADetectedUpstream(t *testing.T) {
	up := upstreamtest.Stateless(t)
	for _, d := range []registry.Detected{{}, {Transport: registry.HTTPSSE, Endpoint: "http://example.com/sse"}} {
		err := patient().Watch(t.Context(), registry.Target{Upstream: up.URL, Detected: d}, func() {})
		if err == nil || !strings.Contains(err.Error(), "detected") {
			t.Errorf("of %+v: %v", d, err)
		}
	}
}
