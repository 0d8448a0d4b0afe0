package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// dot is a PNG of one pixel.
const dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"

// orderSchema has every kind of field that the form knows.
const orderSchema = `{"type":"object","$defs":{"Place":{"type":"object","description":"Where it goes.","properties":{"city":{"type":"string"},"floor":{"type":"integer"}},"required":["city"]}},
"properties":{
"item":{"type":"string","description":"What to order.","minLength":2},
"count":{"type":"integer","minimum":1,"maximum":99,"default":1},
"price":{"type":"number"},
"gift":{"type":"boolean"},
"speed":{"enum":["slow","fast"]},
"notes":{"type":"array","items":{"type":"string"},"maxItems":2},
"to":{"$ref":"#/$defs/Place"},
"by":{"oneOf":[{"title":"Day","type":"string"},{"title":"Hours","type":"integer"}]},
"extra":{"type":"object"}},
"required":["item"]}`

// offer adds the tools of these tests to a server.
func offer(up *upstreamtest.Upstream) {
	add := func(name, schema string, annotations *mcp.ToolAnnotations, handler mcp.ToolHandler) {
		up.Server.AddTool(&mcp.Tool{Name: name, Description: "Tool " + name + ".", InputSchema: json.RawMessage(schema), Annotations: annotations}, handler)
	}
	text := func(s string) *mcp.CallToolResult {
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: s}}}
	}
	add("order", orderSchema, &mcp.ToolAnnotations{ReadOnlyHint: true}, func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		result := text("ordered " + string(r.Params.Arguments))
		result.StructuredContent = map[string]any{"accepted": true}
		result.Content = append(result.Content, &mcp.ImageContent{MIMEType: "image/png", Data: []byte(dot)})
		return result, nil
	})
	add("fail", `{"type":"object"}`, nil, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		result := text("no luck")
		result.IsError = true
		return result, nil
	})
	add("erase", `{"type":"object"}`, &mcp.ToolAnnotations{DestructiveHint: new(true)}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return text("erased"), nil
	})
	add("work", `{"type":"object"}`, nil, func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		for i := range 2 {
			err := r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{
				ProgressToken: r.Params.GetProgressToken(), Progress: float64(i + 1), Total: 2, Message: fmt.Sprint("step ", i),
			})
			if err != nil {
				return nil, err
			}
		}
		return text("worked"), nil
	})
	add("wait", `{"type":"object"}`, nil, func(ctx context.Context, _ *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
}

// tool is the selector of a tool on its service's page, and of something in it.
func tool(name, in string) string { return "#tool-" + name + " " + in }

// named is the selector of the field with a label, within a tool.
func (b *tab) named(name, label string) string {
	b.t.Helper()
	return look[string](b, fmt.Sprintf("'#' + [...document.querySelectorAll(%s)].find(l => l.querySelector('bdi').textContent === %s).htmlFor", js(tool(name, ".try label")), js(label)))
}

func (b *tab) try(name string) {
	b.t.Helper()
	b.click(tool(name, ".try-open"))
	b.until(find(tool(name, ".try")) + ".checkVisibility()")
}

// TestTryInEachEra calls tools through the gateway, of servers of each kind.
func TestTryInEachEra(t *testing.T) {
	for _, era := range []struct {
		name  string
		start func(testing.TB, ...string) *upstreamtest.Upstream
	}{{"stateless", upstreamtest.Cancellable}, {"session", upstreamtest.Stateful}, {"sse", upstreamtest.SSE}} {
		t.Run(era.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			up := era.start(t)
			offer(up)
			w.register(t, "/shop", "Shop", up.URL)
			w.enable(t, "/shop")
			b := w.tab(t)
			b.open("/tools/shop")
			b.until(find("#tools") + ".dataset.era === " + js(era.name))

			b.try("fail")
			b.click(tool("fail", "[type=submit]"))
			b.see(tool("fail", ".outcome"), "The tool reports an error")
			b.see(tool("fail", ".outcome"), "no luck")

			b.try("work")
			b.press(kb.Enter)
			b.see(tool("work", ".outcome"), "worked")
			b.see(tool("work", ".heard"), "1 of 2: step 0")
			b.see(tool("work", ".heard"), "2 of 2: step 1")

			b.try("erase")
			b.click(tool("erase", "[type=submit]"))
			b.see(".ask-first", "may destroy something")
			b.click(".ask-first [value=keep]")
			b.until(find(tool("erase", ".outcome")) + " === null && !document.querySelector('dialog[open].ask-first')")
			b.click(tool("erase", "[type=submit]"))
			b.click(".ask-first [value=call]")
			b.see(tool("erase", ".outcome"), "erased")

			b.try("wait")
			b.click(tool("wait", "[type=submit]"))
			b.click(tool("wait", ".try > .row [type=button]"))
			b.see(tool("wait", ".outcome"), "You cancelled the call.")
			b.until(find(tool("wait", "[type=submit]")) + ".disabled === false")

			b.try("order")
			b.fill(b.named("order", "item"), "tea")
			b.press(kb.Enter)
			b.see(tool("order", ".outcome"), `ordered {"item":"tea"}`)
			b.see(tool("order", ".outcome"), `"accepted": true`)
			b.until(find(tool("order", ".picture")) + ".naturalWidth === 1")
			waitFor(t, "every session is over", func() bool { return up.Live() == 0 })
		})
	}
}

