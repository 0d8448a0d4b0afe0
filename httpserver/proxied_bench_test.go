package httpserver_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/logline"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// idle is a gateway that answers nothing.
type idle struct{}

func (idle) Forward(_ http.ResponseWriter, _ *http.Request, _ *gateway.Caller, report *gateway.Report) error {
	report.Service, report.Method, report.Name = "/weather", "tools/call", "get_current_weather"
	return nil
}

func (idle) ServiceOf(*http.Request) registry.Path { return "" }

// blank takes an answer without a body.
type blank struct{ header http.Header }

func (b blank) Header() http.Header         { return b.header }
func (b blank) WriteHeader(int)             {}
func (b blank) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkProxied is what the server itself spends on a tool call: all but
// the connections and the gateway.
func BenchmarkProxied(b *testing.B) {
	lines := logline.NewWriter(io.Discard, 5*time.Millisecond)
	defer func() { _ = lines.Close() }()
	for _, log := range []struct {
		name string
		slog.Handler
	}{{"unlogged", slog.DiscardHandler}, {"logged", logline.NewText(lines, nil)}} {
		b.Run(log.name, func(b *testing.B) {
			e := newEdge(b, setup{adjust: func(o *httpserver.Options) {
				o.Gateway, o.Logger = idle{}, slog.New(log.Handler)
			}})
			_, secret := e.token(b, auth.ScopeGateway)
			ctx := context.WithValue(b.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7860})
			r := (&http.Request{
				Method: http.MethodPost, URL: &url.URL{Path: "/weather/mcp"}, Host: "localhost:7860",
				Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: "127.0.0.1:51234", Body: http.NoBody,
				Header: http.Header{
					"Authorization": {"Bearer " + secret},
					"Accept":        {"application/json, text/event-stream"},
					"Content-Type":  {"application/json"},
				},
			}).WithContext(ctx)
			w := blank{make(http.Header)}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				e.server.ServeHTTP(w, r)
			}
		})
	}
}
