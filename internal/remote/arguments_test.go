package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const forecastSchema = `{"type":"object","required":["city"],"properties":{
	"city":{"type":"string","description":"Its name."},
	"days":{"type":"integer"},
	"share":{"type":"number"},
	"dry":{"type":"boolean"},
	"tags":{"type":"array","items":{"type":"string"}},
	"more":{"type":"object"},
	"limit":{"anyOf":[{"type":"integer"},{"type":"null"}]},
	"mixed":{"type":["integer","string"]},
	"units":{"$ref":"#/$defs/Units"},
	"any":{}},
	"$defs":{"Units":{"type":"string","enum":["celsius","fahrenheit"]}}}`

func TestArguments(t *testing.T) {
	for _, tc := range []struct {
		name, schema, base string
		given              []string
		want, mistake      string
	}{
		{"none", `{"type":"object"}`, "", nil, `{}`, ""},
		{"no schema", "", "", []string{"a=1", "b:=1"}, `{"a":"1","b":1}`, ""},
		{"string", forecastSchema, "", []string{"city=7"}, `{"city":"7"}`, ""},
		{"string with =", forecastSchema, "", []string{"city=a=b:=c"}, `{"city":"a=b:=c"}`, ""},
		{"empty string", forecastSchema, "", []string{"city="}, `{"city":""}`, ""},
		{"quotes stay", forecastSchema, "", []string{`city="x"`}, `{"city":"\"x\""}`, ""},
		{"integer", forecastSchema, "", []string{"city=x", "days=-12345678901234567890"}, `{"city":"x","days":-12345678901234567890}`, ""},
		{"integer for number", forecastSchema, "", []string{"city=x", "share=3"}, `{"city":"x","share":3}`, ""},
		{"number", forecastSchema, "", []string{"city=x", "share=1.5e3"}, `{"city":"x","share":1.5e3}`, ""},
		{"boolean", forecastSchema, "", []string{"city=x", "dry=true"}, `{"city":"x","dry":true}`, ""},
		{"array", forecastSchema, "", []string{"city=x", `tags=["a"]`}, `{"city":"x","tags":["a"]}`, ""},
		{"object", forecastSchema, "", []string{"city=x", `more={"a":1}`}, `{"city":"x","more":{"a":1}}`, ""},
		{"null", forecastSchema, "", []string{"city=x", "limit=null"}, `{"city":"x","limit":null}`, ""},
		{"alternative", forecastSchema, "", []string{"city=x", "limit=5"}, `{"city":"x","limit":5}`, ""},
		{"first that fits", forecastSchema, "", []string{"city=x", "mixed=5"}, `{"city":"x","mixed":5}`, ""},
		{"second that fits", forecastSchema, "", []string{"city=x", "mixed=five"}, `{"city":"x","mixed":"five"}`, ""},
		{"reference", forecastSchema, "", []string{"city=x", "units=7"}, `{"city":"x","units":"7"}`, ""},
		{"anything", forecastSchema, "", []string{"city=x", "any=7"}, `{"any":"7","city":"x"}`, ""},
		{"forced", forecastSchema, "", []string{"city:=null", "days:=[1]"}, `{"city":null,"days":[1]}`, ""},
		{"base", forecastSchema, `{"city":"x","unknown":1}`, []string{"days=2"}, `{"city":"x","days":2,"unknown":1}`, ""},
		{"over base", forecastSchema, `{"city":"x"}`, []string{"city=y"}, `{"city":"y"}`, ""},
		{"open", `{"properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}}`, "", []string{"b=1"}, `{"b":"1"}`, ""},

		{"no value", forecastSchema, "", []string{"city"}, "", "--arg city: write it as name=value"},
		{"no name", forecastSchema, "", []string{"=x"}, "", "write it as name=value"},
		{"no integer", forecastSchema, "", []string{"city=x", "days=1.5"}, "", "--arg days: it must be integer, not 1.5."},
		{"no array", forecastSchema, "", []string{"city=x", "tags=a,b"}, "", "--arg tags: it must be array"},
		{"no boolean", forecastSchema, "", []string{"city=x", "dry=yes"}, "", "--arg dry: it must be boolean"},
		{"alternatives", forecastSchema, "", []string{"city=x", "limit=many"}, "", "it must be integer or null"},
		{"unknown", forecastSchema, "", []string{"ciyt=x"}, "", "--arg ciyt: the tool has no such argument; it has city, any"},
		{"takes none", `{"properties":{},"additionalProperties":false}`, "", []string{"a=x"}, "", "it takes none"},
		{"twice", forecastSchema, "", []string{"city=x", "city=y"}, "", "--arg city: it is given twice"},
		{"no JSON", forecastSchema, "", []string{"city:=Berlin"}, "", "what follows := is no JSON"},
		{"missing", forecastSchema, "", nil, "", "The tool needs more: add --arg city=(string)."},
		{"base is a list", forecastSchema, `[1]`, nil, "", "--json-args: it is no JSON object"},
		{"base is null", forecastSchema, `null`, nil, "", "--json-args: it is no JSON object"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var base json.RawMessage
			if tc.base != "" {
				base = json.RawMessage(tc.base)
			}
			got, err := arguments(json.RawMessage(tc.schema), base, tc.given)
			if _, isUsage := errors.AsType[*UsageError](err); tc.mistake != "" {
				if !isUsage || !strings.Contains(err.Error(), tc.mistake) {
					t.Errorf("error %v, want %q in it", err, tc.mistake)
				}
			} else if err != nil || string(got) != tc.want {
				t.Errorf("%s, %v; want %s", got, err, tc.want)
			}
		})
	}
}

