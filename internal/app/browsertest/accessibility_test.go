package browsertest

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// controls are the roles that somebody can act on (WAI-ARIA 1.2, widgets).
func controls() []string {
	return []string{
		"button", "checkbox", "combobox", "DisclosureTriangle", "link", "listbox", "menuitem", "option",
		"radio", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "dialog",
	}
}

// said reads a value of the accessibility tree.
func said(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if json.Unmarshal(v.Value, &text) != nil {
		return ""
	}
	return text
}

// accessible checks what can be checked without taste: every control has a
// name, headings descend one level at a time, and the landmarks are there.
func (b *tab) accessible(where string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tree, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (accessibility.GetFullAXTreeResult, error) {
		return cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	})
	if err != nil {
		b.t.Fatal(err)
	}
	found := map[string]int{}
	for _, node := range tree.Nodes {
		role := said(node.Role)
		if node.Ignored {
			continue
		}
		found[role]++
		if slices.Contains(controls(), role) && said(node.Name) == "" {
			b.t.Errorf("%s: a %s has no name", where, role)
		}
	}
	if found["main"] != 1 || found["banner"] != 1 || found["navigation"] == 0 {
		b.t.Errorf("%s: landmarks: %d main, %d banner, %d navigation", where, found["main"], found["banner"], found["navigation"])
	}
	levels := look[[]int](b, "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.checkVisibility()).map(h => Number(h.tagName[1]))")
	before := 0
	for _, level := range levels {
		if level > before+1 {
			b.t.Errorf("%s: the headings go %v", where, levels)
			break
		}
		before = level
	}
	if n := look[int](b, "document.querySelectorAll('h1').length"); n != 1 {
		b.t.Errorf("%s: %d headings of the first level", where, n)
	}
	if look[bool](b, "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size !== document.querySelectorAll('[id]').length") {
		b.t.Errorf("%s: an id is there twice", where)
	}
	if dangling := look[[]string](b, `[...document.querySelectorAll('[aria-describedby],[aria-labelledby],[for]')].flatMap(e => (e.getAttribute('aria-describedby') ?? '').split(' ').concat((e.getAttribute('aria-labelledby') ?? '').split(' '), e.getAttribute('for') ?? '')).filter(id => id && !document.getElementById(id))`); len(dangling) > 0 {
		b.t.Errorf("%s: references to nothing: %q", where, dangling)
	}
	if title := look[string](b, "document.documentElement.lang && document.title"); title == "" {
		b.t.Errorf("%s: no title or no language", where)
	}
}

func TestAccessibility(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", upstreamtest.Stateful(t, "forecast").URL, "tags", "sky", "num_stars", "4", "description", "Forecasts.")
	w.register(t, "/finance", "Finance", upstreamtest.ClosedURL(t))
	w.enable(t, "/weather")
	w.enable(t, "/finance")

	out := isolated(t, w.URL)
	out.open("/login?error=Invalid+username+or+password")
	out.accessible("login")

	b := w.tab(t)
	b.allow("status of 400", "status of 404")
	b.open("/")
	b.badge("/weather", "Healthy", "")
	b.accessible("dashboard")
	b.click(card("/finance", ".health summary"))
	b.accessible("dashboard with a detail")
	b.click(card("/finance", ".ask summary"))
	b.until(find("#confirm") + ".open")
	b.until("document.activeElement.closest('dialog') !== null")
	b.open("/?query=nothing")
	b.accessible("nothing found")
	b.open("/register")
	b.accessible("form")
	b.fill("#name", "x")
	b.fill("#path", "//")
	b.fill("#proxy_pass_url", "x")
	b.click("main [type=submit]")
	b.see("#summary", "to mend")
	b.accessible("form with errors")
	b.open("/tools/weather")
	b.accessible("tools")
	b.open("/docs")
	b.until("document.querySelectorAll('#docs-body details.op').length > 20")
	b.click("#op-GetHealth > summary")
	b.see("#op-GetHealth", "Try it")
	b.accessible("docs")
	b.open("/edit/nowhere")
	b.accessible("error page")
}
