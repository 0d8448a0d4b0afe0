package browsertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// hostileTexts are what somebody might register, or an upstream answer, to get
// a script to run in the page of whoever looks at it. They set window.ran.
func hostileTexts() []string {
	return []string{
		`<script>window.ran=1</script>`,
		`"><img src=x onerror="window.ran=1">`,
		`' onmouseover='window.ran=1' autofocus onfocus='window.ran=1`,
		`</script><svg/onload=window.ran=1>`,
		`</title></style></textarea></template><iframe srcdoc="<script>parent.ran=1</script>">`,
		`javascript:window.ran=1`,
		"`${window.ran=1}` {{window.ran=1}} {{.Title}} <%= 7*7 %> #{7*7}",
		"\u202egnp.exe\u2066 \u200e<b>bold</b>",
		`&lt;img src=x onerror=window.ran=1&gt; &#x3c;script&#x3e;`,
		`<!-- --!><a href="javascript:window.ran=1">x</a>]]>`,
	}
}

// harmless fails if anything that was hostile came to life.
func (b *tab) harmless(what string) {
	b.t.Helper()
	if look[bool](b, "'ran' in window") {
		b.t.Errorf("%s: a script ran", what)
	}
	const alive = `[...document.querySelectorAll('main img, main iframe, main script, main b:not(.notice b), [onerror], [onload], [onfocus], [onmouseover], a[href^="javascript:" i], form[action^="javascript:" i]')].map(e => e.outerHTML).join('\n')`
	if found := look[string](b, alive); found != "" {
		b.t.Errorf("%s: text became elements:\n%s", what, found)
	}
}

func TestHostileTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	texts := hostileTexts()
	tools := make([]map[string]any, len(texts))
	for i, text := range texts {
		tools[i] = map[string]any{
			"name": text, "title": text,
			"description":  text + "\n\nArgs:\n    x: " + text + "\n\nReturns:\n    " + text + "\n\nRaises:\n    " + text,
			"inputSchema":  map[string]any{"type": "object", "description": text, "properties": map[string]any{text: map[string]any{"const": text}}},
			"outputSchema": map[string]any{"type": "object", "title": text},
		}
	}
	page, err := json.Marshal(map[string]any{"tools": tools})
	if err != nil {
		t.Fatal(err)
	}
	good := upstreamtest.Serve(t, upstreamtest.Scripted(func(string) string { return string(page) }))

	b := w.tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	for i, text := range texts {
		upstream := good
		switch i % 3 { // the upstream's own words come into the detail
		case 1:
			upstream = upstreamtest.Serve(t, upstreamtest.Body(http.StatusBadGateway, "text/plain", text))
		case 2:
			refusal, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "error": map[string]any{"code": -32603, "message": text}})
			if err != nil {
				t.Fatal(err)
			}
			upstream = upstreamtest.Serve(t, upstreamtest.Body(http.StatusOK, "application/json", string(refusal)))
		}
		// A comma would part a tag, and 64 characters are all that one may have.
		tag := strings.ReplaceAll(text, ",", " ")
		tag = string([]rune(tag)[:min(len([]rune(tag)), 60)])
		path := fmt.Sprintf("/s%d", i)
		w.register(t, path, text, upstream, "description", text, "tags", tag, "license", text)
		w.enable(t, path)
	}

	// What the socket and the API brought, then the same from the server.
	for _, how := range []string{"live", "loaded"} {
		for i, text := range texts {
			path := fmt.Sprintf("/s%d", i)
			b.until(find(card(path, ".card-name")) + ".textContent.trim() === " + js(strings.TrimSpace(text)))
			b.until(find(card(path, ".card-about")) + ".textContent.trim() === " + js(strings.TrimSpace(text)))
			switch i % 3 {
			case 0:
				b.until(find(card(path)) + ".dataset.kind === 'healthy'")
				b.see(card(path, ".card-tools"), fmt.Sprint(len(texts), " tools"))
			case 1:
				b.badge(path, "Unhealthy", "HTTP 502")
			case 2:
				b.badge(path, "Healthy", "")
				b.until(find(card(path, ".detail")) + ".textContent.includes('the server refused')")
			}
		}
		b.click(card("/s1", ".health summary"))
		b.see(card("/s1", ".detail"), texts[1])
		b.see(card("/s1", ".changes"), texts[1])
		b.click(card("/s1", "[data-do=refresh] button")) // and the words come in a toast
		b.see("#toasts", "onerror")
		b.click(card("/s0", ".ask summary"))
		b.see("#confirm", texts[0])
		b.click("#confirm [value=keep]")
		b.harmless("the dashboard, " + how)
		b.open("/?query=" + url.QueryEscape(texts[1]))
		if how == "live" {
			b.harmless("a search")
			b.open("/")
		}
	}

	for i, text := range texts {
		path := fmt.Sprintf("/s%d", i)
		b.open("/edit" + path)
		b.until(find("#name") + ".value.trim() === " + js(strings.TrimSpace(text)))
		b.until(find("#description") + ".value.trim() === " + js(strings.TrimSpace(text)))
		b.harmless("the form")
		b.open("/connect" + path)
		b.harmless("how to connect")
		b.open("/health" + path)
		b.see("h1", strings.TrimSpace(text))
		b.see(".changes", "Registered")
		b.harmless("the health")
	}
	b.open("/tokens")
	b.see("main", texts[0])
	b.harmless("the tokens")
	b.open("/tools/s0")
	for i, text := range texts {
		shown := strings.NewReplacer("\u202e", "⟨U+202E⟩", "\u2066", "⟨U+2066⟩", "\u200e", "⟨U+200E⟩").Replace(strings.TrimSpace(text))
		b.until(fmt.Sprintf("document.querySelectorAll('.tool h2 code')[%d].textContent.trim() === %s", i, js(shown)))
	}
	look[bool](b, "document.querySelectorAll('.try-open').forEach(e => e.click()) ?? true")
	b.until("document.querySelectorAll('.try').length === " + fmt.Sprint(len(texts)))
	look[bool](b, "document.querySelectorAll('details').forEach(d => d.open = true) ?? true")
	b.harmless("the tools, and what tries them")
	b.open("/tools")
	b.see("#found-count", fmt.Sprint(len(texts)*4, " tools"))
	b.harmless("the tools of all services")
	b.fill("#query", "srcdoc")
	b.until("location.search !== '' && document.querySelectorAll('#found li').length < " + fmt.Sprint(len(texts)*4))
	b.harmless("the tools that were found")
	b.allow("status of 404", "status of 400")
	for _, text := range texts {
		b.open("/edit/" + url.PathEscape(text))
		b.harmless("an error page")
	}
}
