package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/app"
	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

// patience bounds every wait. It is only ever used up by a test that fails.
const patience = 30 * time.Second

// world is a server, its administrator, and whoever calls its services.
type world struct {
	*apptest.Server
	admin *http.Client
}

func newWorld(t *testing.T, c app.Config) *world {
	t.Helper()
	s := apptest.Start(t, c)
	return &world{s, s.SignedIn(t)}
}

// register registers a service, enables it, and has its tools discovered.
func (w *world) register(t *testing.T, path, upstream string) {
	t.Helper()
	post(t, w.admin, w.URL+"/register", http.StatusCreated, url.Values{"name": {path}, "description": {""}, "path": {path}, "proxy_pass_url": {upstream}})
	w.toggle(t, path, "on")
	post(t, w.admin, w.URL+"/api/refresh"+path, http.StatusOK, url.Values{})
}

func (w *world) toggle(t *testing.T, path, enabled string) {
	t.Helper()
	post(t, w.admin, w.URL+"/toggle"+path, http.StatusOK, url.Values{"enabled": {enabled}})
}

// token makes a token; draft is JSON.
func (w *world) token(t *testing.T, draft string) (id, secret string) {
	t.Helper()
	made := read[struct{ ID, Token string }](t, w.ask(t, request{method: http.MethodPost, path: "/api/tokens", body: draft}, http.StatusCreated))
	return made.ID, made.Token
}

// record is what the tests look at of a service's record.
type record struct {
	Health  struct{ Status, Detail, LastChecked string }
	Traffic *struct {
		Requests, Errors int64
		P50Ms            *float64 `json:"p50_ms"`
		P99Ms            *float64 `json:"p99_ms"`
		OpenStreams      int64    `json:"open_streams"`
	}
}

func (w *world) record(t *testing.T, path string) record {
	t.Helper()
	return read[record](t, w.ask(t, request{path: "/api/server_details" + path}, http.StatusOK))
}

// request is one of the administrator's, unless it has a token.
type request struct {
	method, path, body string
	// token is sent instead of the cookie; a blank is no token at all.
	token  string
	header map[string]string
}

// reply is an answer, read.
type reply struct {
	status int
	header http.Header
	body   string
}

func (w *world) do(t *testing.T, r request) reply {
	t.Helper()
	client := w.admin
	if r.token != "" {
		client = &http.Client{Transport: w.admin.Transport, CheckRedirect: w.admin.CheckRedirect, Timeout: patience}
	}
	if r.method == "" {
		r.method = http.MethodGet
	}
	base := w.URL
	if strings.HasSuffix(r.path, "/mcp") {
		base = w.GatewayURL
	}
	req, err := http.NewRequestWithContext(t.Context(), r.method, base+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	if secret := strings.TrimSpace(r.token); secret != "" {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(body)}
}

// ask fails the test if the answer's status is another; it returns the body.
func (w *world) ask(t *testing.T, r request, status int) string {
	t.Helper()
	a := w.do(t, r)
	if a.status != status {
		t.Fatalf("%s %s: %d, want %d\n%s", r.method, r.path, a.status, status, a.body)
	}
	return a.body
}

// call is a call of a tool in revision 2026-07-28, which needs no handshake.
func call(path, tool, token string) request {
	body, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": map[string]any{
		"name": tool, "arguments": map[string]any{},
		"_meta": map[string]any{
			"io.modelcontextprotocol/protocolVersion":    "2026-07-28",
			"io.modelcontextprotocol/clientInfo":         map[string]any{"name": "test", "version": "1"},
			"io.modelcontextprotocol/clientCapabilities": map[string]any{},
		},
	}})
	return request{method: http.MethodPost, path: path + "/mcp", token: token, body: string(body), header: map[string]string{
		"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": tool,
	}}
}

// stream opens an event stream with the administrator's session; cancel ends
// it.
func (w *world) stream(t *testing.T, path string) (res *http.Response, cancel context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.GatewayURL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	res, err = w.admin.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s", path, res.Status)
	}
	return res, cancel
}

// eventually polls until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// read decodes JSON.
func read[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.NewDecoder(bytes.NewBufferString(text)).Decode(&v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}
