package remote

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
)

func TestReadBlock(t *testing.T) {
	for raw, want := range map[string]Block{
		`{"type":"text","text":"hello"}`:                                                    {Text: "hello"},
		`{"type":"image","mimeType":"image/png","data":"AQI="}`:                             {Data: []byte{1, 2}, MediaType: "image/png"},
		`{"type":"audio","mimeType":"audio/wav","data":"no base64!"}`:                       {},
		`{"type":"resource_link","uri":"file:///a"}`:                                        {Link: "file:///a"},
		`{"type":"resource","resource":{"uri":"file:///a","text":"t"}}`:                     {Text: "t"},
		`{"type":"resource","resource":{"uri":"file:///a","mimeType":"x/y","blob":"AQ=="}}`: {Data: []byte{1}, MediaType: "x/y"},
		`{"type":"later"}`: {},
		`7`:                {},
	} {
		want.Raw = json.RawMessage(raw)
		if diff := cmp.Diff(want, readBlock(json.RawMessage(raw))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestRepeats(t *testing.T) {
	r := Result{Structured: json.RawMessage(`{"a": 1}`)}
	if !r.Repeats(Block{Text: ` {"a":1}`}) || r.Repeats(Block{Text: `{"a":2}`}) || r.Repeats(Block{Text: "a"}) || (Result{}).Repeats(Block{Text: "{}"}) {
		t.Error("told apart wrongly")
	}
}

func TestNotices(t *testing.T) {
	for params, want := range map[string]string{
		`{"progress":1,"total":4,"message":"half\u001b"}`: `progress 1 of 4 half\u001b`,
		`{"progress":0.5}`: "progress 0.5",
		`7`:                "",
	} {
		if got := noticeOf(mcpclient.Notification{Method: "notifications/progress", Params: json.RawMessage(params)}); got != want {
			t.Errorf("%s: %q, want %q", params, got, want)
		}
	}
	for params, want := range map[string]string{
		`{"level":"info","data":"text"}`:  "info: text",
		`{"level":"info","data":{"a":1}}`: `info: {"a":1}`,
	} {
		if got := noticeOf(mcpclient.Notification{Method: "notifications/message", Params: json.RawMessage(params)}); got != want {
			t.Errorf("%s: %q, want %q", params, got, want)
		}
	}
}
