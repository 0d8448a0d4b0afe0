package main_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestCallCommand calls a tool of each era through the gateway, in the forms
// that arguments and results have.
func TestCallCommand(t *testing.T) {
	t.Parallel()
	s, admin, secret := serveWithToken(t)
	settings := []string{"MCPGATEWAY_URL=" + s.url, "MCPGATEWAY_TOKEN=" + secret}
	for path, start := range map[string]func(testing.TB, ...string) *upstreamtest.Upstream{
		"/stateless": upstreamtest.Stateless, "/team/stateful": upstreamtest.Stateful, "/sse-only": upstreamtest.SSE,
	} {
		admin.register(t, path, echoUpstream(t, start).URL)
		code, out, text := run(t, settings, "call", path, "echo", "--arg", "text=hi", "--arg", "times=3")
		want := "said \\u001b[31mhi\n[image/png, 12 KiB]\n{\n  \"text\": \"hi\",\n  \"times\": 3\n}\n"
		if code != 0 || out != want || text != "" {
			t.Errorf("%s: exit code %d\n%s%s", path, code, out, text)
		}
		code, out, text = run(t, settings, "call", path, "echo", "--arg", "text=fail")
		if code != 1 || out != "" || !strings.HasPrefix(text, "said \\u001b[31mfail\n") {
			t.Errorf("%s: a tool that fails: exit code %d\n%s%s", path, code, out, text)
		}
		file := filepath.Join(t.TempDir(), "image")
		p := startReading(t, settings, `{"text":"x"}`, "call", path, "echo", "--json-args", "-", "--raw", "--output", file)
		raw := ""
		if code = p.wait(t); code == 0 {
			raw = p.out.String()
		}
		if image, err := os.ReadFile(file); code != 0 || err != nil || len(image) != 12<<10 || len(decode[struct{ Content []any }](t, raw).Content) != 2 {
			t.Errorf("%s: exit code %d, %d bytes, %v\n%s", path, code, len(image), err, raw)
		}
	}
	s.stop(t)
}

// TestCallWhereServicesAreApart: the address of the API is all that the command
// needs to be given, and so is the services' own, where there is no API; with
// --gateway-auth none that takes no token.
func TestCallWhereServicesAreApart(t *testing.T) {
	t.Parallel()
	s, admin, secret := serveWithToken(t, "--gateway-listen", "127.0.0.1:0", "--gateway-auth", "none")
	admin.register(t, "/a", upstreamtest.Stateless(t, "tool").URL)
	admin.register(t, "/old", upstreamtest.SSE(t, "tool").URL)
	services := decode[struct{ URL string }](t, admin.get(t, "/connect/a").expect(t, 200).body).URL
	services = strings.TrimSuffix(services, "/a/mcp")
	if services == s.url {
		t.Fatal("services are not apart")
	}
	for _, words := range [][]string{{"--url", s.url, "--token", secret}, {"--url", services, "--token", secret}, {"--url", services}} {
		for _, path := range []string{"/a", "/old"} {
			if code, out, text := run(t, nil, append([]string{"call", path, "tool"}, words...)...); code != 0 || out != "tool\n" || text != "" {
				t.Errorf("%s, %q: exit code %d\n%s%s", path, words, code, out, text)
			}
			if code, out, text := run(t, nil, append([]string{"tools", path}, words...)...); code != 0 || !strings.HasPrefix(out, "tool\n") || text != "" {
				t.Errorf("%s, %q: exit code %d\n%s%s", path, words, code, out, text)
			}
		}
	}
	for says, words := range map[string][]string{
		"Only services are at this address":     {"tools", "--url", services, "--token", secret},
		"No service is registered at this path": {"call", "/b", "tool", "--url", services, "--token", secret},
		"No token: give one":                    {"tools", "--url", s.url},
	} {
		if code, out, text := run(t, nil, words...); code == 0 || out != "" || !strings.Contains(text, says) || strings.Count(text, "\n") != 1 {
			t.Errorf("%q: exit code %d\n%s%s", words, code, out, text)
		}
	}
	s.stop(t)
}

// TestCallOfAFailingServer shows the gateway's own words, and of the old
// transport where to connect instead.
func TestCallOfAFailingServer(t *testing.T) {
	t.Parallel()
	s, admin, secret := serveWithToken(t)
	form := url.Values{"name": {"down"}, "description": {""}, "path": {"/down"}, "proxy_pass_url": {upstreamtest.ClosedURL(t)}}
	admin.post(t, "/register", form).expect(t, http.StatusCreated)
	admin.post(t, "/toggle/down", url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	admin.register(t, "/old", upstreamtest.SSE(t, "tool").URL)
	if code, out, text := run(t, nil, "call", "/down", "x", "--url", s.url, "--token", secret); code != 1 || out != "" || text != "mcpgateway: The service's server refused the connection.\n" {
		t.Errorf("exit code %d\n%s%s", code, out, text)
	}
	a := admin.post(t, "/old/mcp", url.Values{}).expect(t, http.StatusMethodNotAllowed)
	if got, want := decode[struct{ Detail string }](t, a.body).Detail, "This service's server speaks HTTP+SSE only: connect to /old/sse with a client of that transport."; got != want {
		t.Errorf("405 says %q, want %q", got, want)
	}
	s.stop(t)
}
