package importer

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

var update = flag.Bool("update", false, "rewrite the goldens")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const fixture = "../../testdata/import"

// tree writes files into a folder of its own.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// server is a server file with a path, and more members behind it.
func server(path, more string) string {
	return fmt.Sprintf(`{"server_name":"S","path":%q,"proxy_pass_url":"http://h"%s}`, path, more)
}

func read(t *testing.T, files map[string]string) Report {
	t.Helper()
	r, err := Read(tree(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReadGolden(t *testing.T) {
	r, err := Read(fixture)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/report.golden.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDescriptionsSurvive splits what was put together, and compares it with
// what the original's files say.
func TestDescriptionsSurvive(t *testing.T) {
	r, err := Read(fixture)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, e := range r.Services {
		data, err := os.ReadFile(filepath.Join(fixture, e.File))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			ToolList []struct {
				Name   string                     `json:"name"`
				Parsed registry.ParsedDescription `json:"parsed_description"`
			} `json:"tool_list"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		for i, tool := range file.ToolList {
			if diff := cmp.Diff(tool.Parsed, registry.ParseDescription(e.Tools[i].Description)); diff != "" {
				t.Errorf("%s: %s (-original +again):\n%s", e.File, tool.Name, diff)
			}
			compared++
		}
	}
	if compared != 3 {
		t.Errorf("compared %d tools, want the 3 of the fixtures", compared)
	}
}

func TestEntriesCanBeImported(t *testing.T) {
	r, err := Read(fixture)
	if err != nil {
		t.Fatal(err)
	}
	c := registry.NewCatalog(registry.Rules{UnhealthyAfter: 2, Reserved: registry.NewReserved("api")}, nil, 0)
	for _, e := range r.Services {
		ch, err := c.Import(e.Draft, e.Tools, e.Enabled, time.Now())
		if err != nil {
			t.Errorf("%s: %v", e.File, err)
			continue
		}
		c.Apply(ch)
	}
	if n := len(c.All()); n != 3 {
		t.Errorf("%d services, want 3", n)
	}
}

func TestLayouts(t *testing.T) {
	a, on := server("/a", ""), `{"/a":true}`
	for name, tt := range map[string]struct {
		files map[string]string
		file  string
		on    bool
		note  string
	}{
		"all in servers":       {map[string]string{"servers/a.json": a, "servers/server_state.json": on}, "servers/a.json", true, ""},
		"the servers folder":   {map[string]string{"a.json": a, "server_state.json": on}, "a.json", true, ""},
		"state beside servers": {map[string]string{"servers/a.json": a, "server_state.json": on}, "servers/a.json", true, ""},
		"two states":           {map[string]string{"servers/a.json": a, "server_state.json": `{"/a":false}`, "servers/server_state.json": on}, "servers/a.json", true, "server_state.json was not read"},
		"no state":             {map[string]string{"a.json": a}, "a.json", false, "no server_state.json"},
		"servers wins":         {map[string]string{"servers/a.json": a, "b.json": server("/b", ""), "server_state.json": on}, "servers/a.json", true, ""},
		"other files":          {map[string]string{"servers/a.json": a, "servers/x.faiss": "x", "servers/sub/b.json": a, "server_state.json": on}, "servers/a.json", true, `"servers/sub" is a folder`},
		"folder and no folder": {map[string]string{"a.JSON": a, "server_state.json": on, "sub/x": ""}, "a.JSON", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, tt.files)
			if len(r.Services) != 1 || len(r.Skipped) != 0 || r.Services[0].File != tt.file || r.Services[0].Enabled != tt.on {
				t.Errorf("got %+v", r)
			}
			if notes := strings.Join(r.Notes, "\n"); tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
				t.Errorf("notes are %q, want %q", notes, tt.note)
			}
		})
	}
}

func TestReadFails(t *testing.T) {
	for name, tt := range map[string]struct {
		files map[string]string
		why   string
	}{
		"empty":            {nil, "holds no server files; name the folder"},
		"only a state":     {map[string]string{"servers/server_state.json": "{}"}, "holds no server files"},
		"state is broken":  {map[string]string{"a.json": server("/a", ""), "server_state.json": `{"/a":`}, "not valid JSON, at line 1"},
		"state is a list":  {map[string]string{"a.json": server("/a", ""), "server_state.json": `[]`}, "not a JSON object"},
		"state is too big": {map[string]string{"a.json": server("/a", ""), "server_state.json": strings.Repeat(" ", MaxFileBytes) + "{}"}, "larger than 4194304 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			if r, err := Read(tree(t, tt.files)); err == nil || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("got %+v, %v; want %q", r, err, tt.why)
			}
		})
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "name the folder") {
		t.Errorf("no folder: %v", err)
	}
}

// TestLimits reads two files of 60 bytes within limits that just do, and
// within limits that just do not.
func TestLimits(t *testing.T) {
	pad := func(s string) string { return s + strings.Repeat(" ", 60-len(s)) }
	dir := tree(t, map[string]string{
		"a.json": pad(server("/a", "")), "b.json": pad(server("/b", "")), "server_state.json": "{}",
	})
	for name, tt := range map[string]struct {
		within  limits
		taken   int
		skipped int
		why     string
	}{
		"all do":        {limits{files: 2, fileBytes: 60, totalBytes: 120}, 2, 0, ""},
		"files":         {limits{files: 1, fileBytes: 60, totalBytes: 120}, 0, 0, "more than 1 server files; import it in parts"},
		"size of each":  {limits{files: 2, fileBytes: 59, totalBytes: 120}, 0, 2, ""},
		"size together": {limits{files: 2, fileBytes: 60, totalBytes: 119}, 0, 0, "exceed 119 bytes together; import it in parts"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := readWithin(dir, tt.within)
			if len(r.Services) != tt.taken || len(r.Skipped) != tt.skipped {
				t.Errorf("got %+v, want %d taken and %d skipped", r, tt.taken, tt.skipped)
			}
			if tt.why == "" && err != nil || tt.why != "" && (err == nil || !strings.Contains(err.Error(), tt.why)) {
				t.Errorf("got %v, want %q", err, tt.why)
			}
		})
	}
}

func TestLinksStayInside(t *testing.T) {
	outside := tree(t, map[string]string{"secret.json": server("/secret", ""), "server_state.json": `{"/a":true}`})
	dir := tree(t, map[string]string{"servers/a.json": server("/a", ""), "more/b": server("/b", "")})
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	link(filepath.Join(outside, "secret.json"), "servers/absolute.json")
	link("../../"+filepath.Base(outside)+"/secret.json", "servers/relative.json")
	link("../more/b", "servers/inside.json")
	link("nowhere", "servers/dangling.json")
	link(".", "servers/folder.json")
	r, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	var taken, skipped []string
	for _, e := range r.Services {
		taken = append(taken, e.File)
	}
	for _, s := range r.Skipped {
		skipped = append(skipped, s.File)
	}
	if diff := cmp.Diff([]string{"servers/a.json", "servers/inside.json"}, taken); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"servers/absolute.json", "servers/dangling.json", "servers/folder.json", "servers/relative.json"}, skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	link(filepath.Join(outside, "server_state.json"), "servers/server_state.json")
	if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "link out of the folder") {
		t.Errorf("the state is a link that leads out: %v", err)
	}
}

func TestStates(t *testing.T) {
	for name, tt := range map[string]struct {
		path, state string
		on          bool
		note        string
	}{
		"on":                     {"/a", `{"/a":true}`, true, ""},
		"off":                    {"/a", `{"/a":false}`, false, ""},
		"slash in the state":     {"/a", `{"/a/":true}`, true, ""},
		"slash in the file":      {"/a/", `{"/a":true}`, true, ""},
		"no leading slash":       {"a", `{"/a":true}`, true, ""},
		"word":                   {"/a", `{"/a":"True"}`, true, ""},
		"number":                 {"/a", `{"/a":1}`, true, ""},
		"its spelling counts":    {"/a/", `{"/a":false,"/a/":true}`, true, ""},
		"others agree":           {"a", `{"/a":true,"/a/":true}`, true, ""},
		"others differ":          {"a", `{"/a":true,"/a/":false}`, false, "names /a twice and differs"},
		"not named":              {"/a", `{}`, false, "does not name /a"},
		"no boolean":             {"/a", `{"/a":[]}`, false, "neither true nor false"},
		"null":                   {"/a", `{"/a":null}`, false, "neither true nor false"},
		"of an unknown service":  {"/a", `{"/a":true,"/gone":true}`, true, `names "/gone", which is not among`},
		"no path at all":         {"/a", `{"/a":true,"../etc":true}`, true, `"../etc", which is no service path`},
		"a mark before the file": {"/a", "\ufeff" + `{"/a":true}`, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, map[string]string{"a.json": server(tt.path, ""), "server_state.json": tt.state})
			if len(r.Services) != 1 || r.Services[0].Enabled != tt.on || *r.Services[0].Draft.Path != "/a" {
				t.Errorf("got %+v", r)
			}
			if notes := strings.Join(r.Notes, "\n"); tt.note == "" && notes != "" || !strings.Contains(notes, tt.note) {
				t.Errorf("notes are %q, want %q", notes, tt.note)
			}
		})
	}
}

func TestFirstOfAPathWins(t *testing.T) {
	r := read(t, map[string]string{
		"1.json": `{}`, "2.json": server("/a/", ""), "3.json": server("a", ""), "4.json": server("/A", ""),
	})
	var taken []string
	for _, e := range r.Services {
		taken = append(taken, e.File)
	}
	if diff := cmp.Diff([]string{"2.json", "4.json"}, taken); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	want := Skip{"3.json", "Its path /a is that of 2.json already; give one of them another path."}
	if len(r.Skipped) != 2 || r.Skipped[1] != want {
		t.Errorf("skipped %+v, want %+v last", r.Skipped, want)
	}
}
