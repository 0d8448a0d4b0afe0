package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

func TestWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateless(t, "forecast")
	b := isolated(t, w.URL)
	b.allow("status of 400")
	call(b, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true})

	b.open("/")
	b.at("/login?next=/")
	b.signIn(apptest.Password)
	b.at("/")
	b.see("#none-yet", "Register your first server")
	if look[bool](b, "document.documentElement.classList.contains('js')") {
		t.Fatal("scripts run: this test shows nothing")
	}

	b.click("header a[href='/register']")
	b.at("/register")
	if look[bool](b, find("#examine")+".checkVisibility()") {
		t.Error("the form offers a check, which takes script")
	}
	b.fill("#name", "Weather")
	b.fill("#path", "/team weather")
	b.fill("#proxy_pass_url", upstream.URL)
	b.click("main [type=submit]")
	b.see("#path-error", "")
	b.fill("#path", "/team/weather")
	b.click("#is_python")
	b.click("main [type=submit]")
	b.at("/")
	b.badge("/team/weather", "Disabled", "")
	b.see(card("/team/weather", ".card-python"), "Python")

	b.click(card("/team/weather", ".switch"))
	b.badge("/team/weather", "Healthy", "")
	b.see(card("/team/weather", ".card-tools"), "1 tool")

	upstream.AddTool("alerts", "Alerts.")
	b.click(card("/team/weather", "[data-do=refresh] button"))
	b.see(card("/team/weather", ".card-tools"), "2 tools")

	b.click(card("/team/weather", ".card-edit"))
	b.at("/edit/team/weather")
	b.fill("#name", "Weather, edited")
	b.fill("#tags", "sky, outdoors")
	b.click("#is_python") // a check mark can be taken away
	b.click("main [type=submit]")
	b.at("/")
	b.see(card("/team/weather", ".card-name"), "Weather, edited")
	b.until(find(card("/team/weather", ".card-python")) + ".hidden")

	b.click(card("/team/weather", ".card-tools"))
	b.at("/tools/team/weather")
	b.see("main", "forecast")

	b.open("/")
	b.fill("#query", "OUTDOORS sky")
	b.click(".search button")
	b.shown("/team/weather")
	b.click("[data-filter=disabled]")
	b.shown()
	b.see("#none-match", "Nothing matches")
	b.click("#clear")
	b.shown("/team/weather")

	b.click(card("/team/weather", ".switch"))
	b.badge("/team/weather", "Disabled", "")
	b.click(card("/team/weather", ".ask summary"))
	top := func(part string) float64 {
		return look[float64](b, find(card("/team/weather", part))+".getBoundingClientRect().top")
	}
	if bin, pen := top(".ask summary"), top(".card-edit"); bin != pen {
		t.Errorf("the question moved the bin: it is at %g px, its neighbour at %g", bin, pen)
	}
	b.click(card("/team/weather", "[data-do=delete] button"))
	b.see("#none-yet", "Register your first server")

	b.click("form[action='/logout'] button")
	b.at("/login")
	b.open("/")
	b.at("/login?next=/")
}

// TestPagesWithoutScript reads a list that is longer than a page.
func TestPagesWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 53 {
		w.register(t, fmt.Sprintf("/s%02d", i), fmt.Sprintf("Service %02d", i), "http://127.0.0.1:1/mcp", "tags", fmt.Sprintf("all,t%d", i%2))
	}
	w.register(t, "/broken", "Zebra", "http://127.0.0.1:1/mcp")
	w.enable(t, "/broken")
	b := w.tab(t)
	call(b, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true})
	const cards = "document.querySelectorAll('.card').length"
	b.open("/")
	b.until(cards + " === 50")
	b.see(".pages", "Page 1 of 2")
	b.click(".pages [rel=next]")
	b.at("/?page=2")
	b.shown("/s50", "/s51", "/s52", "/broken")
	b.open("/?sort=status")
	b.until("document.querySelector('.card').dataset.path === '/broken'")
	b.click(card("/s01", "[data-tag=t1]"))
	b.at("/?tag=t1")
	b.until(cards + " === 26")
	b.click("#tags summary")
	b.click("#facets a[href*='tag=all']")
	b.at("/?tag=t1&tag=all")
	b.click(".chip")
	b.at("/?tag=all")
	b.until(cards + " === 50")
}
