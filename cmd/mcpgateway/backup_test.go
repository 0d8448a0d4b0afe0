package main_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestBackupAndRestore goes through all of it: a backup of a running server, one
// without it, and both restored.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	session := s.signIn(t, password)
	const body = `{"name": "Weather", "path": "/weather", "proxy_pass_url": "http://localhost:1", "description": "d", "upstream_headers": {"X-Key": "hunter2"}}`
	if a := session.json(t, "/register", body); a.StatusCode != http.StatusCreated {
		t.Fatalf("register: %s", a.body)
	}
	_, secret, _ := run(t, nil, "token", "create", "--data", s.data, "--name", "CI")
	records := session.records(t)
	folder := t.TempDir()
	online, offline := filepath.Join(folder, "online.db"), filepath.Join(folder, "offline.db")

	code, out, text := run(t, nil, "backup", "--data", s.data, online)
	if code != 0 || !strings.Contains(out, "through the running server: 1 services, 0 tools, 1 tokens") || !strings.Contains(text, "secret.key") {
		t.Fatalf("exit code %d\n%s%s", code, out, text)
	}
	if code, _, text := run(t, nil, "backup", "--data", s.data, online); code != 2 || !strings.Contains(text, "--force") {
		t.Errorf("a second time: exit code %d, %s", code, text)
	}
	if code, _, text := run(t, nil, "backup", "--data", s.data, "--force", filepath.Join(s.data, "registry.db")); code != 2 || !strings.Contains(text, "elsewhere") {
		t.Errorf("over the data: exit code %d, %s", code, text)
	}
	if code, _, text := run(t, nil, "restore", "--data", s.data, "--force", online); code != 1 || !strings.Contains(text, "stop it") {
		t.Errorf("restored under a server: exit code %d, %s", code, text)
	}
	s.stop(t)
	code, out, text = run(t, nil, "backup", "--data", s.data, "--with-key", offline)
	if code != 0 || !strings.Contains(out, "while no server is running on it") || !strings.Contains(text, "holds the secret key") {
		t.Fatalf("exit code %d\n%s%s", code, out, text)
	}
	if info, err := os.Stat(online); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("in the folder: %v, %v", entries, err)
	}

	fresh := filepath.Join(t.TempDir(), "fresh")
	if code, out, text := run(t, nil, "restore", "--data", fresh, online); code != 0 || !strings.Contains(text, "before the server starts") {
		t.Fatalf("exit code %d\n%s%s", code, out, text)
	}
	if code, _, text := run(t, nil, "serve", "--data", fresh, "--listen", "127.0.0.1:0"); code != 1 || !strings.Contains(text, "MCPGATEWAY_SECRET_KEY") {
		t.Errorf("without its key: exit code %d, %s", code, text)
	}
	if code, _, text := run(t, nil, "restore", "--data", fresh, offline); code != 1 || !strings.Contains(text, "--force") {
		t.Errorf("over a registry: exit code %d, %s", code, text)
	}
	if code, out, text := run(t, nil, "restore", "--data", fresh, "--force", offline); code != 0 || !strings.Contains(out, "replaced-") {
		t.Fatalf("exit code %d\n%s%s", code, out, text)
	}
	s = serve(t, fresh)
	if session.url = s.url; session.signedIn(t) {
		t.Error("the old session is alive")
	}
	if got := s.signIn(t, password).records(t); !reflect.DeepEqual(got, records) {
		t.Errorf("restored %+v, want %+v", got, records)
	}
	if _, list, _ := run(t, nil, "token", "list", "--data", fresh); !strings.Contains(list, "CI") {
		t.Errorf("tokens %s", list)
	}
	if code, _, text := run(t, []string{"MCPGATEWAY_TOKEN=" + strings.TrimSpace(secret)}, "tools", "--url", s.url); code != 0 {
		t.Errorf("the token: exit code %d, %s", code, text)
	}
	s.stop(t)
}

// TestKilledBackup kills the command, and then the server, in the middle: there
// is no backup then, or a whole one.
func TestKilledBackup(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	session := s.signIn(t, password)
	many := make(map[string]any)
	for name := range strings.SplitSeq("abcdefghijklmnopqrstuvwxyz", "") {
		many["/"+name] = map[string]any{"server_name": name, "proxy_pass_url": "http://localhost:1", "description": strings.Repeat(name, 9000)}
	}
	text, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"text": string(text)})
	if err != nil {
		t.Fatal(err)
	}
	if a := session.json(t, "/api/import", string(body)); a.StatusCode != http.StatusOK {
		t.Fatalf("import: %s", a.body)
	}
	began := time.Now()
	folder := t.TempDir()
	if code, _, _ := run(t, nil, "backup", "--data", s.data, filepath.Join(folder, "whole.db")); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	whole := time.Since(began)
	for try := range 10 {
		file := filepath.Join(folder, "backup.db")
		p := start(t, nil, "backup", "--data", s.data, file)
		<-time.After(rand.N(whole))
		victim := p
		if try == 9 {
			victim = s.program
		}
		if err := victim.cmd.Process.Kill(); err != nil {
			t.Logf("it had ended: %v", err)
		}
		code := p.wait(t)
		if _, err := os.Stat(file); err == nil {
			if code, out, text := run(t, nil, "restore", "--data", filepath.Join(t.TempDir(), "fresh"), file); code != 0 || !strings.Contains(out, "26 services") {
				t.Fatalf("half a file: exit code %d\n%s%s", code, out, text)
			}
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		} else if code == 0 {
			t.Fatalf("a backup without a file: %v", err)
		}
	}
	s = serve(t, s.data)
	if left, err := filepath.Glob(filepath.Join(s.data, "backup-*")); err != nil || len(left) > 0 {
		t.Errorf("left in the data directory: %q, %v", left, err)
	}
	s.stop(t)
}

// Names that begin where one is work as any other.
func TestBackupByRelativeName(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	here := t.TempDir()
	if err := os.Mkdir(filepath.Join(here, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.db", "./b.db", "sub/c.db", "sub/../d.db", "e?mode=memory#%41.db"} {
		for _, args := range [][]string{
			{"backup", "--data", s.data, "--with-key", name},
			{"restore", "--data", "restored", "--force", name},
		} {
			cmd := exec.CommandContext(t.Context(), binary, args...)
			cmd.Dir = here
			if text, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", args, err, text)
			}
		}
	}
}
