package schema

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write the goldens anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// drawn is a table in plain text.
func drawn(t Table) string {
	var b strings.Builder
	for _, r := range t.Rows {
		fmt.Fprint(&b, strings.Repeat("  ", r.Depth), strings.TrimSpace(r.Role+" "+r.Name), " | ", r.Type)
		if r.Required {
			fmt.Fprint(&b, " | required")
		}
		for _, f := range r.Facts {
			fmt.Fprint(&b, " | ", strings.TrimSpace(f.Word+" "+f.Value))
		}
		if r.About != "" {
			fmt.Fprint(&b, " | “", r.About, "”")
		}
		fmt.Fprintln(&b)
	}
	if t.More {
		fmt.Fprintln(&b, "and more")
	}
	return b.String()
}

func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, golden := drawn(NewBudget().Of(raw)), strings.TrimSuffix(file, ".json")+".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("run with -update if this is meant\n got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestNothingToTell(t *testing.T) {
	for _, raw := range []string{"", "null", "[]", "true", `"x"`, "{", `{"type":"object"}`, `{"properties":7}`, `{"properties":{"a":`} {
		if got := NewBudget().Of([]byte(raw)); len(got.Rows) > 0 {
			t.Errorf("%s: %s", raw, drawn(got))
		}
	}
}

// TestBounds gives it what would grow without end.
func TestBounds(t *testing.T) {
	var wide strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&wide, `"p%d":{"type":"string"},`, i)
	}
	deep := strings.Repeat(`{"properties":{"a":`, 500) + "{}" + strings.Repeat("}}", 500)
	bomb := `{"$defs":{"d0":{"type":"string"}`
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf(`,"d%d":{"properties":{"a":{"$ref":"#/$defs/d%[2]d"},"b":{"$ref":"#/$defs/d%[2]d"}}}`, i, i-1)
	}
	bomb += `},"$ref":"#/$defs/d39"}`
	for name, raw := range map[string]string{
		"wide":     `{"properties":{` + strings.TrimSuffix(wide.String(), ",") + `}}`,
		"deep":     deep,
		"doubling": bomb,
		"allOf":    `{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"},{"$ref":"#/$defs/b"}]},"b":{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}},"properties":{"x":{"$ref":"#/$defs/a"},"y":{"not":{}}}}`,
		"large":    `{"description":"` + strings.Repeat("x", maxBytes) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			got := NewBudget().Of([]byte(raw))
			if !got.More || len(got.Rows) > MaxRows {
				t.Errorf("%d rows, more: %v", len(got.Rows), got.More)
			}
			for _, r := range got.Rows {
				if r.Depth > MaxDepth {
					t.Fatalf("a row at depth %d", r.Depth)
				}
			}
		})
	}
}

func TestCutKeepsCharactersWhole(t *testing.T) {
	for n := range 12 {
		if got := cut("aé€𝄞b", n); !utf8.ValidString(got) {
			t.Errorf("%d: %q", n, got)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, file := range []string{"everyday", "nested", "list"} {
		raw, err := os.ReadFile("testdata/" + file + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := NewBudget().Of(raw)
		if len(got.Rows) > MaxRows {
			t.Errorf("%d rows", len(got.Rows))
		}
		for _, r := range got.Rows {
			if r.Depth < 0 || r.Depth > MaxDepth || len(r.About) > maxAbout+4 || len(r.Name) > maxName+4 {
				t.Errorf("row %+v", r)
			}
		}
	})
}
