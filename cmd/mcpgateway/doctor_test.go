package main_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestDoctor examines servers, good and bad, without a registry.
func TestDoctor(t *testing.T) {
	t.Parallel()
	up := upstreamtest.Stateful(t, "alpha", "beta")
	locked := upstreamtest.Serve(t, upstreamtest.Body(http.StatusUnauthorized, "text/plain", ""))
	for name, c := range map[string]struct {
		args []string
		code int
		says []string
	}{
		"good":    {[]string{up.URL}, 0, []string{"✓ POST " + up.URL, "Verdict: ok", "2 tools: alpha, beta", "curl -X POST", "proxy_pass_url=" + up.URL + "'", "starts disabled", "/toggle/my-server"}},
		"below":   {[]string{up.Origin()}, 0, []string{"✗ POST " + up.Origin(), "404 Not Found", "Verdict: ok", "proxy_pass_url=" + up.URL + "'"}},
		"nearby":  {[]string{up.Origin() + "/a/b"}, 1, []string{"Verdict: needs attention", "proxy_pass_url=" + up.URL + "'"}},
		"locked":  {[]string{locked}, 1, []string{"401 Unauthorized", "Verdict: needs attention", "Authorization or X-Api-Key", "--header 'NAME: VALUE'"}},
		"closed":  {[]string{upstreamtest.ClosedURL(t)}, 1, []string{"connection refused", "Verdict: failed"}},
		"blocked": {[]string{"http://169.254.169.254/"}, 1, []string{"blocked address", "Verdict: failed"}},
		"denied":  {[]string{up.URL, "--deny-upstream", "127.0.0.0/8"}, 1, []string{"blocked address", "a denied network"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, text := run(t, nil, append([]string{"doctor"}, c.args...)...)
			if code != c.code || text != "" {
				t.Errorf("exit code %d, want %d\n%s", code, c.code, text)
			}
			for _, part := range c.says {
				if !strings.Contains(out, part) {
					t.Errorf("want %q in\n%s", part, out)
				}
			}
			if regexp.MustCompile(`[\x00-\x09\x0b-\x1f]`).MatchString(out) {
				t.Errorf("control characters in %q", out)
			}
		})
	}
	t.Run("json", func(t *testing.T) {
		t.Parallel()
		code, out, _ := run(t, nil, "doctor", up.URL, "--json", "--header", "X-Api-Key: a, b")
		var x struct{ Verdict, Endpoint string }
		if err := json.Unmarshal([]byte(out), &x); err != nil || code != 0 || x.Verdict != "ok" || x.Endpoint != up.URL {
			t.Errorf("exit code %d, %v\n%s", code, err, out)
		}
	})
}

// TestDoctorTakesHeadersOfAFile, which nobody sees in the list of processes.
func TestDoctorTakesHeadersOfAFile(t *testing.T) {
	t.Parallel()
	lock := &upstreamtest.Lock{Name: "Authorization", Value: "Bearer 0123456789", Behind: upstreamtest.Stateful(t, "alpha")}
	url := upstreamtest.Serve(t, lock) + "/mcp"
	file := filepath.Join(t.TempDir(), "headers")
	if err := os.WriteFile(file, []byte("X-Other: a\r\n\nAuthorization: Bearer 0123456789\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, text := run(t, nil, "doctor", url, "--header", "@"+file); code != 0 || lock.Opened() == 0 ||
		!strings.Contains(out, `"upstream_headers":{"Authorization":"VALUE","X-Other":"VALUE"}`) || strings.Contains(out, "0123456789") {
		t.Errorf("exit code %d, let through %d times\n%s%s", code, lock.Opened(), out, text)
	}
	if code, _, text := run(t, nil, "doctor", url, "--header", "@"+file+".none"); code != 2 || !strings.Contains(text, "no such file") {
		t.Errorf("exit code %d: %s", code, text)
	}
}
