package importer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// registered is a catalog with all of a text in it that can be registered.
func registered(t *testing.T, text *Text) *registry.Catalog {
	t.Helper()
	catalog := registry.NewCatalog(registry.Rules{UnhealthyAfter: 1, Reserved: registry.NewReserved()}, nil, 0)
	for _, step := range text.Plan(nil, registry.NewReserved(), nil) {
		if step.Outcome != Create {
			continue
		}
		change, err := catalog.Import(step.Draft, step.Tools, step.Enabled, time.Time{})
		if err != nil {
			t.Fatalf("what was to be created is not: %v", err)
		}
		catalog.Apply(change)
	}
	return catalog
}

// FuzzExport: an export of whatever was imported makes the same of an empty
// registry, but for the values of headers.
func FuzzExport(f *testing.F) {
	files, err := filepath.Glob("testdata/paste/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"/a/b":{"server_name":" N ","proxy_pass_url":"HTTP://H:80/?q","tags":"x,,y","num_tools":"7","is_enabled":1,"watch_tools":true,
		"upstream_headers":{"x-key":"v"},"tool_list":[{"name":"t","schema":{"a" : 1.50, "b":"\u003c"},"parsed_description":{"main":"m","args":"a"}},{"name":"t2","annotations":{}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := ParseText(data)
		if err != nil {
			return
		}
		first := Export(registered(t, text).All())
		if len(first) == 0 {
			return
		}
		exported, err := json.MarshalIndent(first, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseFile(exported)
		if err != nil {
			t.Fatalf("%s: %v", exported, err)
		}
		second := Export(registered(t, again).All())
		for path, r := range first {
			r.HeaderNames = nil
			first[path] = r
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("%s\n(-exported +imported):\n%s", exported, diff)
		}
	})
}
