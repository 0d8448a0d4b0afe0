package registry

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// keyed is checked, with an API key towards the upstream since before.
func keyed(t *testing.T) (*Catalog, *Service) {
	t.Helper()
	c, s := with(t, 2, true)
	s = apply(t, c)(c.Edit(s.Path, Draft{UpstreamHeaders: &map[string]string{"x-api-key": "k"}}, noon))
	return c, finish(t, c, s, Outcome{Status: Status{Kind: Healthy}, At: noon.Add(time.Second), Detected: modern}, false)
}

func TestRegisterWithHeaders(t *testing.T) {
	c, d := newCatalog(2), weather()
	d.UpstreamHeaders = &map[string]string{"x-api-key": "k"}
	s := apply(t, c)(c.Register(d, noon))
	if got := s.Target().Headers; !slices.Equal(got.Names(), []string{"X-Api-Key"}) || !got.Equal(s.UpstreamHeaders) {
		t.Errorf("got %v", got)
	}
	d.Path, d.UpstreamHeaders = new("/other"), &map[string]string{"Host": "h"}
	_, err := c.Register(d, noon)
	if got := wrongFields(t, err); !slices.Equal(got, []string{"upstream_headers"}) {
		t.Errorf("wrong are %q", got)
	}
}

func TestEditOfHeadersStartsAnew(t *testing.T) {
	c, before := keyed(t)
	later := noon.Add(time.Hour)
	after := apply(t, c)(c.Edit(before.Path, Draft{UpstreamHeaders: &map[string]string{"x-api-key": "new"}}, later))
	want := *before
	want.UpstreamHeaders, want.Detected, want.UpdatedAt, want.Version = after.UpstreamHeaders, Detected{}, later, before.Version+1
	want.Health = Health{Status: Status{Kind: Checking}, LastChecked: before.Health.LastChecked, Since: later}
	want.Generation = after.Generation
	want.Recorded.Changes++
	if diff := cmp.Diff(&want, after); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if after.Generation <= before.Generation || after.UpstreamHeaders.Equal(before.UpstreamHeaders) {
		t.Errorf("generation %d after %d, want other headers and checks to start anew", after.Generation, before.Generation)
	}
	ch, err := c.Edit(before.Path, Draft{UpstreamHeaders: &map[string]string{"X-API-KEY": "new"}}, later)
	if err != nil || ch.Kind != Unchanged {
		t.Errorf("the same headers: %v %v", ch.Kind, err)
	}
}

func TestEditDropsHeadersAtAnotherOrigin(t *testing.T) {
	const old = "http://localhost:8000"
	given := map[string]string{"Authorization": "Bearer b"}
	for name, step := range map[string]struct {
		from string
		edit Draft
		want []string
	}{
		"not about it":       {old, Draft{Name: new("W")}, []string{"X-Api-Key"}},
		"same origin":        {old, Draft{Upstream: new("http://LOCALHOST:8000/mcp?x=1")}, []string{"X-Api-Key"}},
		"same default port":  {"http://h", Draft{Upstream: new("http://h:80/mcp")}, []string{"X-Api-Key"}},
		"another port":       {old, Draft{Upstream: new("http://localhost:8001")}, nil},
		"another scheme":     {old, Draft{Upstream: new("https://localhost:8000")}, nil},
		"another host":       {old, Draft{Upstream: new("http://localhost.example:8000")}, nil},
		"sent anew":          {old, Draft{Upstream: new("http://other"), UpstreamHeaders: &given}, []string{"Authorization"}},
		"replaced":           {old, Draft{UpstreamHeaders: &given}, []string{"Authorization"}},
		"emptied":            {old, Draft{UpstreamHeaders: &map[string]string{}}, nil},
		"same scheme's port": {"https://h:443", Draft{Upstream: new("https://h/")}, []string{"X-Api-Key"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := with(t, 2, false)
			s = apply(t, c)(c.Edit(s.Path, Draft{Upstream: &step.from, UpstreamHeaders: &map[string]string{"X-Api-Key": "k"}}, noon))
			s = apply(t, c)(c.Edit(s.Path, step.edit, noon))
			if got := s.UpstreamHeaders.Names(); !slices.Equal(got, step.want) {
				t.Errorf("got %q, want %q", got, step.want)
			}
		})
	}
}
