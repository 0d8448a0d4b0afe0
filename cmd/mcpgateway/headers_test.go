package main_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// json sends a body as JSON.
func (c *client) json(t *testing.T, path, body string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return c.send(t, req)
}

// send sends a request and reads the answer.
func (c *client) send(t *testing.T, req *http.Request) answer {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(text)}
}

// TestUpstreamHeaders: a real server demands an API key, gets it from every
// check, before and after a restart, and nobody else ever sees it.
func TestUpstreamHeaders(t *testing.T) {
	t.Parallel()
	const value = "Bearer key-of-the-upstream-0123456789"
	evidence.secret(strings.TrimPrefix(value, "Bearer "))
	lock := &upstreamtest.Lock{Name: "Authorization", Value: value, Behind: upstreamtest.Stateless(t, "forecast")}
	upstream := upstreamtest.Serve(t, lock)
	s := serve(t, "", "--admin-password", password, "--log-level", "debug")
	c := s.signIn(t, password)
	status := func(c *client) string {
		t.Helper()
		a := c.post(t, "/api/refresh/weather", url.Values{}).expect(t, http.StatusOK)
		return decode[health](t, a.body).Status
	}

	c.json(t, "/register", `{"name":"Weather","path":"/weather","proxy_pass_url":"`+upstream+`"}`).expect(t, http.StatusCreated)
	c.post(t, "/toggle/weather", url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	if got := status(c); got != "auth-required" || lock.Opened() > 0 {
		t.Errorf("without the key: %s", got)
	}
	edited := c.json(t, "/edit/weather", `{"upstream_headers":{"Authorization":"`+value+`"}}`).expect(t, http.StatusOK)
	refused := lock.Refused()
	if got := status(c); got != "healthy" {
		t.Errorf("with the key: %s", got)
	}
	said := edited.body
	for _, path := range []string{
		"/", "/edit/weather", "/tools/weather", "/api/server_details/weather", "/api/server_details/all", "/api/tools/all", "/ws/health_status", "/metrics",
	} {
		said += c.get(t, path).expect(t, http.StatusOK).body
	}
	s.stop(t)

	again := serve(t, s.data, "--log-level", "debug")
	if got := status(again.signIn(t, password)); got != "healthy" || lock.Refused() != refused {
		t.Errorf("after a restart: %s, and %d requests without the key", got, lock.Refused()-refused)
	}
	again.stop(t)
	for what, text := range map[string]string{"an answer": said, "the log": s.err.String(), "the second log": again.err.String(), "a file": allFiles(t, s.data)} {
		if strings.Contains(text, strings.TrimPrefix(value, "Bearer ")) {
			t.Errorf("%s holds the value", what)
		}
	}
}

// TestSecretKey: data that is sealed opens with its own key only; a start with
// another one, or without any, changes nothing and makes nothing.
func TestSecretKey(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	s.signIn(t, password).json(t, "/register",
		`{"name":"N","path":"/n","proxy_pass_url":"http://localhost:1","upstream_headers":{"X-Api-Key":"k"}}`).expect(t, http.StatusCreated)
	s.stop(t)
	file := filepath.Join(s.data, "secret.key")
	key := strings.TrimSpace(readFile(t, file))
	evidence.secret(key)
	refuses := func(exit int, says string, settings ...string) {
		t.Helper()
		before := allFiles(t, s.data)
		code, _, text := run(t, settings, serveArgs(&s.data, t)...)
		if code != exit || !strings.Contains(text, says) {
			t.Errorf("%q: exit code %d\n%s", settings, code, text)
		}
		if allFiles(t, s.data) != before {
			t.Errorf("%q: the data changed", settings)
		}
	}
	refuses(1, "give the key that this data was made with: as MCPGATEWAY_SECRET_KEY", "MCPGATEWAY_SECRET_KEY="+strings.Repeat("x", 32))
	refuses(2, "--secret-key: the secret key cannot be used: the given key is shorter than 32 characters", "MCPGATEWAY_SECRET_KEY=short")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	refuses(1, "chmod 600 "+file)
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	refuses(1, "with that unset, in "+file)
	if code, _, text := run(t, nil, "token", "list", "--data", s.data); code != 0 {
		t.Errorf("a command that needs no key: exit code %d\n%s", code, text)
	}
	ready(t, start(t, []string{"MCPGATEWAY_SECRET_KEY=" + key}, serveArgs(&s.data, t)...), s.data).stop(t)
	if slices.Contains(listing(t, s.data), "secret.key") {
		t.Error("a start with a given key made a file")
	}
}

// allFiles is what the regular files of a directory hold, with their names; the
// lock and SQLite's index of the log are left out.
func allFiles(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range listing(t, dir) {
		if name != "lock" && !strings.HasSuffix(name, "-shm") {
			all.WriteString(name + "\n" + readFile(t, filepath.Join(dir, name)))
		}
	}
	return all.String()
}
