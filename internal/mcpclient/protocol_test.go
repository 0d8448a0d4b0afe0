package mcpclient

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// recorded is a server that notes what it is sent, and answers by method.
type recorded struct {
	answers map[string]string
	// status is the HTTP status of an answer, by method; 200 by default.
	status map[string]int

	mu   sync.Mutex
	sent []string
}

func (s *recorded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var req struct {
		ID     json.RawMessage
		Method string
	}
	_ = json.Unmarshal(body, &req)
	s.mu.Lock()
	s.sent = append(s.sent, fmt.Sprintf("%s %s %s", r.Method, r.Header.Get("Mcp-Protocol-Version"), body))
	s.mu.Unlock()
	answer, ok := s.answers[req.Method]
	if !ok {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if strings.HasPrefix(answer, "data:") {
		w.Header().Set("Content-Type", "text/event-stream")
	} else {
		w.Header().Set("Content-Type", "application/json")
	}
	if code := s.status[req.Method]; code != 0 {
		w.WriteHeader(code)
	}
	_, _ = io.WriteString(w, strings.ReplaceAll(answer, "ID", string(req.ID)))
}

func (s *recorded) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// A server that speaks other revisions than the one asked with is asked again
// with the newest revision that both know.
func TestCheckNegotiates(t *testing.T) {
	s := &recorded{
		answers: map[string]string{
			"server/discover": `{"jsonrpc":"2.0","id":ID,"error":{"code":-32022,"message":"no","data":{"supported":["2024-11-05","2025-06-18","2031-01-01"],"requested":"2026-07-28"}}}`,
			"initialize":      `{"jsonrpc":"2.0","id":ID,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}`,
			"tools/list":      `{"jsonrpc":"2.0","id":ID,"result":{"tools":[{"name":"a"}]}}`,
		},
		status: map[string]int{"server/discover": http.StatusBadRequest},
	}
	out := patient().Check(t.Context(), registry.Target{Upstream: upstreamtest.Serve(t, s)}, true)
	if diff := cmp.Diff([]string{"2031-01-01", "2025-06-18", "2024-11-05"}, out.Detected.Versions); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a"}, names(out.Discovery)); diff != "" {
		t.Errorf("tools (-want +got):\n%s%s", diff, out.Detail)
	}
	want := []string{
		`POST 2026-07-28 {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"mcpgateway","version":"test"},"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}`,
		`POST  {"jsonrpc":"2.0","id":2,"method":"initialize","params":{"capabilities":{},"clientInfo":{"name":"mcpgateway","version":"test"},"protocolVersion":"2025-06-18"}}`,
		`POST 2025-06-18 {"jsonrpc":"2.0","method":"notifications/initialized"}`,
		`POST 2025-06-18 {"jsonrpc":"2.0","id":3,"method":"tools/list","params":{}}`,
	}
	if diff := cmp.Diff(want, s.all()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// A server that speaks only revisions to come is there, and cannot be listed.
func TestCheckOfARevisionToCome(t *testing.T) {
	s := &recorded{answers: map[string]string{
		"server/discover": `{"jsonrpc":"2.0","id":ID,"result":{"supportedVersions":["2031-01-01"],"capabilities":{}}}`,
		"initialize":      `{"jsonrpc":"2.0","id":ID,"result":{"protocolVersion":"2031-01-01","capabilities":{}}}`,
	}}
	out := patient().Check(t.Context(), registry.Target{Upstream: upstreamtest.Serve(t, s)}, true)
	if out.Status.Kind != registry.Healthy || out.Discovery != nil || !strings.Contains(out.Detail, "unknown protocol version 2031-01-01") {
		t.Errorf("%s (%s), discovery %v", out.Status, out.Detail, out.Discovery)
	}
}

// While we wait for an answer the server may ask something of us.
func TestCheckRepliesToTheServer(t *testing.T) {
	s := &recorded{answers: map[string]string{
		"server/discover": `{"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"no"}}`,
		"initialize":      `{"jsonrpc":"2.0","id":ID,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}}`,
		"tools/list": `data: {"jsonrpc":"2.0","id":"p1","method":"ping"}

data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}

data: {"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{}}

data: {"jsonrpc":"2.0","id":ID,"result":{"tools":[]}}

`,
	}}
	out := patient().Check(t.Context(), registry.Target{Upstream: upstreamtest.Serve(t, s)}, true)
	if out.Discovery == nil {
		t.Fatalf("%s (%s)", out.Status, out.Detail)
	}
	want := []string{
		`POST 2025-11-25 {"jsonrpc":"2.0","id":"p1","result":{}}`,
		`POST 2025-11-25 {"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"the client supports no such method"}}`,
	}
	sent := s.all()
	if diff := cmp.Diff(want, sent[len(sent)-2:]); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// What a server says is kept as it said it, cleaned.
func TestCheckKeepsTools(t *testing.T) {
	url := upstreamtest.Serve(t, upstreamtest.Scripted(func(string) string {
		return "{\"tools\":[{\"name\":\"zed\",\"title\":\"The\\u202e  Zed\",\"description\":\"One.\\n\\tTwo.\\u0000\xff\"," +
			"\"inputSchema\": {\"type\" : \"object\"},\"outputSchema\":null,\"annotations\":{\"readOnlyHint\": true}}," +
			"{\"name\":\"a\"}]}"
	}))
	out := patient().Check(t.Context(), registry.Target{Upstream: url}, true)
	want := &registry.Discovery{Tools: []registry.Tool{{
		Name:        "zed",
		Title:       "The Zed",
		Description: "One.\n\tTwo.\uFFFD",
		InputSchema: json.RawMessage(`{"type":"object"}`),
		Annotations: json.RawMessage(`{"readOnlyHint":true}`),
	}, {Name: "a"}}}
	if diff := cmp.Diff(want, out.Discovery); diff != "" {
		t.Errorf("discovery (-want +got):\n%s%s", diff, out.Detail)
	}
}

func TestCheckOverTLS(t *testing.T) {
	up := upstreamtest.Stateful(t, "alpha")
	s := httptest.NewTLSServer(up)
	defer s.Close()
	roots := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c := New(Options{Timeout: 30 * time.Second, RootCAs: roots})
	out := c.Check(t.Context(), registry.Target{Upstream: s.URL}, true)
	if out.Status.Kind != registry.Healthy || len(names(out.Discovery)) != 1 || up.Live() != 0 {
		t.Errorf("%s (%s), %d sessions left", out.Status, out.Detail, up.Live())
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, e := range eras() {
		b.Run(e.name, func(b *testing.B) {
			up := e.start(b, "alpha")
			c := patient()
			known := c.Check(b.Context(), registry.Target{Upstream: up.URL}, false).Detected
			b.ReportAllocs()
			for b.Loop() {
				if out := c.Check(b.Context(), registry.Target{Upstream: up.URL, Detected: known}, false); out.Status.Kind != registry.Healthy {
					b.Fatal(out.Detail)
				}
			}
		})
	}
}
