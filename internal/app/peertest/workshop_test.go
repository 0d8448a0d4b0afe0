package peertest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// bigSize is the length of the text that the tool "big" returns, in bytes.
const bigSize = 10 << 20

// document is a resource that the workshop has in common with
// server-everything.
const document = "demo://resource/static/document/features.md"

// workshop is a go-sdk server that offers what server-everything does, under
// the same names, as far as the tests use it. Two tools are its own: "big",
// and "hang" with "was-cancelled", which show a cancellation from the side of
// the server.
type workshop struct {
	server *mcp.Server

	mu        sync.Mutex
	cancelled map[string]chan struct{} // by the key of the call
}

func newWorkshop() *workshop {
	w := &workshop{cancelled: map[string]chan struct{}{}}
	nothing := func(context.Context, *mcp.SubscribeRequest) error { return nil }
	w.server = mcp.NewServer(&mcp.Implementation{Name: "workshop", Version: "1.2.3"}, &mcp.ServerOptions{
		SubscribeHandler:   nothing,
		UnsubscribeHandler: func(context.Context, *mcp.UnsubscribeRequest) error { return nil },
	})
	mcp.AddTool(w.server, &mcp.Tool{Name: "echo"}, w.echo)
	mcp.AddTool(w.server, &mcp.Tool{Name: "trigger-long-running-operation"}, w.operate)
	mcp.AddTool(w.server, &mcp.Tool{Name: "trigger-sampling-request"}, w.sample)
	mcp.AddTool(w.server, &mcp.Tool{Name: "trigger-elicitation-request"}, w.elicit)
	mcp.AddTool(w.server, &mcp.Tool{Name: "get-roots-list"}, w.roots)
	mcp.AddTool(w.server, &mcp.Tool{Name: "toggle-simulated-logging"}, w.log)
	mcp.AddTool(w.server, &mcp.Tool{Name: "toggle-subscriber-updates"}, w.update)
	mcp.AddTool(w.server, &mcp.Tool{Name: "big"}, w.big)
	mcp.AddTool(w.server, &mcp.Tool{Name: "hang"}, w.hang)
	mcp.AddTool(w.server, &mcp.Tool{Name: "was-cancelled"}, w.wasCancelled)
	w.server.AddResource(&mcp.Resource{URI: document, Name: "features.md", MIMEType: "text/markdown"},
		func(_ context.Context, req *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
			return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: req.Params.URI, MIMEType: "text/markdown", Text: "# Features"}}}, nil
		})
	return w
}

// The transports that a workshop can be served over. All but sse are
// streamable HTTP.
const (
	stateless = "stateless"
	stateful  = "stateful"
	sse       = "sse"
)

// serve starts a workshop and returns the URL of its endpoint.
func serve(tb testing.TB, transport string) string {
	tb.Helper()
	w := newWorkshop()
	get := func(*http.Request) *mcp.Server { return w.server }
	mux := http.NewServeMux()
	path := "/mcp"
	switch transport {
	case stateless:
		mux.Handle(path, mcp.NewStreamableHTTPHandler(get, &mcp.StreamableHTTPOptions{Stateless: true, PropagateRequestCancellation: true}))
	case stateful:
		mux.Handle(path, mcp.NewStreamableHTTPHandler(get, &mcp.StreamableHTTPOptions{EventStore: eventStore()}))
	case sse:
		path = "/sse"
		mux.Handle(path, mcp.NewSSEHandler(get, nil))
	default:
		tb.Fatalf("no transport %q", transport)
	}
	s := httptest.NewServer(mux)
	tb.Cleanup(func() {
		for session := range w.server.Sessions() {
			_ = session.Close()
		}
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL + path
}

// eventStore keeps what a client may resume from, the biggest result included.
func eventStore() mcp.EventStore {
	store := mcp.NewMemoryEventStore(nil)
	store.SetMaxBytes(4 * bigSize)
	return store
}

func text(s string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: s}}}
}

type none = struct{}

func (w *workshop) echo(_ context.Context, _ *mcp.CallToolRequest, in struct {
	Message string `json:"message"`
},
) (*mcp.CallToolResult, any, error) {
	return text("Echo: " + in.Message), nil, nil
}

// operate reports progress for each step, spread over the duration in seconds.
func (w *workshop) operate(ctx context.Context, req *mcp.CallToolRequest, in struct {
	Duration float64 `json:"duration"`
	Steps    int     `json:"steps"`
},
) (*mcp.CallToolResult, any, error) {
	for i := range in.Steps {
		select {
		case <-time.After(time.Duration(in.Duration / float64(in.Steps) * float64(time.Second))):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
		if token := req.Params.GetProgressToken(); token != nil {
			err := req.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: token, Progress: float64(i + 1), Total: float64(in.Steps)})
			if err != nil {
				return nil, nil, err
			}
		}
	}
	return text("Long running operation completed."), nil, nil
}

// log sends one message, of the level info.
func (w *workshop) log(ctx context.Context, req *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
	err := req.Session.Log(ctx, &mcp.LoggingMessageParams{Level: "info", Data: "Info-level message"})
	return text("Started simulated logging."), nil, err
}

// update tells the subscribers of the document.
func (w *workshop) update(ctx context.Context, _ *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
	err := w.server.ResourceUpdated(ctx, &mcp.ResourceUpdatedNotificationParams{URI: document})
	return text("Started simulated resource updates."), nil, err
}

func (w *workshop) big(context.Context, *mcp.CallToolRequest, none) (*mcp.CallToolResult, any, error) {
	return text(strings.Repeat("0123456789abcdef", bigSize/16)), nil, nil
}

type keyed struct {
	Key string `json:"key"`
}

// hang reports that it began, then blocks until it is cancelled.
func (w *workshop) hang(ctx context.Context, req *mcp.CallToolRequest, in keyed) (*mcp.CallToolResult, any, error) {
	if token := req.Params.GetProgressToken(); token != nil {
		if err := req.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: token, Progress: 1}); err != nil {
			return nil, nil, err
		}
	}
	<-ctx.Done()
	close(w.cancellation(in.Key))
	return nil, nil, ctx.Err()
}

// wasCancelled waits until the hang of that key was cancelled.
func (w *workshop) wasCancelled(ctx context.Context, _ *mcp.CallToolRequest, in keyed) (*mcp.CallToolResult, any, error) {
	select {
	case <-w.cancellation(in.Key):
		return text("cancelled"), nil, nil
	case <-time.After(patience):
		return text("still hanging"), nil, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

func (w *workshop) cancellation(key string) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancelled[key] == nil {
		w.cancelled[key] = make(chan struct{})
	}
	return w.cancelled[key]
}
