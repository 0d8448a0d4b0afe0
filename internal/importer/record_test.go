package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestFieldsInTheirForms(t *testing.T) {
	for _, tt := range []struct {
		more string // behind the required members
		want registry.Draft
	}{
		{``, registry.Draft{}},
		{`,"tags":["a","b"]`, registry.Draft{Tags: &[]string{"a", "b"}}},
		{`,"tags":"a,b"`, registry.Draft{Tags: &[]string{"a", "b"}}},
		{`,"tags":""`, registry.Draft{Tags: &[]string{""}}},
		{`,"tags":["a",null]`, registry.Draft{Tags: &[]string{"a", ""}}},
		{`,"tags":null,"description":null,"num_tools":null,"num_stars":null,"is_python":null,"license":null,"tool_list":null`, registry.Draft{}},
		{`,"num_tools":3,"num_stars":4`, registry.Draft{NumTools: new(3), Stars: new(4)}},
		{`,"num_tools":"3","num_stars":" 4 "`, registry.Draft{NumTools: new(3), Stars: new(4)}},
		{`,"num_tools":3.0,"num_stars":"4.0"`, registry.Draft{NumTools: new(3), Stars: new(4)}},
		{`,"num_tools":"","num_stars":1e2`, registry.Draft{NumTools: new(0), Stars: new(100)}},
		{`,"is_python":true`, registry.Draft{IsPython: new(true)}},
		{`,"is_python":"False"`, registry.Draft{IsPython: new(false)}},
		{`,"is_python":"yes"`, registry.Draft{IsPython: new(true)}},
		{`,"is_python":1`, registry.Draft{IsPython: new(true)}},
		{`,"is_python":""`, registry.Draft{IsPython: new(false)}},
		{`,"description":"D\n☔","license":"MIT"`, registry.Draft{Description: new("D\n☔"), License: new("MIT")}},
	} {
		rec, why := parseRecord([]byte(server("/a/", tt.more)))
		if why != "" {
			t.Errorf("%s: %s", tt.more, why)
			continue
		}
		tt.want.Name, tt.want.Path, tt.want.Upstream = new("S"), new("/a"), new("http://h")
		if diff := cmp.Diff(tt.want, rec.draft); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.more, diff)
		}
		if rec.pathAsGiven != "/a/" || len(rec.notes) != 0 {
			t.Errorf("%s: path as given %q, notes %q", tt.more, rec.pathAsGiven, rec.notes)
		}
	}
}

func TestSkipped(t *testing.T) {
	for _, tt := range []struct{ file, why string }{
		{``, "not valid JSON, at line 1"},
		{"{\n\"path\": ,\n}", "not valid JSON, at line 2"},
		{`{} {}`, "not valid JSON"},
		{`[]`, "not a JSON object"},
		{`null`, "not a JSON object"},
		{`"x"`, "not a JSON object"},
		{"{\"server_name\":\"\xff\"}", "not UTF-8"},
		{`{"server_name":NaN}`, "not valid JSON"},
		{`{}`, "server_name: Give a name. proxy_pass_url: Give the URL of the MCP server, such as http://localhost:8000. path: Give a path such as /weather."},
		{`{"Server_Name":"S","path":"/a","proxy_pass_url":"http://h"}`, "server_name: Give a name."},
		{`{"server_name":7,"path":"/a","proxy_pass_url":"http://h"}`, "server_name: Make it a string."},
		{`{"server_name":"S","path":["/a"],"proxy_pass_url":"http://h"}`, "path: Make it a string."},
		{server("/a", `,"tags":{"a":1}`), "tags: Make it a list of strings."},
		{server("/a", `,"tags":[1]`), "tags: Make it a list of strings."},
		{server("/a", `,"num_stars":4.5`), "num_stars: Make it a whole number."},
		{server("/a", `,"num_stars":"inf"`), "num_stars: Make it a whole number."},
		{server("/a", `,"num_stars":1e300`), "num_stars: Make it a whole number."},
		{server("/a", `,"num_tools":-1`), "num_tools: Give 0 or more."},
		{server("/a", `,"num_tools":"three"`), "num_tools: Make it a whole number."},
		{server("/a", `,"is_python":"maybe"`), "is_python: Make it true or false."},
		{server("/a", `,"license":[]`), "license: Make it a string."},
		{server("/a", `,"tool_list":{}`), "tool_list: Make it a list of tools."},
		{server("/", ""), "path: Give a path"},
		{server("/a/../b", ""), "path: Begin each segment"},
		{server("/all", ""), "path: The path /all stands for"},
		{server("/a/mcp", ""), "path: A path may not end in /mcp"},
	} {
		r := read(t, map[string]string{"a.json": tt.file, "server_state.json": "{}"})
		if len(r.Services) != 0 || len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0].Reason, tt.why) {
			t.Errorf("%s: %+v; want it skipped with %q", tt.file, r, tt.why)
		}
	}
}

func TestLeftOutIsNoted(t *testing.T) {
	var many strings.Builder
	for i := range 12 {
		fmt.Fprintf(&many, `,"extra_%02d":1`, i)
	}
	for more, want := range map[string]string{
		`,"headers":{"X-Key":"secret"}`:                    `left out "headers", which this registry does not keep.`,
		`,"Path":"/b","` + strings.Repeat("x", 99) + `":1`: `left out "Path", "` + strings.Repeat("x", 80) + `", which`,
		many.String(): `"extra_09" and 2 more, which`,
	} {
		rec, why := parseRecord([]byte(server("/a", more)))
		if why != "" || len(rec.notes) != 1 || !strings.Contains(rec.notes[0], want) {
			t.Errorf("%s: %q, %s; want %q", more, rec.notes, why, want)
		}
	}
}

