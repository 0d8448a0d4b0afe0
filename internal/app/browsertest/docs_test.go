package browsertest

import "testing"

func TestDocs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/team/weather", "Weather", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.open("/docs")
	b.until("document.querySelectorAll('#docs-body details.op').length > 20")
	b.until("document.querySelectorAll('#docs-nav a').length === document.querySelectorAll('#docs-body details.op').length")

	const details = "#op-GetServerDetails"
	b.click("#docs-nav a[href='" + details + "']")
	b.see(details, "Try it")
	b.fill(details+" .try input", "/team/weather")
	b.see(details+" .try pre", "/api/server_details/team/weather")
	b.click(details + " .try [type=submit]")
	b.see(details+" .answer", "200")
	b.see(details+" .answer", `"server_name": "Weather"`)
}
