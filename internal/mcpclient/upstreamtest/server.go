package upstreamtest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Upstream is a real MCP server.
type Upstream struct {
	// URL is the MCP endpoint, or the event stream of HTTP+SSE.
	URL string
	// Server is the go-sdk's server behind it, to add and remove tools.
	Server *mcp.Server

	http        *httptest.Server
	handler     http.Handler
	initialized atomic.Int64
	requests    atomic.Int64
}

// Stateless makes a server of revision 2026-07-28, which old clients may use
// without a session, at path /mcp. It has a tool of each name.
func Stateless(tb testing.TB, tools ...string) *Upstream {
	return start(tb, tools, "/mcp", func(s *mcp.Server) http.Handler {
		return mcp.NewStreamableHTTPHandler(serve(s), &mcp.StreamableHTTPOptions{Stateless: true})
	})
}

// Cancellable makes a server like Stateless whose tools hear it when the client
// goes away: the SDK tells them only if asked to.
func Cancellable(tb testing.TB, tools ...string) *Upstream {
	return start(tb, tools, "/mcp", func(s *mcp.Server) http.Handler {
		return mcp.NewStreamableHTTPHandler(serve(s), &mcp.StreamableHTTPOptions{Stateless: true, PropagateRequestCancellation: true})
	})
}

// Stateful makes a streamable server with sessions, of revisions up to
// 2025-11-25, at path /mcp.
func Stateful(tb testing.TB, tools ...string) *Upstream {
	return start(tb, tools, "/mcp", func(s *mcp.Server) http.Handler {
		return mcp.NewStreamableHTTPHandler(serve(s), nil)
	})
}

// SSE makes a server of revision 2024-11-05 at path /sse.
func SSE(tb testing.TB, tools ...string) *Upstream {
	return start(tb, tools, "/sse", func(s *mcp.Server) http.Handler {
		return mcp.NewSSEHandler(serve(s), nil)
	})
}

func serve(s *mcp.Server) func(*http.Request) *mcp.Server {
	return func(*http.Request) *mcp.Server { return s }
}

func start(tb testing.TB, tools []string, path string, handler func(*mcp.Server) http.Handler) *Upstream {
	tb.Helper()
	u := &Upstream{Server: mcp.NewServer(&mcp.Implementation{Name: "upstreamtest", Version: "1.2.3"}, nil)}
	u.Server.AddReceivingMiddleware(u.count)
	for _, name := range tools {
		u.AddTool(name, "Tool "+name+".")
	}
	mux := http.NewServeMux()
	mux.Handle(path, handler(u.Server))
	u.handler = mux
	u.http = httptest.NewServer(u)
	u.URL = u.http.URL + path
	tb.Cleanup(u.Close)
	return u
}

// ServeHTTP serves the same MCP server, for handlers that stand in front of it.
func (u *Upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.requests.Add(1)
	u.handler.ServeHTTP(w, r)
}

// Origin is the server's URL without a path. Nothing answers there.
func (u *Upstream) Origin() string { return u.http.URL }

// AddTool adds a tool without arguments, or replaces one. Listening clients
// are notified.
func (u *Upstream) AddTool(name, description string) {
	u.Server.AddTool(
		&mcp.Tool{Name: name, Description: description, InputSchema: map[string]any{"type": "object"}},
		func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: name}}}, nil
		})
}

// Initialized counts the initialize requests so far.
func (u *Upstream) Initialized() int { return int(u.initialized.Load()) }

// Requests counts the HTTP requests so far.
func (u *Upstream) Requests() int { return int(u.requests.Load()) }

// Live is the number of sessions that nobody has ended. A session of HTTP+SSE
// ends when the server notices that its stream is closed, a moment later.
func (u *Upstream) Live() int { return len(slices.Collect(u.Server.Sessions())) }

// Close ends the sessions and stops the server; the port refuses connections
// afterwards. It may be called more than once.
func (u *Upstream) Close() {
	for s := range u.Server.Sessions() {
		_ = s.Close()
	}
	u.http.CloseClientConnections()
	u.http.Close()
}

func (u *Upstream) count(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		if method == "initialize" {
			u.initialized.Add(1)
		}
		return next(ctx, method, req)
	}
}
