package proxybench

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// answerBytes is the length of what a tool answers, and of what it is asked.
const answerBytes = 1 << 10

// The upstream's two endpoints: one answers a call in JSON, the other by an
// event stream with news of progress before the result.
const (
	plainPath  = "/plain"
	streamPath = "/stream"
)

// upstreamSession is the session id in every answer, as long as those of the
// official SDKs.
const upstreamSession = "1868a90c-7d2f-4b1e-9c55-03f1e27a9d10"

// upstream imitates a streamable MCP server which costs next to nothing.
func upstream() http.Handler {
	result := pad(`{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"%s"}]}}`)
	progress := `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":1,"total":2}}`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		h := w.Header()
		h.Set("Mcp-Session-Id", upstreamSession)
		if !strings.HasPrefix(r.URL.Path, streamPath) {
			h.Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, result)
			return
		}
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-cache")
		for _, message := range []string{progress, result} {
			_, _ = fmt.Fprintf(w, "event: message\ndata: %s\n\n", message)
			_ = http.NewResponseController(w).Flush()
		}
	})
}

// pad fills the place in a message until it has answerBytes.
func pad(format string) string {
	return fmt.Sprintf(format, strings.Repeat("x", answerBytes-len(format)+len("%s")))
}
