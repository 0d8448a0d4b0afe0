package schema

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// hostile are small schemas that ask for a lot.
func hostile() map[string]string {
	pad := `"description":"` + strings.Repeat("x", 200<<10) + `"`
	repeat := func(n int, part func(i int) string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = part(i)
		}
		return strings.Join(parts, ",")
	}
	chain := repeat(15, func(i int) string { return fmt.Sprintf(`"a%d":{"$ref":"#/$defs/a%d"}`, i, i+1) }) + `,"a15":{"type":"string"}`
	property := func(ref string) func(int) string {
		return func(i int) string { return fmt.Sprintf(`"p%d":{"$ref":"#%s"}`, i, ref) }
	}
	return map[string]string{
		// 16 to the power of 6 references.
		"fan": `{"properties":{"a":{"$ref":"#/$defs/f0"}},"$defs":{` + repeat(6, func(i int) string {
			return fmt.Sprintf(`"f%d":{"allOf":[%s]}`, i, repeat(16, func(int) string { return fmt.Sprintf(`{"$ref":"#/$defs/f%d"}`, i+1) }))
		}) + `,"f6":{}}}`,
		"chains in a large document": `{` + pad + `,"properties":{` + repeat(399, property("/$defs/a0")) + `},"$defs":{` + chain + `}}`,
		"the same anchor":            `{"properties":{` + repeat(399, property("last")) + `},"$defs":{` + repeat(5000, func(i int) string { return fmt.Sprintf(`"d%d":{"$anchor":"a%[1]d"}`, i) }) + `}}`,
		"the same description":       `{"properties":{` + repeat(399, property("/$defs/d")) + `},"$defs":{"d":{` + pad + `}}}`,
		"many names": `{"properties":{` + repeat(30, property("/$defs/d")) + `},"$defs":{"d":{"allOf":[` + repeat(16, func(i int) string {
			return `{"properties":{` + repeat(500, func(j int) string { return fmt.Sprintf(`"%d.%d":{}`, i, j) }) + `}}`
		}) + `]}}}`,
	}
}

// TestBudget draws the tools of a hostile server: what they cost together, and
// how much text comes out, has an end.
func TestBudget(t *testing.T) {
	for name, raw := range hostile() {
		t.Run(name, func(t *testing.T) {
			b, shown := &Budget{left: maxWork}, 0
			for i := range 200 {
				before, table := b.left, b.Of([]byte(raw))
				for _, r := range table.Rows {
					shown += r.size()
				}
				if spent := before - b.left; spent < 0 || spent > maxWork || b.left < 0 {
					t.Fatalf("schema %d cost %d, which leaves %d", i, spent, b.left)
				}
				if b.left == 0 && !table.More {
					t.Fatalf("schema %d was left out without a word", i)
				}
			}
			if shown > maxWork {
				t.Errorf("%d bytes come out", shown)
			}
		})
	}
}

// TestBudgetIsShared spends what one schema may, and draws another.
func TestBudgetIsShared(t *testing.T) {
	b := NewBudget()
	if b.Of([]byte(hostile()["fan"])); b.left != maxTotal-maxWork {
		t.Errorf("%d is left", b.left)
	}
	if got := b.Of([]byte(`{"properties":{"a":{"type":"string"}}}`)); len(got.Rows) != 1 || got.More {
		t.Errorf("another tool: %+v", got)
	}
	b.left = 0
	if got := b.Of([]byte(`{"properties":{"a":{}}}`)); len(got.Rows) != 0 || !got.More {
		t.Errorf("nothing is left: %+v", got)
	}
}

func BenchmarkOf(b *testing.B) {
	schemas := hostile()
	for _, name := range []string{"everyday", "nested"} {
		raw, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			b.Fatal(err)
		}
		schemas[name] = string(raw)
	}
	for name, raw := range schemas {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				NewBudget().Of([]byte(raw))
			}
			_, left := draw([]byte(raw), maxWork)
			b.ReportMetric(float64(maxWork-left), "work/op")
		})
	}
}
