package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// configuration is a client's, with a comment, a hostile name and a secret.
func configuration(upstream string) string {
	return `{
  // mine
  "mcpServers": {
    "weather": {"url": "` + upstream + `", "headers": {"Authorization": "Bearer hunter2"}},
    "<img src=x onerror=alert(1)>": {"url": "http://127.0.0.1:1/mcp"},
    "taken": {"url": "http://127.0.0.1:2/mcp"},
    "git": {"command": "uvx", "args": ["mcp-server-git"]},
    "asks": {"url": "http://127.0.0.1:3/mcp", "headers": {"X-Key": "${input:key}"}},
  },
}`
}

// pasteAnywhere pastes a text where nobody types.
func (b *tab) pasteAnywhere(text string) {
	b.t.Helper()
	look[bool](b, `(() => { const d = new DataTransfer(); d.setData('text/plain', `+js(text)+`);
		document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true, cancelable: true})); return true; })()`)
}

// drop drops a file on the page.
func (b *tab) drop(content string) {
	b.t.Helper()
	look[bool](b, `(() => { const d = new DataTransfer(); d.items.add(new File([`+js(content)+`], 'mcp.json', {type: 'application/json'}));
		for (const kind of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: d, bubbles: true, cancelable: true})); return true; })()`)
}

// choose gives a file to a field, as its dialog would.
func (b *tab) choose(selector, file string) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		field, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: find(selector)})
		if err != nil {
			return err
		}
		return t.Call(ctx, dom.CommandSetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{file}, ObjectID: field.Result.ObjectID}, nil)
	}))
}

// row is the selector of an entry of the plan, and of something in it.
func row(n, in string) string { return "#entries > :nth-child(" + n + ") " + in }

func TestPasteAndRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateful(t, "forecast")
	w.register(t, "/taken", "The Other", "http://127.0.0.1:9")
	b := w.tab(t)
	b.allow("status of 400") // what is no JSON
	b.open("/register")
	b.stay()
	b.pasteAnywhere(configuration(upstream.URL))
	b.see("#plan-title", "5 services found")
	b.until("document.activeElement.id === 'plan-title' && " + find("#plan") + ".getBoundingClientRect().top < 100")
	b.see(row("1", ".badge"), "New")
	b.see(row("1", ".entry-headers"), "Authorization")
	b.see(row("2", ".entry-name"), "<img src=x onerror=alert(1)>")
	b.see(row("3", ".entry-message"), "choose another path, such as /taken-2")
	b.see(row("4", ".entry-message"), "it runs a program on your machine")
	b.see(row("5", ".entry-message"), "${input:key}")
	b.see("#carry-out", "Register 2 services")
	if look[bool](b, find("#plan")+".textContent.includes('hunter2') || "+find("#plan img")+" !== null") {
		t.Error("the plan shows a secret, or markup")
	}
	b.accessible("plan")

	b.fill(row("3", "[name=path]"), "/mine")
	b.see(row("3", ".badge"), "New")
	b.see("#carry-out", "Register 3 services")
	b.click(row("2", "[name=take]"))
	b.see("#carry-out", "Register 2 services")
	b.click("#enable")
	b.click("#carry-out")
	b.see("#plan-title", "2 services registered")
	b.see(row("1", ".badge"), "Registered")
	b.see(row("2", ".badge"), "Left out")
	b.until("document.activeElement.id === 'plan-title' && " + find("#text") + ".value === ''")
	b.accessible("results")
	b.stayed()
	if d := w.details(t, "/weather"); d == nil || d["is_enabled"] != true || w.details(t, "/mine") == nil {
		t.Errorf("registered %v", d)
	}

	b.fill("#text", `{"mcpServers": }`)
	b.see("#text-error", "not valid JSON, at line 1")
	b.accessible("a text with an error")
	b.drop(configuration(upstream.URL))
	b.see(row("1", ".badge"), "Already there")
	if !look[bool](b, find("#how-upload")+".checked && "+find("#text")+".checkVisibility() === false") {
		t.Error("a dropped file does not turn to its tab")
	}
	b.drop("nothing")
	b.see("#file-error", "not valid JSON")

	file := filepath.Join(t.TempDir(), "mcp.json")
	for _, content := range []string{configuration(upstream.URL), "something else"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if content != "something else" {
			b.choose("#file", file)
			b.see(row("1", ".badge"), "Already there")
		}
	}
	b.click("#upload [type=submit]") // of a file that is another by now
	b.see("#file-error", "cannot read this")
}

// TestImportWithoutScript pastes, and uploads, by the forms alone.
func TestImportWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateless(t, "forecast")
	w.register(t, "/taken", "The Other", "http://127.0.0.1:9")
	b := w.tab(t)
	b.allow("status of 400")
	call(b, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open("/register")
	b.click("label[for=how-paste]")
	b.fill("#text", "{")
	b.click("#paste [type=submit]")
	b.see("#text-error", "not valid JSON")
	b.fill("#text", configuration(upstream.URL))
	b.click("#paste [type=submit]")
	b.see("h1", "5 services found")
	if look[bool](b, "document.documentElement.outerHTML.includes('hunter2')") {
		t.Error("the page has the secret")
	}

	b.open("/register")
	b.click("label[for=how-upload]")
	file := filepath.Join(t.TempDir(), "mcp.json")
	if err := os.WriteFile(file, []byte(configuration(upstream.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	b.choose("#file", file)
	b.click("#upload [type=submit]")
	b.see("h1", "5 services found")
	b.fill("#path-2", "/mine")
	b.click("#take-2")
	b.click("#take-1")
	b.click("#enable")
	b.click("main [type=submit]")
	b.see("h1", "2 services registered")
	b.click("main .button.primary")
	b.at("/")
	b.badge("/weather", "Healthy", "")
	if w.details(t, "/mine") == nil || len(w.details(t, "/all")) != 3 {
		t.Error("something else was registered")
	}
}
