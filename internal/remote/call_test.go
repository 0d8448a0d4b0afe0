package remote

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

const goodToken = "mcpgw_good"

// gatewayTo imitates what of a gateway a call needs, in front of an upstream
// whose endpoint serves POST, or GET for HTTP+SSE, at any path.
func gatewayTo(up *upstreamtest.Upstream, enabled bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/server_details/team/echo", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"is_enabled":%t,"tool_list":[{"name":"echo","schema":{"properties":{"n":{"type":"integer"}}}}]}`, enabled)
	})
	mux.HandleFunc("GET /connect/team/echo", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"url":"http://tunnelled.example/team/echo/mcp","apart":false}`)
	})
	mux.HandleFunc("/team/echo/mcp", func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = strings.TrimPrefix(up.URL, up.Origin())
		up.ServeHTTP(w, r)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+goodToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func echoing(t *testing.T, start func(testing.TB, ...string) *upstreamtest.Upstream) *upstreamtest.Upstream {
	up := start(t)
	up.Server.AddTool(&mcp.Tool{Name: "echo", InputSchema: map[string]any{"type": "object"}},
		func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			err := r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: r.Params.GetProgressToken(), Progress: 1, Message: "soon"})
			return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(r.Params.Arguments)}}}, err
		})
	return up
}

func TestCallThroughAGateway(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...string) *upstreamtest.Upstream{
		"stateless": upstreamtest.Stateless, "stateful": upstreamtest.Stateful,
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewTLSServer(gatewayTo(echoing(t, start), true))
			defer s.Close()
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
			g, err := New(Options{URL: s.URL, Token: goodToken, Roots: roots, Version: "test"})
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			got, err := g.Call(t.Context(), Call{Path: "team/echo", Tool: "echo", Args: []string{"n=7"}, Told: func(line string) { told = append(told, line) }})
			if err != nil || len(got.Blocks) != 1 || got.Blocks[0].Text != `{"n":7}` || !json.Valid(got.Raw) {
				t.Errorf("result %+v, %v", got, err)
			}
			if strings.Join(told, "|") != "progress 1 soon" {
				t.Errorf("told %q", told)
			}
		})
	}
}

func TestCallRefusals(t *testing.T) {
	up := echoing(t, upstreamtest.Stateless)
	s := httptest.NewServer(gatewayTo(up, false))
	defer s.Close()
	for _, tc := range []struct{ url, token, says string }{
		{s.URL, goodToken, "the service /team/echo is switched off"},
		{s.URL, "mcpgw_bad", "does not know the token"},
		{s.URL + "/elsewhere", goodToken, "404 Not Found"},
		{upstreamtest.ClosedURL(t), goodToken, "is it running"},
		{strings.Replace(s.URL, "http:", "https:", 1), goodToken, "should --url begin with http://"},
		{upstreamtest.Serve(t, upstreamtest.Body(403, "application/problem+json", `{"detail":"No.\u001b[2J"}`)), goodToken, `refuses: No.\u001b[2J`},
	} {
		g, err := New(Options{URL: tc.url, Token: tc.token})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Call(t.Context(), Call{Path: "/team/echo", Tool: "echo"}); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want %q in it", tc.url, err, tc.says)
		}
	}
	if up.Requests() != 0 {
		t.Errorf("%d requests reached the upstream", up.Requests())
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	g, _ := New(Options{URL: s.URL, Token: goodToken})
	if _, err := g.Call(ctx, Call{Path: "/team/echo", Tool: "echo"}); !errors.Is(err, enough) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, o := range []Options{
		{URL: "localhost:7860", Token: goodToken},
		{URL: "http://u:p@h", Token: goodToken},
		{URL: "http://h?q", Token: goodToken},
		{URL: "http://h", Token: "two words"},
		{URL: "http://h", Token: "a\r\nb"},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is accepted", o)
		} else if _, ok := errors.AsType[*UsageError](err); !ok {
			t.Errorf("%+v: %T", o, err)
		}
	}
}

// An unknown certificate is told apart from a gateway that is not there.
func TestUnknownCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	g, err := New(Options{URL: s.URL, Token: goodToken})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Tools(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "--cacert") {
		t.Errorf("error %v", err)
	}
}