// TestTryForm fills in each kind of field, wrongly and rightly, and as JSON.
func TestTryForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := upstreamtest.Stateless(t)
	offer(up)
	w.register(t, "/shop", "Shop", up.URL)
	w.enable(t, "/shop")
	b := w.tab(t)
	b.open("/tools/shop#tool-order")
	b.see(tool("order", ".schema-table"), "What to order.")
	b.see(tool("order", ".hints"), "read-only")
	b.try("order")
	b.click(tool("order", "[type=submit]"))
	b.see(tool("order", ".field.wrong"), "This is needed.")
	b.until("document.activeElement === " + find(b.named("order", "item")))
	b.fill(b.named("order", "item"), "x")
	b.fill(b.named("order", "count"), "100")
	b.fill(b.named("order", "price"), "much")
	b.click(tool("order", "[type=submit]"))
	b.until("document.querySelectorAll('#tool-order .field.wrong').length === 3")
	b.see(tool("order", ".try-fields"), "Give at least 2 characters.")
	b.see(tool("order", ".try-fields"), "Give at most 99.")
	b.see(tool("order", ".try-fields"), "Give a number, such as 1.5.")
	b.accessible("a form with faults")

	b.fill(b.named("order", "item"), `tea "green"`)
	b.fill(b.named("order", "count"), "12")
	b.fill(b.named("order", "price"), "12345678901234567890.5")
	choose := func(label, value string) {
		look[bool](b, fmt.Sprintf("(s => { s.value = %s; s.dispatchEvent(new Event('change', {bubbles: true})); return true; })(%s)", js(value), find(b.named("order", label))))
	}
	choose("gift", "true")
	choose("speed", `"fast"`)
	look[bool](b, "[...document.querySelectorAll('#tool-order .group button')].filter(e => e.textContent === 'Add an item' || e.textContent === 'Add to').forEach(e => e.click()) ?? true")
	b.fill(b.named("order", "Item 1"), "first")
	b.fill(b.named("order", "city"), "Berlin")
	look[bool](b, "(s => { s.value = '1'; s.dispatchEvent(new Event('change')); return true; })(document.querySelector('#tool-order .group > select'))")
	b.fill(b.named("order", "by"), "3")
	b.fill(b.named("order", "extra (JSON)"), `{"a": [1]}`)
	b.click(tool("order", "[type=submit]"))
	want := `{"item":"tea \"green\"","count":12,"price":12345678901234567890.5,"gift":true,"speed":"fast","notes":["first"],"to":{"city":"Berlin"},"by":3,"extra":{"a": [1]}}`
	b.see(tool("order", ".outcome"), "ordered "+want)

	b.click(tool("order", ".try-head button"))
	b.until(find(tool("order", "textarea.json")) + ".value.includes('\"city\": \"Berlin\"')")
	b.fill(tool("order", "textarea.json"), `{"item":`)
	b.click(tool("order", "[type=submit]"))
	b.see(tool("order", ".field.wrong"), "This is no JSON")
	b.fill(tool("order", "textarea.json"), `{"item":"milk","other":1}`)
	b.click(tool("order", ".try-head button"))
	b.see(tool("order", ".field.wrong"), "The form has no place")
	b.fill(tool("order", "textarea.json"), `{"item":"milk","notes":["a","b"]}`)
	b.click(tool("order", ".try-head button"))
	b.until(find(b.named("order", "Item 2")) + ".value === 'b'")
	b.click(tool("order", "[type=submit]"))
	b.see(tool("order", ".outcome"), `ordered {"item":"milk","notes":["a","b"]}`)

	b.click(tool("order", ".try > .schema summary"))
	b.see(tool("order", ".try > .schema pre"), "YOUR_TOKEN")
	b.see(tool("order", ".try > .schema pre"), w.URL+"/shop/mcp")
	b.see(tool("order", ".try > .schema pre"), "Mcp-Name: order")
	b.fill(b.named("order", "item"), "it's")
	b.see(tool("order", ".try > .schema pre"), `it'\''s`)
	b.accessible("a trial with its answer")
	b.press(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift))
	b.until(find(b.named("order", "item")) + ".value.includes('\\n')")
}

// waitFor polls what the page does not show.
func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(pause) {
		if time.Now().After(end) {
			t.Fatalf("within %s it did not come true: %s", patience, what)
		}
	}
}

// TestTriedInAShell runs the command that the page shows, with a token in it.
func TestTriedInAShell(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("curl is missing; run make deps")
		}
		t.Skip("SKIPPED: curl is missing; run make deps")
	}
	b := w.tab(t)
	var made struct{ Token string }
	body, err := json.Marshal(map[string]any{"name": "shell", "scope": "gateway"})
	if err != nil {
		t.Fatal(err)
	}
	res, err := w.client.Post(w.URL+"/api/tokens", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	err = json.NewDecoder(res.Body).Decode(&made)
	_ = res.Body.Close()
	if err != nil || made.Token == "" {
		t.Fatalf("%s: %v", res.Status, err)
	}
	for path, up := range map[string]*upstreamtest.Upstream{"/stateless": upstreamtest.Stateless(t), "/session": upstreamtest.Stateful(t)} {
		offer(up)
		w.register(t, path, path, up.URL)
		w.enable(t, path)
		b.open("/tools" + path)
		b.try("order")
		b.fill(b.named("order", "item"), "it's \"tea\" $HOME")
		b.click(tool("order", ".try > .schema summary"))
		b.see(tool("order", ".try > .schema pre"), "YOUR_TOKEN")
		command := strings.ReplaceAll(b.text(tool("order", ".try > .schema pre")), "YOUR_TOKEN", made.Token)
		out, err := shell(t, command)
		if err != nil || !strings.Contains(out, `it's \\\"tea\\\" $HOME`) {
			t.Errorf("%s: %v\n%s\n%s", path, err, command, out)
		}
		waitFor(t, "every session is over", func() bool { return up.Live() == 0 })
	}
}
