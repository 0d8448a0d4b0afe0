package demo

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) *Servers {
	t.Helper()
	s, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return s
}

func check(t *testing.T, url string) registry.Outcome {
	t.Helper()
	return mcpclient.New(mcpclient.Options{Timeout: 30 * time.Second}).Check(t.Context(), registry.Target{Upstream: url}, true)
}

func TestExamplesAreWhatTheGatewayFinds(t *testing.T) {
	want := map[string]struct {
		transport registry.Transport
		endpoint  string
		tools     []string
	}{
		"/weather": {registry.StreamableHTTP, "/mcp", []string{"get_current_weather", "get_forecast", "list_cities"}},
		"/fininfo": {registry.HTTPSSE, "/sse", []string{"convert_currency", "get_stock_quote"}},
	}
	list := start(t).List()
	if len(list) != len(want) {
		t.Fatalf("%d examples", len(list))
	}
	for _, e := range list {
		w := want[e.Path]
		out := check(t, e.URL)
		if out.Status.Kind != registry.Healthy || out.Detected.Transport != w.transport || out.Detected.Endpoint != e.URL+w.endpoint {
			t.Errorf("%s: %s (%s), detected %+v", e.Path, out.Status, out.Detail, out.Detected)
		}
		var names []string
		for _, tool := range out.Discovery.Tools {
			names = append(names, tool.Name)
			if !strings.Contains(tool.Description, "\nReturns:\n") || len(tool.InputSchema) == 0 {
				t.Errorf("%s: tool %s: description %q, schema %s", e.Path, tool.Name, tool.Description, tool.InputSchema)
			}
		}
		if diff := cmp.Diff(w.tools, names); diff != "" {
			t.Errorf("%s: tools (-want +got):\n%s", e.Path, diff)
		}
		if _, err := registry.ParsePath(e.Path); err != nil {
			t.Error(err)
		}
		if e.Name == "" || e.Description == "" || len(e.Tags) == 0 {
			t.Errorf("%s is not described: %+v", e.Path, e)
		}
	}
}

func TestStopAndStartKeepThePort(t *testing.T) {
	s := start(t)
	for _, e := range s.List() {
		for range 2 {
			if err := s.Stop(e.Path); err != nil {
				t.Fatal(err)
			}
		}
		if out := check(t, e.URL); out.Status.String() != "unhealthy: connection refused" {
			t.Errorf("%s is stopped, but %s (%s)", e.Path, out.Status, out.Detail)
		}
		for range 2 {
			if err := s.Start(t.Context(), e.Path); err != nil {
				t.Fatal(err)
			}
		}
		if out := check(t, e.URL); out.Status.Kind != registry.Healthy {
			t.Errorf("%s runs again, but %s (%s)", e.Path, out.Status, out.Detail)
		}
	}
	if s.Stop("/nothing") == nil || s.Start(t.Context(), "/nothing") == nil {
		t.Error("a server that does not exist was stopped or started")
	}
}

// A server is killed under clients that hold streams open.
func TestStopBreaksStreamsOff(t *testing.T) {
	s := start(t)
	for _, e := range s.List() {
		session := connect(t, e)
		if err := s.Stop(e.Path); err != nil {
			t.Fatal(err)
		}
		if _, err := session.ListTools(t.Context(), nil); err == nil {
			t.Errorf("%s still lists tools", e.Path)
		}
	}
}

func connect(t *testing.T, e Example) *mcp.ClientSession {
	t.Helper()
	var transport mcp.Transport = &mcp.StreamableClientTransport{Endpoint: e.URL + "/mcp"}
	if e.Kind == Fininfo {
		transport = &mcp.SSEClientTransport{Endpoint: e.URL + "/sse"}
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func TestTools(t *testing.T) {
	s := start(t)
	sessions := map[Kind]*mcp.ClientSession{}
	for _, e := range s.List() {
		sessions[e.Kind] = connect(t, e)
	}
	for _, tc := range []struct {
		kind Kind
		tool string
		args string
		want string
	}{
		{Weather, "get_current_weather", `{"city":" berlin "}`, `"temperature":12,"units":"celsius"`},
		{Weather, "get_current_weather", `{"city":"Berlin","units":"fahrenheit"}`, `"temperature":54`},
		{Weather, "get_current_weather", `{"city":"Berlin","units":"kelvin"}`, "error: units must be"},
		{Weather, "get_current_weather", `{"city":"Atlantis"}`, "error: no sample data"},
		{Weather, "get_forecast", `{"city":"Tokyo"}`, `"day":2`},
		{Weather, "get_forecast", `{"city":"Tokyo","days":7}`, `"day":6`},
		{Weather, "get_forecast", `{"city":"Tokyo","days":8}`, "error: days must be"},
		{Weather, "list_cities", `{}`, `"Nairobi"`},
		{Fininfo, "get_stock_quote", `{"ticker":"acme"}`, `"price_usd":128.4,`},
		{Fininfo, "get_stock_quote", `{"ticker":"NOPE"}`, "error: no sample data"},
		{Fininfo, "convert_currency", `{"amount":100,"from":"EUR","to":"usd"}`, `"amount":110,"currency":"USD"`},
		{Fininfo, "convert_currency", `{"amount":1,"from":"EUR","to":"XYZ"}`, "error: no sample rate"},
		{Fininfo, "convert_currency", `{"amount":1e300,"from":"EUR","to":"USD"}`, "error: amount must be"},
	} {
		t.Run(tc.tool+tc.args, func(t *testing.T) {
			res, err := sessions[tc.kind].CallTool(t.Context(), &mcp.CallToolParams{Name: tc.tool, Arguments: json.RawMessage(tc.args)})
			if err != nil {
				t.Fatal(err)
			}
			text := res.Content[0].(*mcp.TextContent).Text
			if res.IsError {
				text = "error: " + text
			}
			if !strings.Contains(text, tc.want) {
				t.Errorf("%s\nwant %s in it", text, tc.want)
			}
		})
	}
}
