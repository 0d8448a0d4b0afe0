package demo

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Kind names one of the example servers.
type Kind string

// The example servers.
const (
	// Weather is a stateless streamable HTTP server that old clients may use,
	// too.
	Weather Kind = "weather"
	// Fininfo is an HTTP+SSE server of revision 2024-11-05.
	Fininfo Kind = "fininfo"
)

// Kinds lists the example servers in the order in which they are shown.
func Kinds() []Kind { return []Kind{Weather, Fininfo} }

// Example is an example server as it would be registered.
type Example struct {
	Kind        Kind
	Name        string
	Description string
	// Path is the service path to register it at, such as "/weather".
	Path string
	// URL is its proxy_pass_url; it lacks the path of the MCP endpoint, which
	// the gateway finds out.
	URL     string
	Tags    []string
	Stars   int
	License string
}

// example describes a kind that listens at url.
func (k Kind) example(url string) Example {
	e := Example{Kind: k, Path: "/" + string(k), URL: url, Stars: 5, License: "Apache-2.0"}
	switch k {
	case Weather:
		e.Name = "Weather Service"
		e.Description = "Sample weather for a few cities, over streamable HTTP. An example server that comes with the gateway; its data is made up."
		e.Tags = []string{"weather", "forecast", "example"}
	case Fininfo:
		e.Name = "Financial Info"
		e.Description = "Sample share prices and currency conversion, over HTTP+SSE. An example server that comes with the gateway; its data is made up."
		e.Tags = []string{"finance", "stocks", "example"}
	}
	return e
}

// server makes the MCP server of a kind, and the handler that speaks for it.
func (k Kind) server(log *slog.Logger) (*mcp.Server, http.Handler, error) {
	mux := http.NewServeMux()
	switch k {
	case Weather:
		s := newWeather(log)
		mux.Handle("/mcp", mcp.NewStreamableHTTPHandler(always(s), &mcp.StreamableHTTPOptions{Stateless: true, Logger: log}))
		return s, mux, nil
	case Fininfo:
		s := newFininfo(log)
		mux.Handle("/sse", mcp.NewSSEHandler(always(s), nil))
		return s, mux, nil
	}
	return nil, nil, fmt.Errorf("no example server is called %q: use %q or %q", k, Weather, Fininfo)
}

func always(s *mcp.Server) func(*http.Request) *mcp.Server {
	return func(*http.Request) *mcp.Server { return s }
}

// httpServer is the HTTP server for a handler. It sets no write timeout, which
// would cut streams.
func httpServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
