package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// shownStep is a step as its golden has it: with everything but the values of
// the headers.
type shownStep struct {
	Key, Name, Path, URL string
	Outcome              Outcome
	Message              string                `json:",omitempty"`
	Errors               []registry.FieldError `json:",omitempty"`
	Headers              []string              `json:",omitempty"`
	Notes                []string              `json:",omitempty"`
	Tools                int                   `json:",omitempty"`
	Record               registry.Draft        `json:"-"`
}

// shown is a plan for what has these services.
func shown(t *Text) []shownStep {
	services := []*registry.Service{
		{Path: "/taken", Name: "The Other", Upstream: "http://localhost:9001", License: "N/A", Enabled: true, Generation: 5},
		{Path: "/same", Name: "Same", Upstream: "http://localhost:9002", License: "N/A", DeclaredTools: 3},
		{Path: "/taken-2", Name: "Next", Upstream: "http://localhost:9003", License: "N/A"},
	}
	var out []shownStep
	for _, s := range t.Plan(services, registry.NewReserved("api", "login"), nil) {
		out = append(out, shownStep{
			Key: s.Key, Name: registry.Text(s.Draft.Name), Path: s.Path, URL: registry.Text(s.Draft.Upstream),
			Outcome: s.Outcome, Message: s.Message, Errors: s.Errors, Headers: s.HeaderNames, Notes: s.Notes, Tools: len(s.Tools),
		})
	}
	return out
}

