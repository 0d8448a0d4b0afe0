package httpserver

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestSearchTools(t *testing.T) {
	long := "x" + strings.Repeat("é", maxToolQuery-1)
	services := []*registry.Service{
		{Path: "/b", Name: "Beta", Tools: []registry.Tool{
			{Name: "list_cities", Description: "Cities with a forecast."},
			{Name: "get_forecast", Description: "Tomorrow's sky."},
			{Name: long, Description: "Très loin."},
		}},
		{Path: "/a", Name: "Alpha", Tools: []registry.Tool{
			{Name: "forecast"}, {Name: "forecast_days", Title: "Days ahead"}, {Name: "other", Title: "FORECAST"}, {Name: "nothing"},
		}},
	}
	for query, want := range map[string]string{
		"":                        "forecast forecast_days other nothing list_cities get_forecast " + long,
		"  ":                      "forecast forecast_days other nothing list_cities get_forecast " + long,
		"Forecast":                "forecast forecast_days get_forecast other list_cities",
		"forecast get":            "get_forecast",
		"alpha days":              "forecast_days",
		"/b forecast":             "list_cities get_forecast",
		"beta sky":                "get_forecast",
		"no such tool":            "",
		"TRES loin":               long,
		long + " no such tool":    long, // As many characters as count.
		"\xff\xfe":                "",
		strings.Repeat("x", 1000): "",
	} {
		var names []string
		for _, f := range searchTools(services, query) {
			names = append(names, f.tool.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
}

func TestToolIDs(t *testing.T) {
	var tools []registry.Tool
	for _, name := range []string{"get_a.b-c", "get_a.b-c", "with space", "", `"><script>`, strings.Repeat("n", 129), "ä"} {
		tools = append(tools, registry.Tool{Name: name})
	}
	ids := toolIDs(tools)
	if ids[0] != "tool-get_a.b-c" || ids[1] == ids[0] {
		t.Errorf("ids %q", ids)
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] || len(id) > 140 || strings.ContainsAny(id, ` "'<>ä`) {
			t.Errorf("id %q", id)
		}
		seen[id] = true
	}
}

func TestToolHints(t *testing.T) {
	for annotations, want := range map[string]string{
		"":                       "[] false",
		"[]":                     "[] false",
		`{"readOnlyHint":"yes"}`: "[] false",
		`{"readOnlyHint":true,"destructiveHint":true}`:                                                "[read-only] false",
		`{"destructiveHint":true,"idempotentHint":true,"openWorldHint":true,"title":"x"}`:             "[destructive idempotent open world] true",
		`{"readOnlyHint":false,"destructiveHint":false,"idempotentHint":false,"openWorldHint":false}`: "[] false",
	} {
		words, destructive := toolHints([]byte(annotations))
		if got := fmt.Sprint(words, destructive); got != want {
			t.Errorf("%s: %s, want %s", annotations, got, want)
		}
	}
}

func TestSummary(t *testing.T) {
	for description, want := range map[string]string{
		"": "", "\n\n One. \nTwo.": "One.", strings.Repeat("é", 400): strings.Repeat("é", maxSummary) + "…",
	} {
		if got := summaryOf(description); got != want {
			t.Errorf("%q: %q", description, got)
		}
	}
}
