package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// toolsOfEach is how many tools each service of the benchmark has.
const toolsOfEach = 10

// mcpServer is an upstream without sessions, of revision 2025-11-25, with
// toolsOfEach tools. A call of a tool, and a GET, is answered by a stream of as
// many events as the query's n says, gap apart; a GET then stays open. Each
// event tells when it was sent, in nanoseconds since 1970.
func mcpServer() http.Handler {
	list := `{"tools":[` + strings.Join(toolTexts(), ",") + `]}`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			stream(w, r)
			<-r.Context().Done()
			return
		}
		var req struct {
			ID     json.RawMessage
			Method string
		}
		if r.Method != http.MethodPost || json.NewDecoder(r.Body).Decode(&req) != nil {
			http.Error(w, "POST JSON-RPC", http.StatusMethodNotAllowed)
			return
		}
		answer := `"error":{"code":-32601,"message":"no such method"}`
		switch {
		case req.Method == "tools/call":
			stream(w, r)
			return
		case req.ID == nil:
			w.WriteHeader(http.StatusAccepted)
			return
		case req.Method == "initialize":
			answer = `"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"bench","version":"1"}}`
		case req.Method == "ping":
			answer = `"result":{}`
		case req.Method == "tools/list":
			answer = `"result":` + list
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, req.ID, answer)
	})
}

// stream sends the events that the query asks for, one by one.
func stream(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	gap, _ := time.ParseDuration(r.URL.Query().Get("gap"))
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	flush := http.NewResponseController(w).Flush
	if flush() != nil {
		return
	}
	padding := strings.Repeat("x", 100)
	for range n {
		if gap > 0 {
			time.Sleep(gap)
		}
		_, _ = fmt.Fprintf(w, "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"data\":\"%s\",\"sent\":%d}}\n\n",
			padding, time.Now().UnixNano())
		if flush() != nil {
			return
		}
	}
}

// toolTexts are the tools as tools/list has them, about 400 bytes each.
func toolTexts() []string {
	texts := make([]string, toolsOfEach)
	for i := range texts {
		texts[i] = fmt.Sprintf(`{"name":"tool_%d","description":%q,"inputSchema":%s}`, i, toolDescription, toolSchema)
	}
	return texts
}

// What each tool says of itself.
const (
	toolDescription = "Looks something up.\n\nArgs:\n    query: what to look for\n    limit: how many to find at most\n\nReturns:\n    What was found, the best first."
	toolSchema      = `{"type":"object","properties":{"query":{"type":"string","description":"what to look for"},"limit":{"type":"integer","minimum":1,"maximum":100,"default":10}},"required":["query"]}`
)
