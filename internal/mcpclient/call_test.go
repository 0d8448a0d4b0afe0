package mcpclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// anyObject is a schema that takes anything.
var anyObject = map[string]any{"type": "object"}

// addTool adds a tool that does what the handler does.
func addTool(up *upstreamtest.Upstream, name string, handler mcp.ToolHandler) {
	up.Server.AddTool(&mcp.Tool{Name: name, InputSchema: anyObject}, handler)
}

func said(text string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}}
}

// texts are the text blocks of a result.
func texts(t *testing.T, r CallResult) []string {
	t.Helper()
	out := []string{}
	for _, raw := range r.Content {
		var block struct{ Type, Text string }
		if err := json.Unmarshal(raw, &block); err != nil || block.Type != "text" {
			t.Fatalf("block %s: %v", raw, err)
		}
		out = append(out, block.Text)
	}
	return out
}

func TestCallInEachEra(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t)
			addTool(up, "echo", func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				result := said(string(r.Params.Arguments))
				result.StructuredContent = r.Params.Arguments
				return result, nil
			})
			addTool(up, "fail", func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				result := said("no luck")
				result.IsError = true
				return result, nil
			})
			known := patient().Check(t.Context(), registry.Target{Upstream: up.URL}, false).Detected
			for name, target := range map[string]registry.Target{
				"known": {Upstream: up.URL, Detected: known}, "unknown": {Upstream: up.Origin()},
			} {
				t.Run(name, func(t *testing.T) {
					got, err := patient().Call(t.Context(), target, ToolCall{Tool: "echo", Arguments: json.RawMessage(`{"n":12345678901234567890}`)})
					if err != nil {
						t.Fatal(err)
					}
					want := `{"n":12345678901234567890}`
					if diff := cmp.Diff([]string{want}, texts(t, got)); diff != "" || got.IsError || string(got.Structured) != want || !json.Valid(got.Raw) {
						t.Errorf("result %+v (-want +got):\n%s", got, diff)
					}
					got, err = patient().Call(t.Context(), target, ToolCall{Tool: "fail"})
					if err != nil || !got.IsError || !cmp.Equal(texts(t, got), []string{"no luck"}) || got.Structured != nil {
						t.Errorf("result %+v, %v", got, err)
					}
					_, err = patient().Call(t.Context(), target, ToolCall{Tool: "nothing"})
					if refusal, ok := errors.AsType[*RPCError](err); !ok || refusal.Code != -32602 || !strings.Contains(refusal.Message, "nothing") {
						t.Errorf("error %v", err)
					}
				})
			}
			eventually(t, "no session is left", func() bool { return up.Live() == 0 })
		})
	}
}

// The server's notifications are heard in order, and its own requests refused.
func TestCallHearsAndRefuses(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t)
			addTool(up, "work", func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				for i := range 2 {
					err := r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{
						ProgressToken: r.Params.GetProgressToken(), Progress: float64(i), Message: fmt.Sprint("step ", i),
					})
					if err != nil {
						return nil, err
					}
				}
				if e.want.Stateless {
					return said("not asked"), nil
				}
				_, err := r.Session.ListRoots(ctx, nil) //nolint:staticcheck // SA1019: old servers do.
				return said(fmt.Sprint(err)), r.Session.Ping(ctx, nil)
			})
			var heard []string
			got, err := patient().Call(t.Context(), registry.Target{Upstream: up.URL}, ToolCall{Tool: "work", Heard: func(n Notification) {
				var p struct{ Message, ProgressToken string }
				if json.Unmarshal(n.Params, &p) == nil && p.ProgressToken == "call" {
					heard = append(heard, n.Method+" "+p.Message)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"notifications/progress step 0", "notifications/progress step 1"}
			if diff := cmp.Diff(want, heard); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
			if text := texts(t, got)[0]; !e.want.Stateless && !strings.Contains(text, "supports no such method") {
				t.Errorf("the server was told %q", text)
			}
		})
	}
}

func TestCallOfOtherSDKsEndsEverySession(t *testing.T) {
	for _, kind := range []upstreamtest.Kind{upstreamtest.TypeScript, upstreamtest.Python, upstreamtest.OldGo} {
		up := upstreamtest.Imitate(t, kind)
		if _, err := patient().Call(t.Context(), registry.Target{Upstream: up.URL}, ToolCall{Tool: "imitated"}); err != nil {
			t.Errorf("kind %d: %v", kind, err)
		}
		if up.Opened() == 0 || up.Live() != 0 {
			t.Errorf("kind %d: %d of %d sessions are left", kind, up.Live(), up.Opened())
		}
	}
}

// A call is cancelled once the tool runs: the tool must hear of it, and the
// caller be told why.
func TestCancelledCall(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t)
			if e.want.Stateless {
				up = upstreamtest.Cancellable(t)
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			enough := errors.New("enough")
			cancelled := make(chan struct{})
			addTool(up, "wait", func(ctx context.Context, _ *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				cancel(enough)
				<-ctx.Done()
				close(cancelled)
				return nil, ctx.Err()
			})
			_, err := patient().Call(ctx, registry.Target{Upstream: up.URL}, ToolCall{Tool: "wait"})
			if !errors.Is(err, enough) {
				t.Errorf("error %v", err)
			}
			soon(t, "the tool to be cancelled", cancelled)
			eventually(t, "no session is left", func() bool { return up.Live() == 0 })
		})
	}
}

func TestCallThatCannotBeMade(t *testing.T) {
	up := upstreamtest.Stateless(t, "alpha")
	for name, call := range map[string]ToolCall{
		"no name":      {},
		"control name": {Tool: "a\nb"},
		"list":         {Tool: "alpha", Arguments: json.RawMessage(`[]`)},
		"half JSON":    {Tool: "alpha", Arguments: json.RawMessage(`{"a":`)},
	} {
		if _, err := patient().Call(t.Context(), registry.Target{Upstream: up.URL}, call); err == nil || up.Requests() != 0 {
			t.Errorf("%s: %v after %d requests", name, err, up.Requests())
		}
	}
}
