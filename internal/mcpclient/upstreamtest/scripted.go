package upstreamtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Scripted is a sessionless server of revision 2025-11-25 that says of its
// tools whatever list returns: list is given the cursor, and returns the
// result of tools/list as JSON. It has the tools capability.
func Scripted(list func(cursor string) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var req struct {
			ID     json.RawMessage
			Method string
			Params struct{ Cursor string }
		}
		if r.Method != http.MethodPost || json.NewDecoder(r.Body).Decode(&req) != nil {
			http.Error(w, "POST JSON-RPC", http.StatusMethodNotAllowed)
			return
		}
		if req.ID == nil {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		answer := `"error":{"code":-32601,"message":"no such method"}`
		switch req.Method {
		case "initialize":
			answer = `"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"scripted","version":"1"}}`
		case "tools/list":
			answer = `"result":` + list(req.Params.Cursor)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, req.ID, answer)
	})
}

// EndlessCursor lists one new tool a page, and always one page more.
func EndlessCursor() http.Handler {
	return Scripted(func(cursor string) string {
		return fmt.Sprintf(`{"tools":[{"name":"tool%d","inputSchema":{}}],"nextCursor":"%sx"}`, len(cursor), cursor)
	})
}

// RepeatedCursor lists the same page again and again.
func RepeatedCursor() http.Handler {
	return Scripted(func(string) string {
		return `{"tools":[{"name":"only","inputSchema":{}}],"nextCursor":"again"}`
	})
}

// LongDescription lists two tools, of which the first has a description of
// size bytes.
func LongDescription(size int) http.Handler {
	page := `{"tools":[{"name":"long","description":"` + strings.Repeat("x", size) +
		`","inputSchema":{}},{"name":"short","description":"Short.","inputSchema":{}}]}`
	return Scripted(func(string) string { return page })
}

// WrongID answers every POST with a result for another request.
func WrongID() http.Handler {
	return Body(http.StatusOK, "application/json", `{"jsonrpc":"2.0","id":"somebody else's","result":{}}`)
}

// InvalidJSON answers every request with something that it calls JSON.
func InvalidJSON() http.Handler {
	return Body(http.StatusOK, "application/json", `{"jsonrpc":"2.0","id":1,"result":`)
}
