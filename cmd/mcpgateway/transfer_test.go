package main_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// writtenOf is what people wrote of the records, and the tools.
func writtenOf(t *testing.T, c *client) map[string]map[string]any {
	t.Helper()
	a := c.get(t, "/api/server_details/all").expect(t, http.StatusOK)
	records := decode[map[string]map[string]any](t, a.body)
	for _, r := range records {
		for _, name := range []string{"health", "registered_at", "updated_at", "upstream_header_names"} {
			delete(r, name)
		}
	}
	return records
}

// TestExportAndImport: an export makes the same records of an empty registry,
// both on a running server and without it.
func TestExportAndImport(t *testing.T) {
	t.Parallel()
	folder, err := filepath.Abs(importFolder)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, "", "--admin-password", password)
	c := s.signIn(t, password)
	if code, out, text := run(t, nil, "import", "--data", s.data, folder); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out, text)
	}
	c.json(t, "/register", `{"name":"<b>Ünï</b>","path":"/with/headers","proxy_pass_url":"http://localhost:1","description":"a\nb","tags":["a b"],
		"num_tools":7,"num_stars":3,"is_python":true,"license":"MIT","watch_tools":true,"upstream_headers":{"X-Key":"hunter2"}}`).expect(t, http.StatusCreated)
	want := writtenOf(t, c)

	file := filepath.Join(t.TempDir(), "export.json")
	const left = "NOTE: without the values of the upstream headers of /with/headers: X-Key.\nExported 4 services of "
	code, out, text := run(t, nil, "export", "--data", s.data, file)
	if code != 0 || out != "" || text != left+s.data+", through the running server.\n" {
		t.Fatalf("exit code %d\n%s%s", code, out, text)
	}
	if code, _, text := run(t, nil, "export", "--data", s.data, file); code != 2 || !strings.Contains(text, "--force") {
		t.Errorf("over a file: exit code %d, %s", code, text)
	}
	exported, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(exported), "hunter2") {
		t.Errorf("the export has a secret, or: %v", err)
	}
	s.stop(t)
	if code, out, text := run(t, nil, "export", "--data", s.data); code != 0 || out != string(exported) || text != left+s.data+", while no server is running on it.\n" {
		t.Errorf("without a server: exit code %d\n%s%s", code, out, text)
	}
	if err := os.Remove(filepath.Join(s.data, "secret.key")); err != nil {
		t.Fatal(err)
	}
	if code, _, text := run(t, nil, "export", "--data", s.data); code != 0 || !strings.Contains(text, "/with/headers: names unknown") {
		t.Errorf("without the key: exit code %d, %s", code, text)
	}

	importFile := func(data string, flags ...string) string {
		t.Helper()
		code, out, text := run(t, nil, append([]string{"import", "--data", data, file}, flags...)...)
		if code != 0 {
			t.Fatalf("exit code %d\n%s%s", code, out, text)
		}
		return out
	}
	offline := filepath.Join(t.TempDir(), "data")
	dry := importFile(offline, "--dry-run")
	if _, err := os.Stat(offline); err == nil || !strings.Contains(dry, "would import /weather as /weather\n") || !strings.Contains(dry, "4 imported, 0 skipped; nothing was done") {
		t.Errorf("the dry run: %s", dry)
	}
	if out := importFile(offline); !strings.Contains(out, "note     /with/headers: the values of its headers \"X-Key\" are not in this text; give them anew.\n4 imported, 0 skipped.\n") {
		t.Errorf("imported: %s", out)
	}
	s = serve(t, offline, "--admin-password", password)
	if got := writtenOf(t, s.signIn(t, password)); !reflect.DeepEqual(got, want) {
		t.Errorf("without a server (got, want):\n%v\n%v", got, want)
	}
	if out := importFile(offline); !strings.Contains(out, "0 imported, 4 skipped") || !strings.Contains(out, "/weather: It is registered already, just so.") {
		t.Errorf("once more: %s", out)
	}
	s.stop(t)

	s = serve(t, "", "--admin-password", password)
	c = s.signIn(t, password)
	importFile(s.data, "--dry-run")
	if got := writtenOf(t, c); len(got) != 0 {
		t.Errorf("the dry run registered %v", got)
	}
	importFile(s.data)
	if got := writtenOf(t, c); !reflect.DeepEqual(got, want) {
		t.Errorf("through the server (got, want):\n%v\n%v", got, want)
	}
	s.stop(t)
}

// TestImportOfAClient takes headers along, sealed, on a server and without one.
func TestImportOfAClient(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mcp.json")
	text, err := json.Marshal(map[string]any{"mcpServers": map[string]any{
		"weather": map[string]any{"url": "http://localhost:1/mcp", "headers": map[string]string{"X-Key": "hunter2"}},
		"git":     map[string]any{"command": "uvx"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(s *server) {
		t.Helper()
		a := s.signIn(t, password).get(t, "/api/server_details/weather").expect(t, http.StatusOK)
		if r := decode[map[string]any](t, a.body); !reflect.DeepEqual(r["upstream_header_names"], []any{"X-Key"}) || r["is_enabled"] != true {
			t.Errorf("imported %s", a.body)
		}
		s.stop(t)
	}
	importInto := func(data string) {
		t.Helper()
		code, out, text := run(t, nil, "import", "--enable", "--data", data, file)
		if code != 0 || !strings.Contains(out, "1 imported, 1 skipped.") || !strings.Contains(out, "skipped  git: It cannot be registered") {
			t.Fatalf("exit code %d\n%s%s", code, out, text)
		}
	}
	offline := filepath.Join(t.TempDir(), "data")
	importInto(offline)
	check(serve(t, offline, "--admin-password", password))
	s := serve(t, "", "--admin-password", password)
	importInto(s.data)
	check(s)

	for _, bad := range []string{"", "{", "[]", `{"a": 1}`} {
		if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, text := run(t, nil, "import", "--data", offline, file); code != 2 || !strings.Contains(text, file) {
			t.Errorf("%q: exit code %d, %s", bad, code, text)
		}
	}
}
