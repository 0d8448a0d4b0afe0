package registry

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHeadersWith(t *testing.T) {
	stored := RestoreHeaders(map[string]string{"Authorization": "Bearer a", "X-Api-Key": "k"})
	for name, c := range map[string]struct {
		change HeaderChange
		want   map[string]string
	}{
		"nothing":         {HeaderChange{}, map[string]string{"Authorization": "Bearer a", "X-Api-Key": "k"}},
		"another value":   {HeaderChange{Set: map[string]string{"x-api-key": "new"}}, map[string]string{"Authorization": "Bearer a", "X-Api-Key": "new"}},
		"one more":        {HeaderChange{Set: map[string]string{"x-a": "b"}}, map[string]string{"Authorization": "Bearer a", "X-A": "b", "X-Api-Key": "k"}},
		"one less":        {HeaderChange{Remove: []string{"x-API-key", "X-None"}}, map[string]string{"Authorization": "Bearer a"}},
		"all gone":        {HeaderChange{Remove: []string{"Authorization", "X-Api-Key"}}, map[string]string{}},
		"removed and set": {HeaderChange{Set: map[string]string{"X-Api-Key": "new"}, Remove: []string{"X-Api-Key", "Authorization"}}, map[string]string{"X-Api-Key": "new"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := stored.With(c.change)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, maps.Collect(got.All())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.IsZero() != (len(c.want) == 0) {
				t.Errorf("zero is %v", got.IsZero())
			}
		})
	}
}

// TestHeadersWithKeepsTheBounds over all headers together, not just over those
// that are set.
func TestHeadersWithKeepsTheBounds(t *testing.T) {
	many, large := map[string]string{}, map[string]string{}
	for i := range MaxHeaders {
		many[fmt.Sprintf("X-%02d", i)] = "v"
	}
	for i := range 3 {
		large[fmt.Sprintf("X-%d", i)] = strings.Repeat("v", MaxHeaderValueBytes)
	}
	for name, c := range map[string]struct {
		stored map[string]string
		set    map[string]string
		says   string
	}{
		"number": {many, map[string]string{"X-More": "v"}, "at most 32 headers"},
		"size":   {large, map[string]string{"X-More": strings.Repeat("v", MaxHeaderValueBytes)}, "bytes for all headers"},
		"name":   {many, map[string]string{"": "secret"}, "Give each header a name"},
		"value":  {many, map[string]string{"X-01": ""}, "X-01 is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := RestoreHeaders(c.stored).With(HeaderChange{Set: c.set})
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want it to say %q", err, c.says)
			}
		})
	}
	if _, err := RestoreHeaders(many).With(HeaderChange{Set: map[string]string{"x-01": "w"}}); err != nil {
		t.Errorf("a value in the place of another: %v", err)
	}
}

func TestHeaderChangeShowsNoValue(t *testing.T) {
	c := HeaderChange{Set: map[string]string{"X-Api-Key": "secret"}, Remove: []string{"X-Old"}}
	for _, text := range []string{fmt.Sprintf("%v", c), fmt.Sprintf("%#v", &c), fmt.Sprintf("%+v", Draft{HeaderChange: &c})} {
		if strings.Contains(text, "secret") {
			t.Errorf("a value is shown: %s", text)
		}
	}
}

// TestEditByChangeOfHeaders keeps what is stored for the origin, and nothing of
// it for another.
func TestEditByChangeOfHeaders(t *testing.T) {
	c, s := keyed(t)
	s = apply(t, c)(c.Edit(s.Path, Draft{HeaderChange: &HeaderChange{Set: map[string]string{"x-more": "m"}}}, noon))
	if diff := cmp.Diff(map[string]string{"X-Api-Key": "k", "X-More": "m"}, maps.Collect(s.UpstreamHeaders.All())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ch, err := c.Edit(s.Path, Draft{HeaderChange: &HeaderChange{}}, noon); err != nil || ch.Kind != Unchanged {
		t.Errorf("no change of headers is %v %v", ch.Kind, err)
	}
	s = apply(t, c)(c.Edit(s.Path, Draft{Upstream: new("http://elsewhere:9000"), HeaderChange: &HeaderChange{Set: map[string]string{"x-more": "n"}}}, noon))
	if diff := cmp.Diff(map[string]string{"X-More": "n"}, maps.Collect(s.UpstreamHeaders.All())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
