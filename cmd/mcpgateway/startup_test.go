package main_test

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// TestStartFails: exit code 1, and one line that says what to do.
func TestStartFails(t *testing.T) {
	t.Parallel()
	holder := serve(t, "", "--admin-password", password)
	empty := func(t *testing.T) string { return filepath.Join(t.TempDir(), "data") }
	for name, c := range map[string]struct {
		data func(t *testing.T) string
		args []string
		says []string
	}{
		"port taken": {
			data: empty,
			args: []string{"--listen", strings.Replace(strings.TrimPrefix(holder.url, "http://"), "localhost", "127.0.0.1", 1)},
			says: []string{"address already in use", "--listen"},
		},
		"address of another machine": {
			data: empty,
			args: []string{"--listen", "192.0.2.1:7860", "--admin-password", password},
			says: []string{"192.0.2.1:7860", "--listen"},
		},
		"data held by another serve": {
			data: func(*testing.T) string { return holder.data },
			says: []string{"another mcpgateway serve holds", "--data"},
		},
		"newer database": {
			data: func(t *testing.T) string {
				dir := empty(t)
				serve(t, dir, "--admin-password", password).stop(t)
				execute(t, dir, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
				return dir
			},
			says: []string{"newer", "backup"},
		},
		"garbage for a database": {
			data: func(t *testing.T) string {
				dir := empty(t)
				writeFile(t, filepath.Join(dir, "registry.db"), strings.Repeat("my notes\n", 1000), 0o600)
				return dir
			},
			says: []string{"is not a SQLite database", "backup"},
		},
		"a file for a directory": {
			data: func(t *testing.T) string {
				file := empty(t)
				writeFile(t, file, "", 0o600)
				return file
			},
			says: []string{"not a directory", "--data"},
		},
		"a lock that cannot be made": {
			data: func(t *testing.T) string {
				dir := empty(t)
				if err := os.MkdirAll(filepath.Join(dir, "lock"), 0o700); err != nil {
					t.Fatal(err)
				}
				return dir
			},
			says: []string{"is a directory", "--data"},
		},
		"too long a path for a socket": {
			data: func(t *testing.T) string { return filepath.Join(t.TempDir(), strings.Repeat("d", 120)) },
			says: []string{"control socket", "--data"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := c.data(t)
			code, out, text := run(t, []string{"ADMIN_PASSWORD=" + password}, serveArgs(&data, t, c.args...)...)
			if code != 1 || out != "" {
				t.Errorf("exit code %d, want 1; standard output: %q", code, out)
			}
			text = regexp.MustCompile(`(?m)^time=.*\n`).ReplaceAllString(text, "")
			for _, words := range c.says {
				if !strings.Contains(text, words) {
					t.Errorf("does not say %q: %s", words, text)
				}
			}
			if strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "mcpgateway: ") {
				t.Errorf("not one line:\n%s", text)
			}
		})
	}
}

// TestTakenPortMakesNoPassword: a first start that fails prints no password
// that nobody would look for above the error.
func TestTakenPortMakesNoPassword(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	data := filepath.Join(t.TempDir(), "data")
	code, _, text := run(t, nil, "serve", "--data", data, "--listen", listener.Addr().String())
	if code != 1 || strings.Contains(text, "Made a password") {
		t.Errorf("exit code %d, want 1:\n%s", code, text)
	}
	s := serve(t, data)
	if !shownOnce.MatchString(s.err.String()) {
		t.Errorf("the start that succeeds makes no password:\n%s", &s.err)
	}
	s.stop(t)
}
