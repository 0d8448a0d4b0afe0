package main_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// token runs a token command that must succeed.
func token(t *testing.T, data string, args ...string) (out, text string) {
	t.Helper()
	code, out, text := run(t, nil, append([]string{"token", args[0], "--data", data}, args[1:]...)...)
	if code != 0 {
		t.Fatalf("token %q: exit code %d\n%s", args, code, text)
	}
	return out, text
}

var (
	secretLine = regexp.MustCompile(`^mcpgw_[0-9A-Za-z]{49}\n$`)
	madeLine   = regexp.MustCompile(`^Made the token ([a-z2-7]{16}) in \S+, (through the running server|while no server is running on it)\. It is shown this once and (never expires \(--expires 720h makes one that does\)|expires \S+Z)\.\n((?:Note that no service is registered at \S+ yet; the token will reach it once there is one\.\n)*)$`)
)

// createToken makes a token, of which no log may ever hold the secret.
func createToken(t *testing.T, data string, args ...string) (id, secret string) {
	t.Helper()
	out, text := token(t, data, append([]string{"create"}, args...)...)
	made := madeLine.FindStringSubmatch(text)
	if !secretLine.MatchString(out) || made == nil {
		t.Fatalf("printed %q and %q", out, text)
	}
	secret = strings.TrimSpace(out)
	evidence.secret(secret)
	return made[1], secret
}

// serveWithToken starts a server with the flags, signs in, and makes a token for
// all services.
func serveWithToken(t *testing.T, flags ...string) (s *server, admin *client, secret string) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	s = serve(t, data, append([]string{"--admin-password", password}, flags...)...)
	_, secret = createToken(t, data, "--name", "cli")
	return s, s.signIn(t, password), secret
}

// status is what the server answers to the token.
func (s *server) status(t *testing.T, secret, target string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	res, err := httpClient(t, nil).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// TestTokens makes, lists and revokes tokens without a server, through one,
// and across its end.
func TestTokens(t *testing.T) {
	t.Parallel()
	const reads = "/api/tools/all"
	data := filepath.Join(t.TempDir(), "data")
	serve(t, data, "--admin-password", password).stop(t)
	offline, first := createToken(t, data, "--name", "made offline", "--service", "weather", "--service", "/team/a", "--expires", "720h")

	s := serve(t, data, "--admin-password", password)
	online, second := createToken(t, data, "--name", "made online", "--scope", "metrics")
	if log := s.err.String(); !strings.Contains(log, `msg="a token was made" id=`+online) || !strings.Contains(log, `by="command line"`) {
		t.Errorf("the log lacks the token:\n%s", log)
	}
	if got := s.status(t, first, reads); got != http.StatusOK {
		t.Errorf("the first token: status %d", got)
	}
	if got := s.status(t, second, reads); got != http.StatusForbidden {
		t.Errorf("the second token reads tools: status %d", got)
	}
	if got := s.status(t, second, "/metrics"); got != http.StatusOK {
		t.Errorf("the second token: status %d", got)
	}
	out, _ := token(t, data, "list")
	time := `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
	if !regexp.MustCompile(`^ID +SCOPE +SERVICES +CREATED +EXPIRES +LAST USED +NAME\n`+
		offline+` +gateway +/weather,/team/a +`+time+` +`+time+` +`+time+` +made offline\n`+
		online+` +metrics +none +`+time+` +never +`+time+` +made online\n$`).MatchString(out) || strings.Contains(out, first) || strings.Contains(out, second) {
		t.Errorf("the list is\n%s", out)
	}
	s.signIn(t, password).post(t, "/register", url.Values{"name": {"A"}, "path": {"/a"}, "proxy_pass_url": {"http://localhost:1"}}).expect(t, http.StatusCreated)
	noted, text := token(t, data, "create", "--name", "noted", "--service", "/a", "--service", "/b")
	evidence.secret(strings.TrimSpace(noted))
	if made := madeLine.FindStringSubmatch(text); made == nil || made[4] != "Note that no service is registered at /b yet; the token will reach it once there is one.\n" {
		t.Errorf("printed %q", text)
	} else {
		token(t, data, "revoke", made[1])
	}
	if out, _ := token(t, data, "revoke", online); out != "The token "+online+" is revoked.\n" {
		t.Errorf("printed %q", out)
	}
	if got := s.status(t, second, "/metrics"); got != http.StatusUnauthorized {
		t.Errorf("the revoked token: status %d", got)
	}
	for _, refusal := range []struct {
		code  int
		says  string
		words []string
	}{
		{1, "no such token", []string{"revoke", online}},
		{2, "--service: Leave them out", []string{"create", "--name", "x", "--scope", "admin", "--service", "/a"}},
	} {
		code, out, text := run(t, nil, append([]string{"token"}, append(refusal.words, "--data", data)...)...)
		if code != refusal.code || out != "" || !strings.Contains(text, refusal.says) {
			t.Errorf("%q: exit code %d\n%s%s", refusal.words, code, out, text)
		}
	}
	s.stop(t)

	if out, _ := token(t, data, "list"); !strings.Contains(out, offline) || strings.Contains(out, online) || strings.Contains(out, "never") {
		t.Errorf("after the server's end, which stores the last use:\n%s", out)
	}
	token(t, data, "revoke", offline)
	if code, _, text := run(t, nil, "token", "revoke", offline, "--data", data); code != 1 || !strings.Contains(text, "no such token") {
		t.Errorf("revoked twice: exit code %d\n%s", code, text)
	}
	s = serve(t, data, "--admin-password", password)
	if got := s.status(t, first, reads); got != http.StatusUnauthorized {
		t.Errorf("revoked offline: status %d", got)
	}
	s.stop(t)
}

// TestTokensWithoutARegistry: in a directory that is not a server's, the
// commands say so, and make nothing there.
func TestTokensWithoutARegistry(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	for _, words := range [][]string{{"create", "--name", "x"}, {"list"}, {"revoke", "abc"}} {
		code, out, text := run(t, nil, append([]string{"token"}, append(words, "--data", data)...)...)
		if code != 1 || out != "" || !strings.HasPrefix(text, "mcpgateway: no registry is in "+data+"; give --data the directory of the server, such as ") {
			t.Errorf("%q: exit code %d\n%s%s", words, code, out, text)
		}
		if _, err := os.Stat(data); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: the directory is there: %v", words, err)
		}
	}
}
