package jsonrpc_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/gateway/jsonrpc"
)

func TestPeek(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want jsonrpc.Call
	}{
		"tools/call": {
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"forecast","arguments":{"name":"Oslo"}}}`,
			jsonrpc.Call{Method: "tools/call", Name: "forecast"},
		},
		"params first": {
			`{"params":{"_meta":{"progressToken":1},"arguments":{"name":"}]"},"name":"forecast"},"id":"a","method":"tools/call"}`,
			jsonrpc.Call{Method: "tools/call", Name: "forecast"},
		},
		"prompts/get": {
			`{"method":"prompts/get","params":{"name":"greet"}}`,
			jsonrpc.Call{Method: "prompts/get", Name: "greet"},
		},
		"a name that nothing is called by": {
			`{"method":"tools/list","params":{"name":"forecast"}}`,
			jsonrpc.Call{Method: "tools/list"},
		},
		"spaces": {
			" \r\n\t{ \"method\" : \"tools/call\" , \"params\" : { \"name\" : \"forecast\" } } ",
			jsonrpc.Call{Method: "tools/call", Name: "forecast"},
		},
		"escapes": {
			`{"m\u0065thod":"tools\/call","par\u0061ms":{"\u006e\u0061\u006D\u0065":"a\"\\\ud83d\ude00\n"}}`,
			jsonrpc.Call{Method: "tools/call", Name: "a\"\\😀\n"},
		},
		"the last one counts": {
			`{"method":"ping","method":"tools/call","params":{"name":"a","name":"b"}}`,
			jsonrpc.Call{Method: "tools/call", Name: "b"},
		},
		"the last params count": {
			`{"method":"tools/call","params":{"name":"a"},"params":{}}`,
			jsonrpc.Call{Method: "tools/call"},
		},
		"names are told apart by case": {
			`{"method":"tools/call","Method":"ping","params":{"name":"a","Name":"b"},"PARAMS":{"name":"c"}}`,
			jsonrpc.Call{Method: "tools/call", Name: "a"},
		},
		"nested members are no business of ours": {
			`{"x":{"method":"ping"},"y":[{"method":"ping"}],"method":"tools/call","params":{"x":[{"name":"a"}]}}`,
			jsonrpc.Call{Method: "tools/call"},
		},
		"no strings": {
			`{"method":7,"params":{"name":["a"]}}`,
			jsonrpc.Call{},
		},
		"a name that is no string": {
			`{"method":"tools/call","params":{"name":["a"]}}`,
			jsonrpc.Call{Method: "tools/call"},
		},
		"a response":           {`{"jsonrpc":"2.0","id":3,"result":{"method":"ping"}}`, jsonrpc.Call{}},
		"batch":                {` [{"method":"ping"}]`, jsonrpc.Call{Method: "batch"}},
		"no object":            {`"method"`, jsonrpc.Call{}},
		"nothing":              {``, jsonrpc.Call{}},
		"cut in a string":      {`{"method":"tools/call","params":{"name":"a","arguments":"\"`, jsonrpc.Call{Method: "tools/call", Name: "a"}},
		"cut in the method":    {`{"method":"tools/ca`, jsonrpc.Call{}},
		"cut at a quote":       {`{"method":"tools/call\"`, jsonrpc.Call{}},
		"cut in a member":      {`{"method":"ping","par`, jsonrpc.Call{Method: "ping"}},
		"cut in an object":     {`{"method":"tools/call","params":{"name":"a","arguments":{"b":[{`, jsonrpc.Call{Method: "tools/call", Name: "a"}},
		"deep":                 {`{"params":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + `,"method":"ping"}`, jsonrpc.Call{Method: "ping"}},
		"deep and cut":         {`{"method":"ping","params":` + strings.Repeat(`{"a":`, 1<<18), jsonrpc.Call{Method: "ping"}},
		"text that is no JSON": {`{"method" "ping"}}}]],,`, jsonrpc.Call{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := jsonrpc.Peek([]byte(c.body)); got != c.want {
				t.Errorf("Peek = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestPeekAllocatesTheNameAlone(t *testing.T) {
	body := []byte(toolsCall(1024))
	if n := testing.AllocsPerRun(100, func() { jsonrpc.Peek(body) }); n > 1 {
		t.Errorf("Peek allocated %v times", n)
	}
}

// FuzzPeek holds Peek against a full decoding. Of text that is not valid JSON
// it asks only that Peek comes to an end.
func FuzzPeek(f *testing.F) {
	f.Add([]byte(toolsCall(100)))
	f.Add([]byte(`{"m\u0065thod":"tools\/call","params":{"name":"\ud800\"","name":null}}`))
	f.Add([]byte(`{"params":{"x":[{"a":"]"}],"name":"b"},"method":"prompts/get","params":5,"":[]}`))
	f.Add([]byte("{\"method\":\"tools/call\",\"params\":{\"name\":\"\xff\u2028\"}}"))
	f.Add([]byte(`[{"method":"ping"}]`))
	f.Add([]byte(`{"method":"ping","params":{"a":"\\"`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got := jsonrpc.Peek(body)
		if json.Valid(body) {
			if want := decode(body); got != want {
				t.Errorf("Peek(%q) = %+v, want %+v", body, got, want)
			}
		}
	})
}

// decode is what Peek should tell of valid JSON. A map, other than a struct,
// has members by exact name.
func decode(body []byte) jsonrpc.Call {
	var batch []json.RawMessage
	if json.Unmarshal(body, &batch) == nil && batch != nil {
		return jsonrpc.Call{Method: "batch"}
	}
	message := object(body)
	call := jsonrpc.Call{Method: text(message["method"])}
	if call.Method == "tools/call" || call.Method == "prompts/get" {
		call.Name = text(object(message["params"])["name"])
	}
	return call
}

func object(raw []byte) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	return members
}

func text(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// toolsCall is a message of about a size, as the SDKs write it.
func toolsCall(size int) string {
	head := `{"jsonrpc":"2.0","id":42,"method":"tools/call","params":{"name":"get_forecast","arguments":{"city":"Oslo","days":5,"units":["metric","imperial"],"options":{"verbose":true,"note":"`
	tail := `"}},"_meta":{"progressToken":"p-42"}}}`
	return head + strings.Repeat("lorem ipsum ", max(0, size-len(head)-len(tail))/12) + tail
}

// structured is a message whose arguments are all structure, the slowest kind.
func structured(size int) string {
	return `{"jsonrpc":"2.0","id":42,"method":"tools/call","params":{"name":"get_forecast","arguments":{"list":[1` +
		strings.Repeat(`,{"a":1}`, size/8) + `]}}}`
}

func BenchmarkPeek(b *testing.B) {
	for name, body := range map[string]string{"text": toolsCall(1024), "structure": structured(1024)} {
		b.Run(name, func(b *testing.B) {
			raw := []byte(body)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				jsonrpc.Peek(raw)
			}
		})
	}
}