func TestToolArguments(t *testing.T) {
	got := Tool{Schema: json.RawMessage(forecastSchema)}.Arguments()
	if len(got) != 10 {
		t.Fatalf("%d arguments", len(got))
	}
	want := []Argument{{"city", "string", true, "Its name."}, {"any", "any", false, ""}, {"days", "integer", false, ""}, {"dry", "boolean", false, ""}, {"limit", "integer or null", false, ""}}
	if diff := cmp.Diff(want, got[:5]); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	for _, strange := range []string{"", "null", "[]", `{"properties":[]}`, `{"required":["a"]}`} {
		if got := (Tool{Schema: json.RawMessage(strange)}).Arguments(); len(got) != 0 {
			t.Errorf("%s has %+v", strange, got)
		}
	}
}

// A small schema that references itself a lot is read in bounds: were it
// followed to the end, this would not end.
func TestSchemaThatReferencesItself(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat(`{"$ref":"#/$defs/A"},`, 1000), ",")
	raw := fmt.Sprintf(`{"properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"anyOf":[%s]}}}`, many)
	if s := readSchema(json.RawMessage(raw)); len(s.properties) != 1 {
		t.Errorf("properties %v", s.properties)
	}
}

// Each reference into a large schema costs what is read to follow it. Beyond the
// bound nothing is known of an argument, and nothing is held against it.
func TestSchemaThatIsReadOverAndOver(t *testing.T) {
	const properties = 100
	var list strings.Builder
	for i := range properties {
		fmt.Fprintf(&list, `"p%03d":{"$ref":"#/$defs/A"},`, i)
	}
	raw := fmt.Sprintf(`{"properties":{%s"last":{"type":"string"}},"$defs":{"A":{"type":"integer","title":%q}}}`,
		list.String(), strings.Repeat("x", maxSchemaBytes/50))
	s := readSchema(json.RawMessage(raw))
	known := 0
	for _, p := range s.properties {
		if len(p.types) > 0 {
			known++
		}
	}
	if len(s.properties) != properties+1 || known < 10 || known > 50 || !s.open {
		t.Errorf("%d properties, %d of them understood, open %t", len(s.properties), known, s.open)
	}
}
