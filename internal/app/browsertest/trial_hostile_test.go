package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestTryHostileResults calls tools that answer with whatever might run.
func TestTryHostileResults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := upstreamtest.Stateful(t)
	for i, text := range hostileTexts() {
		up.Server.AddTool(&mcp.Tool{Name: fmt.Sprint("t", i), InputSchema: json.RawMessage(`{"type":"object"}`)}, func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			_ = r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: r.Params.GetProgressToken(), Message: text})
			if i%4 == 3 {
				return nil, fmt.Errorf("%s", text)
			}
			svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="parent.ran=1"><script>window.ran=1</script></svg>`)
			return &mcp.CallToolResult{StructuredContent: map[string]any{text: text}, Content: []mcp.Content{
				&mcp.TextContent{Text: text},
				&mcp.ImageContent{MIMEType: "image/svg+xml", Data: svg},
				&mcp.ImageContent{MIMEType: text, Data: []byte(text)},
				&mcp.AudioContent{MIMEType: text, Data: svg},
				&mcp.ResourceLink{URI: "javascript:window.ran=1", Name: text, Description: text},
				&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: text, MIMEType: "text/html", Text: text}},
			}}, nil
		})
	}
	w.register(t, "/bad", "Bad", up.URL)
	w.enable(t, "/bad")
	b := w.tab(t)
	b.open("/tools/bad")
	for i, text := range hostileTexts() {
		name := fmt.Sprint("t", i)
		b.try(name)
		b.click(tool(name, "[type=submit]"))
		b.until(find(tool(name, ".outcome")))
		if i == 0 {
			b.see(tool(name, ".outcome .words"), text)
			b.see(tool(name, ".outcome"), "An image, image/svg+xml, 1 KiB: not shown here.")
			b.see(tool(name, ".outcome"), "Audio")
			b.see(tool(name, ".outcome"), "javascript:window.ran=1")
		}
	}
	look[bool](b, "document.querySelectorAll('details').forEach(d => d.open = true) ?? true")
	b.harmless("the results")
	b.until("document.querySelector('.tools').textContent.includes('⟨U+202E⟩gnp.exe')")
}

// answering is a server of 2025-11-25 with one tool, calls of which answer has.
func answering(answer http.Handler) http.Handler {
	list := upstreamtest.Scripted(func(string) string {
		return `{"tools":[{"name":"call","inputSchema":{"type":"object"}}]}`
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.Contains(string(body), `"tools/call"`) {
			answer.ServeHTTP(w, r)
			return
		}
		list.ServeHTTP(w, r)
	})
}

// TestTryBadAnswers calls tools of servers that answer with something else.
func TestTryBadAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cases := []struct {
		says   string
		answer http.Handler
	}{
		{"more than the 4 MiB", upstreamtest.EndlessEvents("data: " + strings.Repeat("x", 10_000) + "\n\n")},
		{"keeps asking", upstreamtest.EndlessEvents(`data: {"jsonrpc":"2.0","id":"a","method":"roots/list"}` + "\n\n")},
		{"not to this call", upstreamtest.WrongID()},
		{"not to this call", upstreamtest.HTMLPage()},
		{"not to this call", upstreamtest.InvalidJSON()},
		{"HTTP 418", upstreamtest.Body(http.StatusTeapot, "text/plain", "<b>teapot</b>")},
		{"HTTP 502", upstreamtest.Body(http.StatusUnauthorized, "text/plain", "who are you?")},
		{"no result of a tool", upstreamtest.Body(http.StatusOK, "application/json", `{"jsonrpc":"2.0","id":2,"result":"x"}`)},
		{"refused the call", upstreamtest.Body(http.StatusOK, "application/json", `{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"<b>no</b>"}}`)},
		{"asks for input", upstreamtest.Body(http.StatusOK, "application/json", `{"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required"}}`)},
		{"without an answer", upstreamtest.Body(http.StatusOK, "text/event-stream", "data: {}\n\n")},
		{"returned nothing", upstreamtest.Body(http.StatusOK, "text/event-stream", ": hi\r\ndata: {\"jsonrpc\":\"2.0\",\r\ndata: \"id\":2,\"result\":{}}\r\n\r\n")},
	}
	b := w.tab(t)
	b.allow("status of 418", "status of 502")
	for i, c := range cases {
		path := fmt.Sprint("/s", i)
		w.register(t, path, c.says, upstreamtest.Serve(t, answering(c.answer)))
		w.enable(t, path)
		b.open("/tools" + path)
		b.try("call")
		b.click(tool("call", "[type=submit]"))
		b.see(tool("call", ".answer"), c.says)
		b.harmless(c.says)
	}
}

// TestTrySwitchedOff looks at tools that nobody can call, and switches them on;
// then the session ends.
func TestTrySwitchedOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", upstreamtest.Stateless(t, "plain").URL)
	w.enable(t, "/weather")
	w.post(t, "/toggle/weather", nil, http.StatusOK)
	b := w.tab(t)
	b.open("/tools/weather")
	b.see("#enable", "switched off")
	b.try("plain")
	b.see(tool("plain", ".try .notice"), "switched off")
	b.until(find(tool("plain", "[type=submit]")) + ".disabled")
	b.click("#enable button")
	b.until("!" + find("#enable"))
	b.try("plain")
	b.click(tool("plain", "[type=submit]"))
	b.see(tool("plain", ".outcome"), "plain")

	b.allow("status of 401")
	w.post(t, "/logout", nil, http.StatusSeeOther)
	b.click(tool("plain", "[type=submit]"))
	b.at("/login?next=%2Ftools%2Fweather")
}

// TestFindAcrossServices searches the tools of all services, as one types.
func TestFindAcrossServices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	names := make([]string, 55)
	for i := range names {
		names[i] = fmt.Sprintf("tool%02d", i)
	}
	w.register(t, "/many", "Many", upstreamtest.Stateless(t, names...).URL)
	w.register(t, "/few", "Few", upstreamtest.Stateless(t, "forecast").URL)
	w.enable(t, "/many")
	w.enable(t, "/few")
	b := w.tab(t)
	b.open("/")
	b.click(`.top-nav a[href="/tools"]`)
	b.at("/tools")
	b.see("#found-count", "56 tools, page 1 of 2")
	b.accessible("all tools")
	b.click("#pager [rel=next]")
	b.at("/tools?query=&page=2")
	b.until("document.querySelectorAll('#found li').length === 6")
	b.open("/tools")
	b.stay()
	b.press("/")
	b.until("document.activeElement === " + find("#query"))
	b.fill("#query", "tool5")
	b.until("document.querySelectorAll('#found li').length === 5")
	b.at("/tools?query=tool5")
	b.fill("#query", "nothing like it")
	b.see("#found-none", "No tool has these words")
	b.fill("#query", "few forecast")
	b.until("document.querySelectorAll('#found li').length === 1")
	b.stayed()
	b.click("#found a")
	b.until("location.pathname + location.hash === '/tools/few#tool-forecast' && document.querySelector('.tool:target')")
}
