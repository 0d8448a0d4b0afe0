package upstreamtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// Kind is how a server with sessions, made with some SDK, treats a request
// that is not initialize and names no session.
type Kind int

const (
	// TypeScript refuses with a JSON-RPC error whose id is null.
	TypeScript Kind = iota
	// Python refuses with a JSON-RPC error of a made-up id, yet makes a
	// session, whose id the refusal's header carries.
	Python
	// OldGo refuses in plain text.
	OldGo
)

// Imitation is a streamable server with sessions that behaves as those of
// another SDK do. It has one tool, "imitated".
type Imitation struct {
	// URL is the MCP endpoint.
	URL string

	kind Kind
	// before, if not nil, runs before the answer to initialize is sent, with
	// the session made already.
	before func(*http.Request)

	mu     sync.Mutex
	opened int
	live   map[string]bool
}

// Imitate starts an imitation.
func Imitate(tb testing.TB, kind Kind) *Imitation { return ImitateSlow(tb, kind, nil) }

// ImitateSlow starts an imitation that calls before when it has made a session
// and not yet told the client.
func ImitateSlow(tb testing.TB, kind Kind, before func(*http.Request)) *Imitation {
	tb.Helper()
	m := &Imitation{kind: kind, before: before, live: map[string]bool{}}
	m.URL = Serve(tb, m) + "/mcp"
	return m
}

// Opened counts the sessions made so far.
func (m *Imitation) Opened() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.opened
}

// Live is the number of sessions that nobody has ended.
func (m *Imitation) Live() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.live)
}

func (m *Imitation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("Mcp-Session-Id")
	switch {
	case r.URL.Path != "/mcp":
		http.NotFound(w, r)
	case r.Method == http.MethodDelete:
		m.end(w, id)
	case r.Method == http.MethodPost:
		m.post(w, r, id)
	default:
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
	}
}

func (m *Imitation) post(w http.ResponseWriter, r *http.Request, id string) {
	var req struct {
		ID     json.RawMessage
		Method string
	}
	if json.NewDecoder(r.Body).Decode(&req) != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	result := "{}"
	switch {
	case req.Method == "initialize":
		id = m.begin()
		if m.before != nil {
			m.before(r)
		}
		w.Header().Set("Mcp-Session-Id", id)
		result = `{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"imitation","version":"1"}}`
	case !m.has(id):
		m.refuse(w)
		return
	case req.ID == nil:
		w.WriteHeader(http.StatusAccepted)
		return
	case req.Method == "tools/list":
		result = `{"tools":[{"name":"imitated","description":"A tool.","inputSchema":{"type":"object"}}]}`
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, req.ID, result)
}

func (m *Imitation) refuse(w http.ResponseWriter) {
	switch m.kind {
	case OldGo:
		http.Error(w, `JSON RPC not handled: "server/discover" unsupported`, http.StatusBadRequest)
		return
	case Python:
		w.Header().Set("Mcp-Session-Id", m.begin())
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"Bad Request: Missing session ID"}}`)
	case TypeScript:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: Server not initialized"},"id":null}`)
	}
}

func (m *Imitation) begin() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opened++
	id := fmt.Sprintf("session-%d", m.opened)
	m.live[id] = true
	return id
}

func (m *Imitation) has(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.live[id]
}

func (m *Imitation) end(w http.ResponseWriter, id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.live[id] {
		http.Error(w, "no such session", http.StatusNotFound)
		return
	}
	delete(m.live, id)
	w.WriteHeader(http.StatusOK)
}
