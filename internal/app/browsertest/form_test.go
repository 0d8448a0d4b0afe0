package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

func TestRegisterEditDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateful(t, "forecast")
	b := w.tab(t)
	b.allow("status of 400") // the form that comes back says why

	b.open("/")
	b.see("#none-yet", "Register your first server")
	b.click("header a[href='/register']")
	b.at("/register")

	// What is wrong is said where it is wrong, and nothing has to be typed anew.
	b.fill("#name", "Café Weather")
	if path := look[string](b, find("#path")+".value"); path != "/cafe-weather" {
		t.Errorf("the form proposes the path %q", path)
	}
	b.fill("#path", "/api/weather")
	b.fill("#description", "Forecasts\nfor <everybody>")
	b.fill("#tags", "weather, forecast")
	b.fill("#proxy_pass_url", "ftp://example.com")
	b.fill("#num_stars", "many")
	b.click("#is_python")
	b.click("main [type=submit]")
	b.see("#summary", "3 fields to mend")
	b.see("#path-error", "/api")
	b.see("#proxy_pass_url-error", "http")
	b.see("#num_stars-error", "number")
	b.until("document.activeElement.id === 'summary'")
	for field, want := range map[string]string{
		"name": "Café Weather", "path": "/api/weather", "description": "Forecasts\nfor <everybody>",
		"tags": "weather, forecast", "proxy_pass_url": "ftp://example.com", "num_stars": "many",
	} {
		if kept := look[string](b, find("#"+field)+".value"); kept != want {
			t.Errorf("the field %s was %q and came back as %q", field, want, kept)
		}
	}
	if !look[bool](b, find("#is_python")+".checked") {
		t.Error("the check mark was lost")
	}

	b.fill("#path", "/weather")
	b.fill("#proxy_pass_url", upstream.URL)
	b.fill("#num_stars", "4")
	b.see("#examination", "works") // It moves the button that is clicked next.
	b.click("main [type=submit]")
	b.at("/")
	b.see(card("/weather", ".card-name"), "Café Weather")
	b.see(card("/weather", ".card-about"), "for <everybody>")
	b.see(card("/weather", ".tags"), "forecast")
	b.see(card("/weather", ".card-stars"), "4")
	b.see(card("/weather", ".card-python"), "Python")
	b.badge("/weather", "Disabled", "")

	b.click(card("/weather", ".card-edit"))
	b.at("/edit/weather")
	b.fill("#name", "Weather of Today")
	b.fill("#tags", "")
	b.fill("#license", "MIT")
	b.click("#is_python")
	b.click("main [type=submit]")
	b.at("/")
	b.see(card("/weather", ".card-name"), "Weather of Today")
	b.see(card("/weather", ".card-license"), "MIT")
	b.until(find(card("/weather", ".tags")) + ".hidden && " + find(card("/weather", ".card-python")) + ".hidden")

	b.stay()
	b.click(card("/weather", ".ask summary"))
	b.see("#confirm", "Weather of Today")
	b.press(kb.Escape)
	b.until("!" + find("#confirm") + ".open")
	b.click(card("/weather", ".ask summary"))
	b.click("#confirm [value=delete]")
	b.until("!" + find(card("/weather")))
	b.see("#none-yet", "Register your first server")
	b.stayed()
	if w.details(t, "/weather") != nil {
		t.Error("the service is gone from the page, but not from the registry")
	}
}

// Headers have no field of their own to be wrong at, but a place; and what is
// changed leads back to the list that was looked at.
func TestFormLeadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/weather", "Weather", "http://127.0.0.1:1/mcp")
	w.register(t, "/other", "Other", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.allow("status of 400")
	b.open("/?query=weather&sort=changed")
	b.until(find("#live") + ".dataset.state === 'live'")
	b.click(card("/weather", ".card-edit"))
	b.at("/edit/weather")
	look[bool](b, "("+find("details.headers")+".open = true)")
	b.fill("[name=header_name]", "Not a name")
	b.fill("[name=header_value]", "x")
	look[bool](b, "!("+find("details.headers")+".open = false)")
	b.click("main [type=submit]")
	b.see("#upstream_headers-error", "such as X-Api-Key")
	b.see("#summary", "Headers")
	b.accessible("a form with a wrong header")
	b.fill("[name=header_name]", "X-Key")
	b.click("main [type=submit]")
	b.at("/?query=weather&sort=changed")
	b.shown("/weather")
}
