package gateway

import (
	"net/url"
	"path"
	"strings"
	"testing"
)

func TestCheckPath(t *testing.T) {
	good := []string{
		"/weather", "/weather/", "/weather/mcp", "/a/b.c/d..e/...", "/a/%20b", "/a/100%25", "/a/%e2%82%ac",
		"/a/;v=1", "/a/b;x=..", "/a/" + strings.Repeat("x", 4000),
	}
	for _, p := range good {
		if err := checkPath(p); err != nil {
			t.Errorf("%s is refused: %v", p, err)
		}
	}
	bad := []string{
		"/a/..", "/a/../b", "/a/./b", "/a/.", "/a/%2e%2e/b", "/a/.%2E/b", "/a/%2e", "/a/..;/b", "/a/..;x=1", "/a/..%3b/b", "/a/%2e%2e%3Bx/b", "/a/..%253b/b",
		"/a/%c0%ae%c0%ae/b", "/a/%c0%af", "/a/%ff", "/a/%e0%80%ae", "/a/%2e%2e;/b",
		"/a/%252e%252e/b", "/a/%2f", "/a/%2Fetc", "/a/%252f", "/a/%5c..", "/a/%5C", "/a/%255c", `/a/\b`, "/a/%00", "/a/%0a",
		"/a/%1f", "/a/%7f", "/a/%2500", "//a", "/a//b", "/a//", "/a/b\x00", "/a/b c", "/a/%", "/a/%2",
		"/" + strings.Repeat("x", maxPath),
	}
	for _, p := range bad {
		if err := checkPath(p); err == nil {
			t.Errorf("%q passes", p)
		}
	}
}

// Whatever passes stays below the upstream's base path, for a server that
// decodes it once or twice and cleans it.
func FuzzCheckPath(f *testing.F) {
	for _, s := range []string{"mcp", "..", "%2e%2e/x", "%252e%252e", "..;/x", "a/%2f..", "%5c..%5c", "a//b", "%00", ".%2e%2f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		u, err := url.ParseRequestURI("/a/" + rest)
		if err != nil || checkPath(u.EscapedPath()) != nil {
			return
		}
		tail := strings.TrimPrefix(u.EscapedPath(), "/a")
		seen := "/base" + tail
		for range 3 {
			clean := path.Clean(strings.ReplaceAll(withoutParameters(seen), `\`, "/"))
			if clean != "/base" && !strings.HasPrefix(clean, "/base/") {
				t.Fatalf("%q leaves the base path as %q", u.EscapedPath(), clean)
			}
			if strings.ContainsAny(seen, "\x00\r\n") {
				t.Fatalf("%q smuggles a control byte in as %q", u.EscapedPath(), seen)
			}
			if seen, err = url.PathUnescape(seen); err != nil {
				return
			}
		}
	})
}

// withoutParameters drops what some servers take for parameters of a segment.
func withoutParameters(p string) string {
	segments := strings.Split(p, "/")
	for i, s := range segments {
		segments[i], _, _ = strings.Cut(s, ";")
	}
	return strings.Join(segments, "/")
}