func TestTools(t *testing.T) {
	for _, tt := range []struct {
		list string
		want []registry.Tool
		note string
	}{
		{`[]`, nil, ""},
		{`[{"name":"t"}]`, []registry.Tool{{Name: "t"}}, ""},
		{`[{"name":"t","schema":{ "a" : [1, 2] }}]`, []registry.Tool{{Name: "t", InputSchema: json.RawMessage(`{"a":[1,2]}`)}}, ""},
		{
			`[{"name":"t","title":"T","description":"D","output_schema":{},"annotations":{"x":1},"parsed_description":{"main":"other"}}]`,
			[]registry.Tool{{Name: "t", Title: "T", Description: "D", OutputSchema: json.RawMessage(`{}`), Annotations: json.RawMessage(`{"x":1}`)}},
			"",
		},
		{`[{"name":"t","parsed_description":"As it was."}]`, []registry.Tool{{Name: "t", Description: "As it was."}}, ""},
		{`[{"name":"t","parsed_description":{"main":"No description available."}}]`, []registry.Tool{{Name: "t"}}, ""},
		{`[{"name":"t","parsed_description":{"main":null,"args":"a"}}]`, []registry.Tool{{Name: "t", Description: "Args:\n    a"}}, ""},
		{`[{"name":"t","parsed_description":{"main":"M","raises":"E","returns":""}}]`, []registry.Tool{{Name: "t", Description: "M\n\nReturns:\n\nRaises:\n    E"}}, ""},
		{`[{"name":"t","schema":null,"parsed_description":null}]`, []registry.Tool{{Name: "t"}}, ""},
		{`[{"name":"a"},{},{"name":"b"}]`, []registry.Tool{{Name: "a"}, {Name: "b"}}, "tool 2 of its tool_list was left out: it has no name."},
		{`[7]`, nil, "it is not a JSON object"},
		{`[null]`, nil, "it is not a JSON object"},
		{`[{"name":7}]`, nil, "its name is not of the right kind"},
		{`[{"name":"t","schema":[]}]`, nil, "its schema is not of the right kind"},
		{`[{"name":"t","parsed_description":[]}]`, nil, "its parsed_description is not of the right kind"},
		{`[{"name":"t","parsed_description":{"main":7}}]`, nil, "its parsed_description is not of the right kind"},
		{`[{"name":"t"},{"name":"t","title":"T"}]`, []registry.Tool{{Name: "t"}}, `the name "t" comes twice`},
	} {
		rec, why := parseRecord([]byte(server("/a", `,"tool_list":`+tt.list)))
		if why != "" {
			t.Errorf("%s: %s", tt.list, why)
			continue
		}
		if diff := cmp.Diff(tt.want, rec.tools); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.list, diff)
		}
		if notes := strings.Join(rec.notes, "\n"); tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
			t.Errorf("%s: notes are %q, want %q", tt.list, notes, tt.note)
		}
	}
}

func TestTooManyTools(t *testing.T) {
	var list []map[string]string
	for i := range MaxTools + 2 {
		list = append(list, map[string]string{"name": fmt.Sprint(i)})
	}
	for _, over := range []int{0, 2} {
		raw, err := json.Marshal(list[:MaxTools+over])
		if err != nil {
			t.Fatal(err)
		}
		rec, why := parseRecord([]byte(server("/a", `,"tool_list":`+string(raw))))
		if why != "" || len(rec.tools) != MaxTools || (len(rec.notes) > 0) != (over > 0) {
			t.Errorf("%d over: %d tools, notes %q, %s", over, len(rec.tools), rec.notes, why)
		}
	}
}

// FuzzParseRecord checks that whatever is taken is well-formed, that what is
// not has a reason, and that descriptions split as they were.
func FuzzParseRecord(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(fixture, "servers", "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, why := parseRecord(data)
		if why != "" {
			if !strings.HasSuffix(why, ".") {
				t.Errorf("%q is no sentence", why)
			}
			return
		}
		if len(rec.tools) > MaxTools {
			t.Errorf("%d tools", len(rec.tools))
		}
		names := make(map[string]bool)
		for _, tool := range rec.tools {
			if tool.Name == "" || names[tool.Name] {
				t.Errorf("a tool with the name %q", tool.Name)
			}
			names[tool.Name] = true
			for _, schema := range []json.RawMessage{tool.InputSchema, tool.OutputSchema, tool.Annotations} {
				if schema != nil && (!json.Valid(schema) || schema[0] != '{') {
					t.Errorf("schema %q", schema)
				}
			}
			p := registry.ParseDescription(tool.Description)
			if diff := cmp.Diff(p, registry.ParseDescription(p.String())); diff != "" {
				t.Errorf("%q (-split once +split twice):\n%s", tool.Description, diff)
			}
		}
		catalog := registry.NewCatalog(registry.Rules{UnhealthyAfter: 1, Reserved: registry.NewReserved()}, nil, 0)
		_, err := catalog.Import(rec.draft, rec.tools, true, time.Time{})
		if invalid, ok := errors.AsType[*registry.InvalidError](err); err != nil && (!ok || reason(invalid) == "") {
			t.Errorf("got %v", err)
		}
	})
}
