package registry

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// noon is when things happen in tests that do not care.
var noon = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

func newCatalog(unhealthyAfter int) *Catalog {
	return NewCatalog(Rules{UnhealthyAfter: unhealthyAfter, Reserved: NewReserved("api", "login")}, nil, 0)
}

// weather is a draft with all that must be given.
func weather() Draft {
	return Draft{Path: new("/weather"), Name: new("Weather"), Upstream: new("http://localhost:8000")}
}

// wrongFields is the set of fields that err calls wrong.
func wrongFields(t *testing.T, err error) []string {
	t.Helper()
	invalid, ok := errors.AsType[*InvalidError](err)
	if !ok {
		t.Fatalf("got %v, want an *InvalidError", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		if f.Message == "" {
			t.Errorf("field %s is wrong without a word why", f.Field)
		}
		fields = append(fields, f.Field)
	}
	slices.Sort(fields)
	return fields
}

func TestRegisterDefaults(t *testing.T) {
	ch, err := newCatalog(2).Register(weather(), noon)
	if err != nil {
		t.Fatal(err)
	}
	want := &Service{
		Path: "/weather", Name: "Weather", Upstream: "http://localhost:8000", License: "N/A",
		Health:       Health{Status: Status{Kind: Disabled}, Since: noon},
		Recorded:     Recorded{Changes: 1},
		Version:      1,
		RegisteredAt: noon, UpdatedAt: noon,
	}
	if diff := cmp.Diff(want, ch.After); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ch.Kind != Registered || ch.Before != nil || ch.Version != 1 || ch.Path() != "/weather" {
		t.Errorf("got %+v", ch)
	}
}

func TestRegisterTakesEveryField(t *testing.T) {
	d := Draft{
		Path: new("team/weather/"), Name: new("  Wetter ☔ "), Description: new(" Line one.\n\tLine two.\r\n"),
		Upstream: new(" https://[::1]:8443/mcp?key=v "), Tags: &[]string{"a", "b"}, NumTools: new(3), Stars: new(5),
		IsPython: new(true), License: new(" MIT "), WatchTools: new(true),
	}
	ch, err := newCatalog(2).Register(d, noon)
	if err != nil {
		t.Fatal(err)
	}
	want := &Service{
		Path: "/team/weather", Name: "Wetter ☔", Description: "Line one.\n\tLine two.",
		Upstream: "https://[::1]:8443/mcp?key=v", Tags: []string{"a", "b"}, DeclaredTools: 3, Stars: 5,
		IsPython: true, License: "MIT", WatchTools: true,
		Health:   Health{Status: Status{Kind: Disabled}, Since: noon},
		Recorded: Recorded{Changes: 1},
		Version:  1, RegisteredAt: noon, UpdatedAt: noon,
	}
	if diff := cmp.Diff(want, ch.After); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := ch.After.NumTools(); got != 3 {
		t.Errorf("NumTools = %d, want the declared 3", got)
	}
}

// TestDraftLimits gives each field what just passes and what just fails. Both
// Register and Edit must agree.
func TestDraftLimits(t *testing.T) {
	url := func(bytes int) string {
		const start = "http://localhost/"
		return start + strings.Repeat("a", bytes-len(start))
	}
	var sixtyFour, sixtyFive []string
	for i := range 65 {
		sixtyFive = append(sixtyFive, fmt.Sprint(i))
	}
	sixtyFour = sixtyFive[:64]
	// ☔ is one character and three bytes.
	for _, tt := range []struct {
		field    string
		set      func(d *Draft, v any)
		good     []any
		bad      []any
		optional bool
	}{
		{
			field: "name", set: func(d *Draft, v any) { d.Name = new(v.(string)) },
			good: []any{"W", strings.Repeat("☔", 200)},
			bad:  []any{"", "  ", strings.Repeat("☔", 201), "a\x00b", "a\x1bb", "a\x7fb", "a\xffb"},
		},
		{
			field: "description", set: func(d *Draft, v any) { d.Description = new(v.(string)) },
			good: []any{"", "a\nb\r\nc\td", strings.Repeat("☔", 10_000)},
			bad:  []any{strings.Repeat("☔", 10_001), "a\x00b", "a\x1b[31mb", "\xff"},
		},
		{
			field: "license", set: func(d *Draft, v any) { d.License = new(v.(string)) },
			good: []any{"", "MIT", strings.Repeat("☔", 200)},
			bad:  []any{strings.Repeat("☔", 201), "a\x00b", "\xff"},
		},
		{
			field: "tags", set: func(d *Draft, v any) { d.Tags = new(v.([]string)) },
			good: []any{
				[]string{},
				[]string(nil),
				[]string{"", " "},
				sixtyFour,
				[]string{strings.Repeat("☔", 64)},
				append(slices.Clone(sixtyFour), "0", "", "63"),
			},
			bad: []any{sixtyFive, []string{strings.Repeat("☔", 65)}, []string{"a\x00"}, []string{"a\nb"}, []string{"\xff"}},
		},
		{
			field: "num_tools", set: func(d *Draft, v any) { d.NumTools = new(v.(int)) },
			good: []any{0, 1, MaxCount}, bad: []any{-1, MaxCount + 1},
		},
		{
			field: "num_stars", set: func(d *Draft, v any) { d.Stars = new(v.(int)) },
			good: []any{0, 1, MaxCount}, bad: []any{-1, MaxCount + 1},
		},
		{
			field: "proxy_pass_url", set: func(d *Draft, v any) { d.Upstream = new(v.(string)) },
			good: []any{
				"http://localhost", "https://example.com/mcp", "HTTP://EXAMPLE.com", "http://127.0.0.1:1", "http://h:65535/a?b=c",
				"http://[::1]:8000/", "http://h:/", "http://h?q", url(2048), " http://h\n",
			},
			bad: []any{
				"", " ", url(2049), "localhost:8000", "/mcp", "//host/mcp", "ftp://host", "ws://host", "javascript:alert(1)", "http:host",
				"http://", "http:///mcp", "http://:8000", "http://user@host", "http://user:pass@host", "http://@host", "http://h#f", "http://h/#",
				"http://h/a b", "http://h/\x00", "http://h/a\nb", "http://h/\x7f", "http://h/\xff", "http://h/%zz", "http://[::1", "http://h:port",
				"http://h:0", "http://h:65536", "http://h:-1", "http://a b/",
			},
		},
		{
			field: "path", set: func(d *Draft, v any) { d.Path = new(v.(string)) },
			good: []any{"/weather", "weather/"},
			bad:  []any{"", "/", "/a//b", "/all", "/api/x", "/LOGIN", "/weather/mcp", "/sse", strings.Repeat("a", 255)},
		},
	} {
		t.Run(tt.field, func(t *testing.T) {
			for _, v := range append(slices.Clone(tt.good), tt.bad...) {
				bad := slices.ContainsFunc(tt.bad, func(b any) bool { return cmp.Equal(b, v) })
				var none []string
				if bad {
					none = []string{tt.field}
				}
				c := newCatalog(2)
				d := weather()
				tt.set(&d, v)
				_, err := c.Register(d, noon)
				check(t, "register", v, err, none)

				ch, err := c.Register(weather(), noon)
				if err != nil {
					t.Fatal(err)
				}
				c.Apply(ch)
				var edit Draft
				tt.set(&edit, v)
				_, err = c.Edit("/weather", edit, noon)
				check(t, "edit", v, err, none)
			}
		})
	}
}

func check(t *testing.T, what string, v any, err error, wrong []string) {
	t.Helper()
	said := fmt.Sprintf("%.60q", v)
	if len(wrong) == 0 {
		if err != nil {
			t.Errorf("%s with %s: %v, want it taken", what, said, err)
		}
		return
	}
	if err == nil {
		t.Errorf("%s with %s was taken", what, said)
		return
	}
	if got := wrongFields(t, err); !slices.Equal(got, wrong) {
		t.Errorf("%s with %s: wrong are %q, want %q", what, said, got, wrong)
	}
}

func TestEverythingWrongIsReported(t *testing.T) {
	d := Draft{
		Path: new("/../etc"), Name: new(""), Description: new("\x00"), Upstream: new("ftp://h"), Tags: &[]string{"\x01"},
		NumTools: new(-1), Stars: new(-1), License: new("\x00"),
		Malformed: []FieldError{{"is_python", "Give a yes or no."}},
	}
	want := []string{"description", "is_python", "license", "name", "num_stars", "num_tools", "path", "proxy_pass_url", "tags"}
	c := newCatalog(2)
	_, err := c.Register(d, noon)
	if diff := cmp.Diff(want, wrongFields(t, err)); diff != "" {
		t.Errorf("register (-want +got):\n%s", diff)
	}
	apply(t, c)(c.Register(weather(), noon))
	_, err = c.Edit("/weather", d, noon)
	if diff := cmp.Diff(want, wrongFields(t, err)); diff != "" {
		t.Errorf("edit (-want +got):\n%s", diff)
	}
}

// TestMalformedIsReportedOnce gives each field both as malformed and wrong or
// missing.
func TestMalformedIsReportedOnce(t *testing.T) {
	wrong := map[string]Draft{
		"path":           {Path: new("")},
		"name":           {Name: new("")},
		"description":    {Description: new("\x00")},
		"proxy_pass_url": {Upstream: new("")},
		"tags":           {Tags: &[]string{"\x00"}},
		"num_tools":      {NumTools: new(-1)},
		"num_stars":      {Stars: new(-1)},
		"license":        {License: new("\x00")},
	}
	for _, field := range slices.Sorted(maps.Keys(wrong)) {
		d := wrong[field]
		d.Malformed = []FieldError{{field, "Give text."}}
		c := newCatalog(2)
		_, err := c.Register(d, noon)
		got := wrongFields(t, err)
		if len(slices.Compact(slices.Clone(got))) != len(got) || !slices.Contains(got, field) {
			t.Errorf("register with malformed %s: wrong are %q, want each once", field, got)
		}
		invalid, _ := errors.AsType[*InvalidError](err)
		if i := slices.IndexFunc(invalid.Fields, func(f FieldError) bool { return f.Field == field }); i >= 0 && invalid.Fields[i].Message != "Give text." {
			t.Errorf("register with malformed %s says %q, want what the caller said", field, invalid.Fields[i].Message)
		}
		apply(t, c)(c.Register(weather(), noon))
		_, err = c.Edit("/weather", d, noon)
		if got := wrongFields(t, err); !slices.Equal(got, []string{field}) {
			t.Errorf("edit with malformed %s: wrong are %q", field, got)
		}
	}
}

func TestMissingFields(t *testing.T) {
	_, err := newCatalog(2).Register(Draft{}, noon)
	if diff := cmp.Diff([]string{"name", "path", "proxy_pass_url"}, wrongFields(t, err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTags(t *testing.T) {
	for _, tt := range []struct{ in, want []string }{
		{[]string{"b", "a"}, []string{"b", "a"}},
		{[]string{" b ", "a", "b", ""}, []string{"b", "a"}},
		{[]string{"Weather", "weather"}, []string{"Weather", "weather"}},
		{[]string{"two words"}, []string{"two words"}},
		{[]string{"a,b", "b , c"}, []string{"a", "b", "c"}},
		{SplitTags("weather, forecast,,weather , "), []string{"weather", "forecast"}},
		{SplitTags(""), nil},
		{[]string{}, nil},
		{nil, nil},
	} {
		d := weather()
		d.Tags = &tt.in
		ch, err := newCatalog(2).Register(d, noon)
		if err != nil {
			t.Errorf("%q: %v", tt.in, err)
			continue
		}
		if diff := cmp.Diff(tt.want, ch.After.Tags); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestText(t *testing.T) {
	if got := Text(nil); got != "" {
		t.Errorf("Text(nil) = %q", got)
	}
	if got := Text(new("x")); got != "x" {
		t.Errorf("Text = %q, want x", got)
	}
}

func TestInvalidErrorSaysEveryField(t *testing.T) {
	err := &InvalidError{Fields: []FieldError{{"name", "Give a name."}, {"tags", "Use fewer."}}}
	if got, want := err.Error(), "name: Give a name. tags: Use fewer."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Invalid("path", "At most %d.", 3).Error(), "path: At most 3."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// apply returns a function that applies what a planning method returned, and
// answers with the service.
func apply(t interface {
	Helper()
	Fatal(...any)
}, c *Catalog,
) func(Change, error) *Service {
	return func(ch Change, err error) *Service {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		c.Apply(ch)
		return ch.After
	}
}
