package registry

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestParsePath(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Path
	}{
		{"/weather", "/weather"},
		{"weather", "/weather"},
		{"/weather/", "/weather"},
		{"weather/", "/weather"},
		{"/team/weather", "/team/weather"},
		{"team/weather/today/", "/team/weather/today"},
		{"/a_b", "/a_b"},
		{"/0", "/0"},
		{"/a.b~c-d_e", "/a.b~c-d_e"},
		{"/a..", "/a.."},
		{"/Weather", "/Weather"},
		{"/" + strings.Repeat("a", MaxPathBytes-1), Path("/" + strings.Repeat("a", MaxPathBytes-1))},
		{strings.Repeat("a", MaxPathBytes-1) + "/", Path("/" + strings.Repeat("a", MaxPathBytes-1))},
	} {
		if got, err := ParsePath(tt.in); err != nil || got != tt.want {
			t.Errorf("ParsePath(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestParsePathRefuses(t *testing.T) {
	for _, tt := range []struct{ in, why string }{
		{"", "Give a path"},
		{"/", "Give a path"},
		{"//", "Give a path"},
		{"//a", "empty segment"},
		{"a//", "empty segment"},
		{"/a//b", "empty segment"},
		{"/.", "Begin each segment"},
		{"/..", "Begin each segment"},
		{"/a/./b", "Begin each segment"},
		{"/a/../b", "Begin each segment"},
		{"/.well-known", "Begin each segment"},
		{"/_a", "Begin each segment"},
		{"/-a", "Begin each segment"},
		{"/~a", "Begin each segment"},
		{"/a/_b", "Begin each segment"},
		{"/ä", "Begin each segment"},
		{"/a%2fb", "0x25"},
		{"/a%2Fb", "0x25"},
		{"/a%", "0x25"},
		{`/a\b`, "0x5c"},
		{"/a b", "0x20"},
		{"/a\x00", "0x00"},
		{"/a\nb", "0x0a"},
		{"/a\x7f", "0x7f"},
		{"/a\xff", "0xff"},
		{"/aä", "0xc3"},
		{"/a?b", "0x3f"},
		{"/a#b", "0x23"},
		{"/a:b", "0x3a"},
		{"/a;b", "0x3b"},
		{"/a@b", "0x40"},
		{" /a", "Begin each segment"},
		{"/a ", "0x20"},
		{"http://localhost", "0x3a"},
		{"/" + strings.Repeat("a", MaxPathBytes), "at most 255 bytes"},
		{strings.Repeat("a/", 128) + "a", "at most 255 bytes"},
	} {
		got, err := ParsePath(tt.in)
		invalid, ok := errors.AsType[*InvalidError](err)
		if got != "" || !ok || len(invalid.Fields) != 1 {
			t.Errorf("ParsePath(%q) = %q, %v; want one wrong field", tt.in, got, err)
			continue
		}
		if f := invalid.Fields[0]; f.Field != "path" || !strings.Contains(f.Message, tt.why) {
			t.Errorf("ParsePath(%q) says %q of %s; want %q of path", tt.in, f.Message, f.Field, tt.why)
		}
	}
}

func TestPathSegments(t *testing.T) {
	for _, tt := range []struct {
		path        Path
		first, last string
	}{
		{"/weather", "weather", "weather"},
		{"/team/weather", "team", "weather"},
		{"/a/b/c", "a", "c"},
	} {
		if first, last := tt.path.First(), tt.path.Last(); first != tt.first || last != tt.last {
			t.Errorf("%s: first %q, last %q; want %q, %q", tt.path, first, last, tt.first, tt.last)
		}
	}
}

// contractPath is the rule as the contract words it.
var contractPath = regexp.MustCompile(`\A(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)+\z`)

func FuzzParsePath(f *testing.F) {
	f.Add("/team/weather")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePath(s)
		// A leading slash may be missing and a trailing one may be there.
		whole := "/" + strings.TrimSuffix(strings.TrimPrefix(s, "/"), "/")
		want := contractPath.MatchString(whole) && len(whole) <= MaxPathBytes
		if (err == nil) != want {
			t.Fatalf("ParsePath(%q) = %q, %v; want accepted: %t", s, p, err, want)
		}
		if err != nil {
			return
		}
		if string(p) != whole {
			t.Fatalf("ParsePath(%q) = %q, want %q", s, p, whole)
		}
		if again, err := ParsePath(string(p)); err != nil || again != p {
			t.Fatalf("ParsePath(%q) = %q, %v; want it unchanged", p, again, err)
		}
	})
}
