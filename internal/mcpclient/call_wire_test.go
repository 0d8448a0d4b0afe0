package mcpclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	helloStateless = `{"jsonrpc":"2.0","id":ID,"result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}}`
	helloSession   = `{"jsonrpc":"2.0","id":ID,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}}`
)

// What a call of a stateless server looks like.
func TestCallOnTheWire(t *testing.T) {
	s := &recorded{answers: map[string]string{
		"server/discover": helloStateless,
		"tools/call":      `{"jsonrpc":"2.0","id":ID,"result":{"resultType":"complete","content":[]}}`,
	}}
	call := ToolCall{Tool: "alpha", Arguments: json.RawMessage(`{"a":1}`), Heard: func(Notification) {}}
	if _, err := patient().Call(t.Context(), registry.Target{Upstream: upstreamtest.Serve(t, s)}, call); err != nil {
		t.Fatal(err)
	}
	want := `POST 2026-07-28 {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"_meta":{` +
		`"io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"mcpgateway","version":"test"},` +
		`"io.modelcontextprotocol/logLevel":"info","io.modelcontextprotocol/protocolVersion":"2026-07-28","progressToken":"call"},` +
		`"arguments":{"a":1},"name":"alpha"}}`
	if diff := cmp.Diff(want, s.all()[1]); diff != "" || len(s.all()) != 2 {
		t.Errorf("sent %d (-want +got):\n%s", len(s.all()), diff)
	}
}

// A server that wants arguments in headers gets them; the SDK's compares them
// with the body.
func TestCallMirrorsArguments(t *testing.T) {
	schema := `{"type":"object","properties":{
		"region":{"type":"string","x-mcp-header":"Region"},
		"count":{"type":"integer","x-mcp-header":"Count"},
		"dry":{"type":"boolean","x-mcp-header":"Dry-Run"},
		"absent":{"type":"string","x-mcp-header":"Absent"},
		"plain":{"type":"string"},
		"deep":{"type":"object","properties":{"name":{"type":"string","x-mcp-header":"Name"}}}}}`
	up := upstreamtest.Stateless(t)
	up.Server.AddTool(&mcp.Tool{Name: "place", InputSchema: json.RawMessage(schema)}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return said("placed"), nil
	})
	call := ToolCall{
		Tool: "place", InputSchema: json.RawMessage(schema),
		Arguments: json.RawMessage(`{"region":" Zürich\n","count":-7,"dry":true,"plain":"x","deep":{"name":"n"}}`),
	}
	if _, err := patient().Call(t.Context(), registry.Target{Upstream: up.URL}, call); err != nil {
		t.Errorf("with headers: %v", err)
	}
	want := http.Header{
		"Mcp-Name": {"place"}, "Mcp-Param-Region": {"=?base64?IFrDvHJpY2gK?="}, "Mcp-Param-Count": {"-7"},
		"Mcp-Param-Dry-Run": {"true"}, "Mcp-Param-Name": {"n"},
	}
	if diff := cmp.Diff(want, call.mirror()); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	call.InputSchema = nil
	if _, err := patient().Call(t.Context(), registry.Target{Upstream: up.URL}, call); err == nil {
		t.Error("the server does not compare")
	}
	call.InputSchema = json.RawMessage(`{"properties":{"any":true,"region":{"x-mcp-header":"Bad\r\nName"},"count":{"x-mcp-header":7},"plain":{"x-mcp-header":"Plain"}}}`)
	if diff := cmp.Diff(http.Header{"Mcp-Name": {"place"}, "Mcp-Param-Plain": {"x"}}, call.mirror()); diff != "" {
		t.Errorf("headers of a strange schema (-want +got):\n%s", diff)
	}
}

// callAnswered answers tools/call of a session so, and the rest well.
func callAnswered(answer string) http.Handler {
	return &recorded{answers: map[string]string{
		"server/discover": `{"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"no"}}`,
		"initialize":      helloSession,
		"tools/call":      answer,
	}}
}

