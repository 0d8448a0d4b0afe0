package browsertest

import (
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

func TestToolsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateful(t, "plain")
	upstream.Server.AddTool(&mcp.Tool{
		Name:        "get_forecast",
		Title:       "Forecast",
		Description: "Forecast for a place.\n\nArgs:\n    place: Where.\n\nReturns:\n    The forecast, in words.\n\nRaises:\n    ValueError: No such place.\n",
		InputSchema: map[string]any{"type": "object", "properties": map[string]any{"place": map[string]any{"type": "string"}}},
	}, nil)
	w.register(t, "/weather", "Weather", upstream.URL)
	b := w.tab(t)
	b.open("/tools/weather")
	b.see("main", "No tools known yet")

	w.enable(t, "/weather")
	b.open("/")
	b.see(card("/weather", ".card-tools"), "2 tools")
	b.click(card("/weather", ".card-tools"))
	b.at("/tools/weather")
	b.see(".tool:first-child h2", "get_forecast")
	b.see(".tool:first-child .tool-title", "Forecast")
	b.see(".tool:first-child .tool-main", "Forecast for a place.")
	b.until(find(".tool:first-child .tool-main") + ".textContent.trim() === 'Forecast for a place.'")
	b.see(".tool:first-child", "place: Where.")
	b.see(".tool:first-child", "The forecast, in words.")
	b.see(".tool:first-child", "ValueError: No such place.")
	b.see(".tool:first-child .schema-table", "place")
	b.click(".tool:first-child .schema summary")
	b.see(".tool:first-child .schema pre", `"place": {`)

	b.fill("#find", "plain")
	b.until("[...document.querySelectorAll('.tool')].filter(e => e.checkVisibility()).length === 1")
	b.see(".tool:not([hidden]) h2", "plain")
	b.fill("#find", "nothing")
	b.see("#none-match", "No tool has this")
}
