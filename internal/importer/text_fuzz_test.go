package importer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// FuzzParseText: whatever is pasted, every entry gets an outcome with a
// sentence, what is to be created can be, and no two get one path.
func FuzzParseText(f *testing.F) {
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
	reserved := registry.NewReserved("api", "login")
	there := &registry.Service{Path: "/taken", Name: "T", Upstream: "http://h", License: "N/A"}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := ParseText(data)
		if err != nil {
			if text != nil {
				t.Fatal("an error comes with a text")
			}
			return
		}
		if n := len(text.Candidates); n == 0 || n > MaxEntries {
			t.Fatalf("%d entries", n)
		}
		seen := make(map[string]bool)
		for i, s := range text.Plan([]*registry.Service{there}, reserved, nil) {
			switch s.Outcome {
			case Create:
				path, err := registry.ParsePath(s.Path)
				if err != nil || reserved.Check(path) != "" || seen[s.Path] || s.Path == "/taken" {
					t.Errorf("entry %d goes to %q", i, s.Path)
				}
				seen[s.Path] = true
			case Unchanged, Taken:
				if s.Path != "/taken" || s.Message == "" {
					t.Errorf("entry %d: %+v", i, s)
				}
			case Invalid, Unsupported:
				if s.Message == "" {
					t.Errorf("entry %d: no word why it is %s", i, s.Outcome)
				}
			default:
				t.Errorf("entry %d: outcome %q", i, s.Outcome)
			}
		}
	})
}

// FuzzPlainJSON: JSON stays what it is, and the length never changes.
func FuzzPlainJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2,],}`, `{"//":"/*"} // x`, `"\""`, `[/**/]`, `{"a":"\\"},`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		plain, why := plainJSON(data)
		if why != "" || !json.Valid(data) {
			return
		}
		if string(plain) != string(data) {
			t.Errorf("%q became %q", data, plain)
		}
	})
}
