package main_test

import (
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
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, data, "--admin-password", password)
	admin := s.signIn(t, password)
	_, secret := createToken(t, data, "--name", "cli")
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
// needs to be given.
func TestCallWhereServicesAreApart(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, data, "--admin-password", password, "--gateway-listen", "127.0.0.1:0")
	s.signIn(t, password).register(t, "/a", upstreamtest.Stateless(t, "tool").URL)
	_, secret := createToken(t, data, "--name", "cli")
	if code, out, text := run(t, nil, "call", "/a", "tool", "--url", s.url, "--token", secret); code != 0 || out != "tool\n" || text != "" {
		t.Errorf("exit code %d\n%s%s", code, out, text)
	}
	s.stop(t)
}
