package web

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestPrettyShowsWhatIsNoJSON(t *testing.T) {
	if got := pretty([]byte(`{"a":[1]}`)); got != "{\n  \"a\": [\n    1\n  ]\n}" {
		t.Errorf("got %s", got)
	}
	if got := pretty([]byte(`{"a":`)); got != `{"a":` {
		t.Errorf("got %s", got)
	}
}

// TestPrettyIsBounded indents what lies deep: each of its lines would begin with
// thousands of blanks.
func TestPrettyIsBounded(t *testing.T) {
	deep := []byte(strings.Repeat("[", 5000) + strings.Repeat("1,", 100_000) + "1" + strings.Repeat("]", 5000))
	if got := pretty(deep); len(got) > maxPretty*len(deep) {
		t.Errorf("%d bytes of %d", len(got), len(deep))
	}
	for _, raw := range []string{
		`{"type":"object","properties":{"a":{"type":"array","items":{"enum":["x","[[[[,,,,\"]"]}}},"required":["a"]}`,
		strings.Repeat("[", 20) + strings.Repeat("]", 20),
	} {
		if got := pretty([]byte(raw)); !strings.Contains(got, "\n") {
			t.Errorf("not indented: %s", got)
		}
	}
}

// TestPrettyHidesNothing has characters in a schema that turn the text around
// or look like nothing. What is shown is the same JSON.
func TestPrettyHidesNothing(t *testing.T) {
	raw := []byte("{\"a\u202eb\":\"\u2066\U000e0041\u007f\u200b\",\"é\":\"日\"}")
	got := pretty(raw)
	if strings.ContainsFunc(got, unseen) || !strings.Contains(got, `a\u202eb`) || !strings.Contains(got, `\udb40\udc41`) || !strings.Contains(got, "é") {
		t.Errorf("got %s", got)
	}
	var given, shown any
	if err := json.Unmarshal(raw, &given); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got), &shown); err != nil {
		t.Fatal(err)
	}
	if a, b := mustJSON(t, given), mustJSON(t, shown); !bytes.Equal(a, b) {
		t.Errorf("%s became %s", a, b)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestToolsShareABudget has one hostile schema in a hundred tools.
func TestToolsShareABudget(t *testing.T) {
	about := strings.Repeat("x", 2000)
	raw := `{"$defs":{"d":{"description":"` + about + `"}},"properties":{`
	for i := range 400 {
		if i > 0 {
			raw += ","
		}
		raw += `"p` + strings.Repeat("0", i%10) + strings.Repeat("1", i/10) + `":{"$ref":"#/$defs/d"}`
	}
	raw += `}}`
	view := ToolsPage{}
	for range 100 {
		view.Tools = append(view.Tools, Tool{ID: "tool", Name: "tool", InputSchema: []byte(raw)})
	}
	var b bytes.Buffer
	if err := newPages(t).Tools(&b, view); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), about); n == 0 || n > 20_000 {
		t.Errorf("the description stands there %d times", n)
	}
	if !strings.Contains(b.String(), "more than a table can show") {
		t.Error("the last tables are left out without a word")
	}
}
