package gen_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/gen"
)

func TestTagListTakesAListOrAString(t *testing.T) {
	for body, want := range map[string]*gen.TagList{
		`{}`:                    nil,
		`{"tags":null}`:         nil,
		`{"tags":[]}`:           {},
		`{"tags":["a","b, c"]}`: {"a", "b, c"},
		`{"tags":"a, b"}`:       {"a, b"},
		`{"tags":""}`:           {""},
	} {
		var got gen.EditBody
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if diff := cmp.Diff(want, got.Tags); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

func TestWrongTypesNameTheirField(t *testing.T) {
	for body, want := range map[string]string{
		`{"tags":4}`:           "tags",
		`{"tags":{"a":1}}`:     "tags",
		`{"tags":["a",1]}`:     "tags",
		`{"num_stars":"four"}`: "num_stars",
		`{"num_stars":1.5}`:    "num_stars",
		`{"is_python":"on"}`:   "is_python",
		`{"name":7}`:           "name",
	} {
		var got gen.RegisterBody
		err := json.Unmarshal([]byte(body), &got)
		wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
		if !ok {
			t.Errorf("%s: error %v, want a *json.UnmarshalTypeError", body, err)
			continue
		}
		if wrong.Field != want {
			t.Errorf("%s: field %q, want %q", body, wrong.Field, want)
		}
	}
}
