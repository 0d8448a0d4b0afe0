package hostiletest

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
)

// belowBase says whether an upstream that was asked for target stays below
// /base, however often it decodes it.
func belowBase(target string) bool {
	p, _, _ := strings.Cut(target, "?")
	for range 3 {
		segments := strings.Split(strings.ReplaceAll(p, `\`, "/"), "/")
		for i, s := range segments {
			segments[i], _, _ = strings.Cut(s, ";")
		}
		clean := path.Clean(strings.Join(segments, "/"))
		if clean != "/base" && !strings.HasPrefix(clean, "/base/") || strings.ContainsAny(p, "\x00\r\n \\") && p == target {
			return false
		}
		var err error
		if p, err = url.PathUnescape(p); err != nil {
			return true
		}
	}
	return true
}

func TestNobodyLeavesTheBasePath(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newRecorder(t, nil)
	w.register(t, "/weather", up.URL+"/base", nil)
	long := strings.Repeat("a", 9000)
	for target, statuses := range map[string][]int{
		// The controls: these arrive.
		"/weather": {200}, "/weather/": {200}, "/weather/mcp": {200}, "/weather/sse": {200}, "/weather/mcp/x": {200}, "/weather/a%20b": {200},
		"/weather/a?x=%00&y=/../..": {200}, "/weather?\xff\xfe&;=&%zz": {200}, "/weather/...": {200}, "/weather/mcp.": {200}, "/weather/^[x]|": {200},
		"/weather/%E2%82%AC?#frag": {200}, "http://localhost/weather/x": {200}, "http://127.0.0.1:1/weather/x": {200},
		// Dots in all spellings.
		"/weather/..": {400}, "/weather/../x": {400}, "/weather/./x": {400}, "/weather/%2e%2e/x": {400}, "/weather/.%2e/x": {400}, "/weather/%2E./x": {400},
		"/weather/..;/x": {400}, "/weather/..;a=b/x": {400}, "/weather/..%3b/x": {400}, "/weather/%252e%252e/x": {400}, "/weather/%252e%252E/x": {400},
		"/weather/%c0%ae%c0%ae/x": {400}, "/weather/\xc0\xae\xc0\xae/x": {400}, "/weather/%u002e%u002e/x": {400}, "/weather/^/%2e%2e/x": {400},
		// Slashes in all spellings.
		"/weather/%2fx": {400}, "/weather/..%2fx": {400}, "/weather/%252fx": {400}, "/weather/..%5cx": {400}, `/weather/..\x`: {400}, "/weather/%255c..": {400},
		"/weather/%c0%af": {400}, "/weather//x": {400}, "/weather//": {400}, "/weather/x//": {400}, "/weather%2Fmcp": {400}, "/weather%2f..%2fx": {400},
		"/weather%5cmcp": {400}, "//weather/mcp": {400, 404}, "///": {400, 404}, "/weather/%00": {400}, "/weather/x%0d%0aX:y": {400}, "/weather/%09": {400},
		"/weather/\x01": {400}, "/weather/%7f": {400}, "/weather/%": {400}, "/weather/%2": {400}, "/weather/" + long: {400}, "/weather?" + strings.Repeat(long, 9): {431},
		// Other services, which do not exist.
		"/Weather/mcp": {404}, "/weather./mcp": {404}, "/weatherx": {404}, "/weather;x/mcp": {404}, "/%77eather/mcp": {404}, "/weather%20/mcp": {404}, "/../weather": {400, 404},
		// Other forms of a target (RFC 9112, section 3.2).
		"http://evil.example/weather/mcp": {403}, "http://evil.example@localhost/weather": {200, 400, 403}, "https://localhost/weather/../x": {400},
		"http:/weather/../x": {400}, "http:weather": {403}, "weather/mcp": {400}, "*": {400, 404}, "?x": {400}, "": {400}, "localhost:80": {403},
	} {
		a := w.one(t, w.request(target))
		all := up.take()
		if !slices.Contains(statuses, a.status) {
			t.Errorf("%.80q: %d, want %v: %s", target, a.status, statuses, a.body)
		}
		if arrived := a.status == 200; arrived != (len(all) == 1) {
			t.Errorf("%.80q: %d, and the upstream saw %d requests", target, a.status, len(all))
		}
		for _, r := range all {
			if !belowBase(r.RequestURI) || r.Host != strings.TrimPrefix(up.URL, "http://") {
				t.Errorf("%.80q reaches %q at %q", target, r.RequestURI, r.Host)
			}
		}
	}
	// A query is the caller's own, byte for byte.
	w.one(t, w.request("/weather/mcp?\xff&a=b;c&%zz='\"<>"))
	if all := up.take(); len(all) != 1 || all[0].RequestURI != "/base?\xff&a=b;c&%zz='\"<>" {
		t.Errorf("%d requests arrive, and not with the very query", len(all))
	}
	a := w.one(t, "CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: "+w.bearer+"\r\n\r\n")
	if a.status < 400 || len(up.take()) != 0 {
		t.Errorf("CONNECT: %d", a.status)
	}
}

// FuzzTarget sends whatever comes as a request's target.
func FuzzTarget(f *testing.F) {
	for _, s := range []string{"/weather/x", "/weather/../x", "/weather/%2e%2e/x", "/weather/..;/x", "http://localhost/weather/..%5c", "//weather/x", "/weather?\xff", "/weather/^%2f.."} {
		f.Add(s)
	}
	w := newWorld(f)
	up := newRecorder(f, nil)
	w.register(f, "/weather", up.URL+"/base", nil)
	f.Fuzz(func(t *testing.T, target string) {
		if len(target) > 4096 || strings.ContainsAny(target, "\r\n") {
			return // That is another request: see the smuggling tests.
		}
		all := w.raw(t, w.request(target))
		if len(all) != 1 {
			t.Fatalf("%q has %d answers", target, len(all))
		}
		arrived := up.take()
		if len(arrived) > 1 || all[0].status != 200 && len(arrived) > 0 {
			t.Fatalf("%q is answered with %d, and arrives %d times", target, all[0].status, len(arrived))
		}
		for _, r := range arrived {
			if !belowBase(r.RequestURI) {
				t.Fatalf("%q reaches %q", target, r.RequestURI)
			}
		}
	})
}