// TestPlanGoldens plans each text of testdata/paste.
func TestPlanGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/paste/*.json*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".plan.json") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, err := ParseText(data)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(map[string]any{"format": text.Format, "steps": shown(text)}, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			if strings.Contains(string(got), "hunter2") {
				t.Errorf("the plan tells a secret: %s", got)
			}
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".plan.json"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("%s (run with -update if this is meant):\n%s", golden, got)
			}
		})
	}
}

func TestBridgedHeadersAreTakenOver(t *testing.T) {
	data, err := os.ReadFile("testdata/paste/bridged.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := ParseText(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := *text.Candidates[1].Draft.UpstreamHeaders; got["Authorization"] != "Bearer hunter2" || got["X-Tenant"] != "acme" {
		t.Errorf("the headers are %v", got)
	}
}

// TestSecretsStayInside puts a secret where people keep theirs, and where they
// do by mistake: nothing that a plan tells has it.
func TestSecretsStayInside(t *testing.T) {
	for _, entry := range []string{
		`{"url":"http://h","headers":{"Authorization":"Bearer hunter2"}}`,
		`{"url":"http://h","headers":{"Authorization":"hunter2\\n"}}`,
		`{"url":"http://h","headers":{"Authorization":["hunter2"]}}`,
		`{"url":"http://h","headers":"hunter2"}`,
		`{"url":"http://h","headers":{"Authorization":"${KEY:-hunter2}"}}`,
		`{"url":"http://h","headers":{"Authorization":"${KEY-hunter2}"}}`,
		`{"url":"http://h","headers":{"Authorization":"${KEY:=hunter2}"}}`,
		`{"url":"http://h","env":{"KEY":"hunter2"},"apiKey":"hunter2"}`,
		`{"url":"http://me:hunter2@h/mcp"}`,
		`{"url":"http://hunter2@h"}`,
		`{"url":"http://%zz:hunter2@h"}`,
		`{"command":"run","args":["hunter2"],"env":{"KEY":"hunter2"}}`,
		`{"command":"npx","args":["mcp-remote","http://h","--header","Authorization: ${KEY}"],"env":{"KEY":"hunter2"}}`,
		`{"command":"npx","args":["mcp-remote","http://h","--header","Bearer hunter2"]}`,
		`{"command":"npx","args":["mcp-remote","http://h","--header","${KEY}"],"env":{"KEY":"hunter2"}}`,
		`{"command":"npx","args":["mcp-remote","http://${KEY}@h"],"env":{"KEY":"hunter2"}}`,
	} {
		text, err := ParseText([]byte(`{"mcpServers":{"a":` + entry + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		s := text.Plan(nil, registry.NewReserved(), nil)[0]
		told := fmt.Sprint(s.Outcome, s.Path, s.URL(), s.Message, s.Errors, s.Notes, s.HeaderNames, s.Refused)
		if strings.Contains(strings.ToLower(told), "hunter2") {
			t.Errorf("%s: %s", entry, told)
		}
	}
	if got := placeholder("Bearer ${input:api-key}"); got != "${input:api-key}" {
		t.Errorf("a placeholder became %s", got)
	}
}

// TestPlanSuggestsOneAfterTheOther asks for the same path many times, where many
// are taken already.
func TestPlanSuggestsOneAfterTheOther(t *testing.T) {
	there := []*registry.Service{{Path: "/x"}}
	for n := range 5000 {
		there = append(there, &registry.Service{Path: registry.Path(fmt.Sprintf("/x-%d", n+2))})
	}
	entry := `{"server_name":"X","path":"/x","proxy_pass_url":"http://h"}`
	text, err := ParseText([]byte(`[{"server_name":"X","path":"/x-5002","proxy_pass_url":"http://h"},` + strings.Repeat(entry+",", MaxEntries-2) + entry + `]`))
	if err != nil {
		t.Fatal(err)
	}
	steps := text.Plan(there, registry.NewReserved(), nil)
	for i, s := range steps[1:] {
		if s.Outcome != Taken || !strings.Contains(s.Message, "/x-5003.") {
			t.Fatalf("entry %d: %s", i+1, s.Message)
		}
	}
}

// TestOnlyOneLevelOfSettings nests what settings.json has once.
func TestOnlyOneLevelOfSettings(t *testing.T) {
	text := `{"servers":{"c":{"url":"http://h"}}}`
	for _, name := range []string{"b", "a"} {
		text = `{"servers":{"` + name + `":{"url":"http://h"}},"mcp":` + text + `}`
	}
	got, err := ParseText([]byte(text))
	if err != nil || len(got.Candidates) != 1 || got.Candidates[0].Key != "b" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTextsThatAreNotUnderstood(t *testing.T) {
	many := func(n int) string {
		var entries []string
		for i := range n {
			entries = append(entries, fmt.Sprintf(`"s%d":{"url":"http://h"}`, i))
		}
		return `{"mcpServers":{` + strings.Join(entries, ",") + `}}`
	}
	for text, want := range map[string]string{
		"":                                  "Give the JSON",
		" \n// nothing\n":                   "Give the JSON",
		"\ufeff":                            "Give the JSON",
		"{":                                 "It is not valid JSON, at line 1",
		"{\n// a\n\"a\": }":                 "at line 3",
		"[]":                                "It describes no server",
		`{"mcpServers":{}}`:                 "It describes no server",
		`{"mcpServers":[1]}`:                "Make mcpServers an object",
		`{"servers":[{"name":"x"}]}`:        "Make servers an object",
		"7":                                 "Give a JSON object",
		`"text"`:                            "Give a JSON object",
		"{}":                                "none of the formats",
		`{"a":{"b":1}}`:                     "none of the formats",
		"\xff":                              "not UTF-8",
		"{} {}":                             "not valid JSON",
		"/* open":                           "Give the JSON",
		strings.Repeat("[", MaxDepth+1):     "nests more than 100 deep",
		many(MaxEntries + 1):                "describes 501 servers",
		strings.Repeat(" ", MaxTextBytes+1): "at most 1048576 bytes",
	} {
		_, err := ParseText([]byte(text))
		invalid, ok := errors.AsType[*registry.InvalidError](err)
		if !ok || invalid.Fields[0].Field != "text" || !strings.Contains(invalid.Fields[0].Message, want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
	if text, err := ParseText([]byte(many(MaxEntries))); err != nil || len(text.Candidates) != MaxEntries {
		t.Errorf("%d entries: %v", MaxEntries, err)
	}
}

func TestChoices(t *testing.T) {
	text, err := ParseText([]byte(`{"mcpServers":{"a":{"url":"http://a"},"b":{"url":"http://b"},"taken":{"url":"http://c"},"d":{"url":"http://d"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	there := []*registry.Service{{Path: "/taken", Upstream: "http://x"}}
	steps := text.Plan(there, registry.NewReserved("api"), map[int]Choice{
		0: {Path: "/b"}, 2: {Path: "free"}, 3: {Path: "/b", Skip: true},
	})
	for i, want := range []struct {
		path    string
		outcome Outcome
	}{{"/b", Create}, {"/b-2", Create}, {"/free", Create}, {"/b", Create}} {
		if s := steps[i]; s.Path != want.path || s.Outcome != want.outcome || s.Skip != (i == 3) {
			t.Errorf("entry %d goes to %s: %s, want %+v", i, s.Path, s.Outcome, want)
		}
	}
	steps = text.Plan(there, registry.NewReserved("api"), map[int]Choice{0: {Path: "/x y"}, 1: {Path: "/api/b"}, 3: {Path: "/a"}})
	for i := range 2 {
		if s := steps[i]; s.Outcome != Invalid || s.Errors[0].Field != "path" || s.Path == "" {
			t.Errorf("entry %d: %+v", i, s)
		}
	}
	if steps[2].Outcome != Taken || !strings.Contains(steps[2].Message, "/taken-2") {
		t.Errorf("got %+v", steps[2])
	}
}

func TestExpandIsBounded(t *testing.T) {
	env := map[string]string{"A": strings.Repeat("x", 1<<10)}
	arg := strings.Repeat("${A}", 1<<10)
	if got := expand(arg, env); got != arg {
		t.Errorf("%d bytes were made of %d", len(got), len(arg))
	}
	if got := expand("a ${B} ${A}", map[string]string{"A": "${A}"}); got != "a ${B} ${A}" {
		t.Errorf("got %q", got)
	}
}

func TestSlug(t *testing.T) {
	if n := len([]rune(accented)); n != len(bare) {
		t.Fatalf("%d letters stand for %d", len(bare), n)
	}
	for name, want := range map[string]string{
		"Weather Service": "weather-service", "Café Zürich Łódź": "cafe-zurich-lodz", "a_b.c": "a_b.c", "--x--": "x",
		"../../etc": "etc", "": "", "天気": "", "a": "a", "io.github.user/server": "io.github.user-server",
	} {
		if got := slug(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := slug(strings.Repeat("a ", 500)); len(got) > maxSlugBytes {
		t.Errorf("%d bytes", len(got))
	}
}
