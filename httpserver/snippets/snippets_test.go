package snippets_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver/snippets"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func build(t testing.TB, target snippets.Target) map[string]snippets.Snippet {
	t.Helper()
	b, err := snippets.New()
	if err != nil {
		t.Fatal(err)
	}
	list, err := b.For(target)
	if err != nil {
		t.Fatal(err)
	}
	byClient := make(map[string]snippets.Snippet, len(list))
	for _, s := range list {
		byClient[s.Client] = s
	}
	if len(byClient) != len(list) || len(list) == 0 {
		t.Fatalf("%d clients, %d names", len(list), len(byClient))
	}
	return byClient
}

const weather = registry.Path("/team/weather")

func targets() map[string]snippets.Target {
	sse := registry.Detected{Transport: registry.HTTPSSE}
	stateless := registry.Detected{Transport: registry.StreamableHTTP, Stateless: true}
	return map[string]snippets.Target{
		"streamable": {Base: "https://mcp.example.com", Path: weather},
		"open":       {Base: "http://gateway.internal:7860", Path: weather, Open: true},
		"sse":        {Base: "http://localhost:7860", Path: weather, Detected: sse},
		"sse-open":   {Base: "http://localhost:7860", Path: weather, Detected: sse, Open: true},
		"apart":      {Base: "https://agents.example.com", Path: weather},
		"stateless":  {Base: "http://[::1]:7860", Path: weather, Detected: stateless},
	}
}

func TestGoldens(t *testing.T) {
	for name, target := range targets() {
		for client, s := range build(t, target) {
			file := filepath.Join("testdata", name, client+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(s.Text+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if s.Text+"\n" != string(want) {
				t.Errorf("%s (run with -update if this is meant)\n got %s\nwant %s", file, s.Text, want)
			}
		}
	}
}

// TestWhoNamesAToken: every text has the placeholder, unless the gateway is
// open, or the client asks.
func TestWhoNamesAToken(t *testing.T) {
	for name, target := range targets() {
		for client, s := range build(t, target) {
			if got, want := strings.Contains(s.Text, snippets.Placeholder), !target.Open && client != "vs-code"; got != want {
				t.Errorf("%s, %s: names a token: %v", name, client, got)
			}
			if got := strings.Contains(s.Text, "Authorization"); got && target.Open {
				t.Errorf("%s, %s: sends a header to an open gateway", name, client)
			}
			if s.Place == "" || s.Title == "" {
				t.Errorf("%s, %s: says %+v", name, client, s)
			}
		}
	}
}

// TestJSONIsJSON also with an address that tries to leave its string.
func TestJSONIsJSON(t *testing.T) {
	all := targets()
	all["hostile"] = snippets.Target{Base: hostile, Path: weather}
	for name, target := range all {
		for client, s := range build(t, target) {
			if s.Language != "json" {
				continue
			}
			var read any
			if err := json.Unmarshal([]byte(s.Text), &read); err != nil {
				t.Errorf("%s, %s: %v\n%s", name, client, err, s.Text)
			}
			again, err := json.Marshal(read)
			if err != nil {
				t.Fatal(err)
			}
			url, err := json.Marshal(target.URL())
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(again), string(url)) {
				t.Errorf("%s, %s: has no %s\n%s", name, client, url, s.Text)
			}
		}
	}
}

func TestName(t *testing.T) {
	for path, want := range map[registry.Path]string{
		"/weather":      "weather",
		"/team/weather": "team-weather",
		"/a.b~c_d-e/F":  "a-b-c_d-e-F",
		"/a-":           "a",
		registry.Path(strings.Repeat("/abc", 60)): "abc-abc-abc-abc-abc-abc-abc-abc-abc-abc",
	} {
		if got := snippets.Name(path); got != want {
			t.Errorf("%s is called %q, want %q", path, got, want)
		}
	}
}
