package browsertest

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/demo"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// populate registers services as a company might have them: in all the states
// that there are, with names short and long, and one that is written from right
// to left.
func populate(t *testing.T, w *world) {
	t.Helper()
	examples, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = examples.Close(context.Background()) })
	for _, e := range examples.List() {
		stars := "5"
		if e.Path == "/weather" {
			stars = "4"
		}
		w.register(t, e.Path, e.Name, e.URL, "description", e.Description, "tags", strings.Join(e.Tags, ","), "num_stars", stars, "license", e.License)
	}
	answering := func(status int) string {
		return upstreamtest.Serve(t, upstreamtest.Body(status, "text/plain", "no")) + "/mcp"
	}
	streaming := func(tools ...string) string { return upstreamtest.Stateful(t, tools...).URL }
	for _, s := range []struct {
		path, name, upstream, about, tags string
		more                              []string
	}{
		{
			"/search", "Document Search", upstreamtest.ClosedURL(t) + "/mcp",
			"Finds passages in the handbook and in the meeting notes.", "search,documents",
			[]string{"num_stars", "4", "is_python", "true", "license", "Apache-2.0"},
		},
		{
			"/tickets", "Ticket Desk", answering(http.StatusUnauthorized),
			"Opens, finds and closes support tickets.", "support",
			[]string{"license", "MIT"},
		},
		{
			"/team/calendar", "Team Calendar", streaming("list_events", "create_event", "find_slot"),
			"Reads the calendars of the team and finds a slot that suits everybody.", "calendar,planning",
			[]string{"num_stars", "3"},
		},
		{
			"/translate", "Translator", upstreamtest.SSE(t, "translate", "detect_language").URL,
			"Translates between 40 languages, and says which one a text is in.", "language",
			[]string{"num_tools", "2", "is_python", "true"},
		},
		{
			"/data/warehouse", "Warehouse Query, read-only replica for analysts in Europe", streaming("run_query", "list_schemas", "describe_table", "explain", "export_csv"),
			"Runs SQL against the nightly copy of the warehouse. Rows that hold personal data are masked, and a query that reads more than 10 GB is refused.", "data,sql,analytics,finance,europe,read-only",
			[]string{"num_stars", "5", "license", "Company internal"},
		},
		{
			"/maps", "خدمة الخرائط", streaming("geocode", "route"),
			"تحوّل العناوين إلى إحداثيات وتحسب أقصر طريق بين مكانين.", "خرائط,geo",
			[]string{"license", "ODbL-1.0"},
		},
		{
			"/code/review", "Code Review", streaming("review_diff", "explain_symbol", "find_owner", "suggest_tests"),
			"Reads a change and says what a careful colleague would.", "code,quality",
			[]string{"num_stars", "4", "is_python", "true", "license", "MIT"},
		},
		{
			"/platform/incidents", "Incident Timeline", answering(http.StatusBadGateway),
			"What happened when, from the pager and the chat.", "operations,on-call",
			[]string{"license", "MIT"},
		},
		{
			"/builds", "Build Runner", "http://169.254.10.10/mcp",
			"Starts builds and reads their logs.", "code,ci",
			[]string{"num_stars", "2"},
		},
		{
			"/crm", "Customer Notes", streaming("find_customer", "add_note"),
			"Looks up a customer, and writes down what was said.", "sales,support",
			nil,
		},
		{
			"/hr/leave", "Leave Planner", streaming("request_leave"),
			"", "planning",
			nil,
		},
	} {
		w.register(t, s.path, s.name, s.upstream, append([]string{"description", s.about, "tags", s.tags}, s.more...)...)
	}
	for _, path := range []string{"/weather", "/fininfo", "/search", "/tickets", "/team/calendar", "/data/warehouse", "/maps", "/code/review", "/platform/incidents", "/builds", "/crm"} {
		w.enable(t, path)
	}
	for path, calls := range map[string]int{"/weather": 128, "/team/calendar": 34, "/data/warehouse": 9} {
		for range calls {
			w.ask(t, path)
		}
	}
}

// ask calls a service through the gateway, as the person who is signed in.
func (w *world) ask(tb testing.TB, path string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, w.URL+path+"/mcp", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	res, err := w.client.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	_ = res.Body.Close()
}

// settled waits until the list shows what the first checks found.
func (b *tab) settled() {
	b.t.Helper()
	b.badge("/weather", "Healthy", "")
	b.badge("/fininfo", "Healthy", "")
	b.badge("/search", "Unhealthy", "connection refused")
	b.badge("/tickets", "Needs credentials", "")
	b.badge("/platform/incidents", "Unhealthy", "HTTP 502")
	b.until(find("#live") + ".dataset.state === 'live'")
}