// endlessOnCall serves a session whose answer to tools/call is an endless
// stream.
func endlessOnCall(event string) http.Handler {
	rest, stream := callAnswered(""), upstreamtest.EndlessEvents(event)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if bytes.Contains(body, []byte(`"tools/call"`)) {
			stream.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

func TestCallOfHostileServers(t *testing.T) {
	serve := func(h http.Handler) string { return upstreamtest.Serve(t, h) }
	for _, tc := range []struct{ name, url, says string }{
		{"closed port", upstreamtest.ClosedURL(t), "connection refused"},
		{"401", serve(upstreamtest.Body(401, "text/plain", "who")), "asks for credentials"},
		{"problem", serve(upstreamtest.Body(503, "application/problem+json", `{"status":503,"detail":"Enable the service first."}`)), "HTTP 503 Service Unavailable (Enable the service first.)"},
		{"problem 404", serve(upstreamtest.Body(404, "application/problem+json", `{"detail":"No service has the path /a."}`)), "(No service has the path /a.)"},
		{"web page", serve(upstreamtest.HTMLPage()), "web page"},
		{"wrong id", serve(callAnswered(`{"jsonrpc":"2.0","id":"x","result":{}}`)), "answer to another request"},
		{"wrong id on a stream", serve(callAnswered("data: {\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}\n\n")), "answer to another request"},
		{"invalid JSON", serve(callAnswered(`{"jsonrpc":"2.0","id":ID,"result":`)), "invalid JSON"},
		{"garbage", serve(callAnswered("\x00\xff\x1b[2J\x07 garbage")), "invalid JSON"},
		{"garbage on a stream", serve(callAnswered("data: \x00\xff\x1b[2J\n\n")), "event is no JSON-RPC message"},
		{"empty stream", serve(callAnswered("data:")), "stream ended without an answer"},
		{"no result", serve(callAnswered(`{"jsonrpc":"2.0","id":ID,"result":"text"}`)), "answer is no result of a tool"},
		{"strange content", serve(callAnswered(`{"jsonrpc":"2.0","id":ID,"result":{"content":"text"}}`)), "answer is no result of a tool"},
		{"strange kind", serve(callAnswered(`{"jsonrpc":"2.0","id":ID,"result":{"resultType":"later\u001b[2J"}}`)), "unknown kind of result later[2J"},
		{"too large", serve(callAnswered(`{"jsonrpc":"2.0","id":ID,"result":{"x":"` + strings.Repeat("x", 2<<20) + `"}}`)), "answer too large"},
		{"large event", serve(callAnswered(`data: {"jsonrpc":"2.0","id":ID,"result":{"x":"` + strings.Repeat("x", 2<<20) + "\"}}\n\n")), "answer too large"},
		{"endless notifications", serve(endlessOnCall("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n")), "answer too large"},
		{"endless comments", serve(endlessOnCall(": still here\n\n")), "answer too large"},
		{"endless line", serve(endlessOnCall("data: xxxxxxxxxxxxxxxx")), "answer too large"},
		{"endless questions", serve(endlessOnCall("data: {\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}\n\n")), "too many events"},
		{"hanging", serve(upstreamtest.Hanging()), "timeout"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			timeout := 30 * time.Second
			if tc.says == "timeout" {
				timeout = 300 * time.Millisecond
			}
			c := New(Options{Timeout: timeout, Limits: Limits{ResultBytes: 1 << 20, TotalBytes: 1 << 20}})
			_, err := c.Call(t.Context(), registry.Target{Upstream: tc.url}, ToolCall{Tool: "alpha"})
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Fatalf("error %v, want %q in it", err, tc.says)
			}
			if text := err.Error(); !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\x07\n") || len(text) > 4<<10 {
				t.Errorf("error %q is not clean", text)
			}
		})
	}
}

func TestCallThatAsksForInput(t *testing.T) {
	url := upstreamtest.Serve(t, &recorded{answers: map[string]string{
		"server/discover": helloStateless,
		"tools/call":      `{"jsonrpc":"2.0","id":ID,"result":{"resultType":"input_required","inputRequests":{}}}`,
	}})
	if _, err := patient().Call(t.Context(), registry.Target{Upstream: url}, ToolCall{Tool: "alpha"}); !errors.Is(err, ErrInputRequired) {
		t.Errorf("error %v", err)
	}
}

// A refusal keeps its code, and its message is cleaned and cut.
func TestCallRefused(t *testing.T) {
	answer := fmt.Sprintf(`{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"\u001b[2J\u202eno %s"}}`, strings.Repeat("x", 1<<16))
	_, err := patient().Call(t.Context(), registry.Target{Upstream: upstreamtest.Serve(t, callAnswered(answer))}, ToolCall{Tool: "alpha"})
	refusal, ok := errors.AsType[*RPCError](err)
	if !ok || refusal.Code != -32000 || !strings.HasPrefix(refusal.Message, "[2Jno x") || len(refusal.Message) > maxSaid {
		t.Errorf("error %v", err)
	}
}
