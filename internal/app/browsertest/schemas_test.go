package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

// TestFormsOfSchemas makes forms from schemas of all kinds, fills them with
// values and reads the same back. An empty value stands for a form that there
// is not: such arguments are given as JSON.
func TestFormsOfSchemas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.tab(t)
	b.open("/tools")
	const nested = `{"$defs":{"Node":{"type":"object","properties":{"name":{"type":"string"},"next":{"anyOf":[{"$ref":"#/$defs/Node"},{"type":"null"}]},"all":{"type":"array","items":{"$ref":"#/$defs/Node"}}},"required":["name"]}},"type":"object","properties":{"root":{"$ref":"#/$defs/Node"}}}`
	cases := []struct{ what, schema, value string }{
		{"nothing", `{}`, `{}`},
		{"true", `true`, `{}`},
		{"false", `false`, ""},
		{"no type", `{"properties":{"a":{"type":"string"}}}`, `{"a":"x"}`},
		{"nullable by its types", `{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"]}`, `{"a":null}`},
		{"nullable by anyOf", `{"type":"object","properties":{"a":{"anyOf":[{"type":"integer"},{"type":"null"}]}},"required":["a"]}`, `{"a":null}`},
		{"a choice of null", `{"type":"object","properties":{"a":{"enum":["x",null]}},"required":["a"]}`, `{"a":null}`},
		{"a nullable boolean", `{"type":"object","properties":{"a":{"type":["boolean","null"]}}}`, `{"a":null}`},
		{"null and nothing else", `{"type":"object","properties":{"a":{"type":"null"}},"required":["a"]}`, `{"a":null}`},
		{"a nullable object", `{"type":"object","properties":{"a":{"type":["object","null"],"properties":{"b":{"type":"string"}}}},"required":["a"]}`, `{"a":null}`},
		{"recursion", nested, `{"root":{"name":"a","next":{"name":"b"},"all":[{"name":"c"}]}}`},
		{"lists of objects", `{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"array","items":{"type":"integer"}}},"required":["b"]}}}}`, `{"a":[{"b":[1,2]},{"b":[]}]}`},
		{"a choice of objects", `{"type":"object","properties":{"a":{"oneOf":[{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]},{"type":"object","properties":{"y":{"type":"string"}},"required":["y"]}]}}}`, `{"a":{"y":"z"}}`},
		{"constants by oneOf", `{"type":"object","properties":{"a":{"oneOf":[{"const":1,"title":"One"},{"const":2}]}}}`, `{"a":2}`},
		{"allOf", `{"type":"object","allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"integer"}}}]}`, `{"a":"x","b":1}`},
		{"pairs", `{"type":"object","properties":{"a":{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}]}}}`, `{"a":["x",1]}`},
		{"any keys", `{"type":"object","additionalProperties":{"type":"string"}}`, ""},
		{"any keys inside", `{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}}}`, `{"a":{"k":"v"}}`},
		{"several types", `{"type":"object","properties":{"a":{"type":["string","integer"]}}}`, `{"a":7}`},
		{"names of JavaScript, left out", `{"type":"object","properties":{"constructor":{"type":"string"},"toString":{"type":"integer"}}}`, `{}`},
		{"names of JavaScript", `{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"},"toString":{"type":"integer"}}}`, `{"__proto__":"a","constructor":"b","toString":1}`},
		{"nonsense", `{"type":7,"properties":{"a":null,"b":"x","c":{"type":{},"enum":"x","items":[],"required":{},"$ref":5,"oneOf":"y","description":{}}},"required":"a"}`, `{"b":1,"c":[2]}`},
		{"a loop", `{"$ref":"#"}`, ""},
		{"a reference to nowhere", `{"type":"object","properties":{"a":{"$ref":"#/$defs/none"}}}`, `{"a":{"b":1}}`},
		{"a reference elsewhere", `{"type":"object","properties":{"a":{"$ref":"https://example.com/schema.json"}}}`, `{"a":1}`},
		{"a great many", `{"type":"object","properties":{` + strings.TrimSuffix(strings.Repeat(`"pX":{},`, 199), ",") + `}}`, `{"p1":1}`},
		{"far too many", `{"type":"object","properties":{` + strings.TrimSuffix(strings.Repeat(`"pX":{},`, 2000), ",") + `}}`, ""},
		{"depth", strings.Repeat(`{"type":"object","properties":{"a":`, 500) + `{}` + strings.Repeat(`}}`, 500), `{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}`},
	}
	look[bool](b, `(import(document.querySelector('script[src$="tools-find.js"]').src.replace('tools-find', 'fields')).then((m) => { window.formFields = m.formFields; }), true)`)
	b.until("window.formFields")
	for _, c := range cases {
		schema := c.schema
		for i := 0; strings.Contains(schema, `"pX"`); i++ {
			schema = strings.Replace(schema, `"pX"`, fmt.Sprintf(`"p%d"`, i), 1)
		}
		got := look[string](b, fmt.Sprintf(`((schema, value) => {
			const form = window.formFields(JSON.parse(schema));
			if (!form) return '';
			document.querySelector('main').replaceChildren(form.node);
			if (!form.fill(JSON.parse(value || '{}'))) return 'no place for it';
			try { return JSON.stringify(JSON.parse(form.read())); } catch (error) { return error.message; }
		})(%s, %s)`, js(schema), js(c.value)))
		if got != c.value {
			t.Errorf("%s: %s came back as %q", c.what, c.value, got)
		}
	}
}
