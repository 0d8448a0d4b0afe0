package main_test

import (
	"context"
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// The storage refuses the last of the three services of the folder.
const (
	breakDisk = `CREATE TRIGGER full BEFORE INSERT ON services WHEN NEW.path = '/weather' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
	mendDisk  = `DROP TRIGGER full`
)

// TestImportFails: a storage that fails is no reason to skip a file. What was
// taken before is told and kept, and another try goes on from there.
func TestImportFails(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	serve(t, data, "--admin-password", password).stop(t)
	importNow := func() (code int, out, text string) {
		folder, err := filepath.Abs(importFolder)
		if err != nil {
			t.Fatal(err)
		}
		return run(t, nil, "import", "--data", data, folder)
	}
	fails := func(taken string) {
		t.Helper()
		code, out, text := importNow()
		if code != 1 || !strings.Contains(text, "import servers/weather.json: ") || !strings.Contains(text, "the disk is full") || !strings.Contains(text, taken+" of 3 services were imported") {
			t.Errorf("exit code %d, want 1 and %s taken\n%s", code, taken, text)
		}
		if strings.Count(out, "\nimported servers/") != int(taken[0]-'0') || strings.Contains(out, "weather.json") || !strings.Contains(out, "skipped  servers/legacy.json") {
			t.Errorf("the report:\n%s", out)
		}
	}

	execute(t, data, breakDisk)
	fails("2")
	s := serve(t, data, "--admin-password", password)
	fails("0")
	execute(t, data, mendDisk)
	if code, out, text := importNow(); code != 0 || !strings.Contains(out, "imported servers/weather.json as /weather\n") || !strings.Contains(out, "1 imported, 5 skipped.\n") {
		t.Errorf("mended: exit code %d, want 0\n%s%s", code, out, text)
	}
	s.stop(t)
}

// TestFirstImportGoesOn: an import that ended too early, as a killed process
// ends it, is finished by the next start, and then never begun again.
func TestFirstImportGoesOn(t *testing.T) {
	t.Parallel()
	folder, err := filepath.Abs(importFolder)
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	begin := func() *program {
		return start(t, nil, serveArgs(&data, t, "--admin-password", password, "--import", folder)...)
	}
	serve(t, data, "--admin-password", password).stop(t)
	execute(t, data, breakDisk)
	failed := begin()
	if code := failed.wait(t); code != 1 || !strings.Contains(failed.err.String(), "2 of 3 services were imported") {
		t.Fatalf("exit code %d, want 1", code)
	}
	execute(t, data, mendDisk)

	s := ready(t, begin(), data)
	c := s.signIn(t, password)
	if records := c.records(t); len(records) != 3 {
		t.Errorf("%d services, want 3", len(records))
	}
	if !strings.Contains(s.err.String(), "services=1 taken_before=2") {
		t.Errorf("the log does not tell that the import went on:\n%s", &s.err)
	}
	for path := range c.records(t) {
		c.post(t, "/delete"+path, nil).expect(t, http.StatusOK)
	}
	s.stop(t)

	s = ready(t, begin(), data)
	if records := s.signIn(t, password).records(t); len(records) != 0 {
		t.Errorf("what was deleted is imported again: %v", records)
	}
	s.stop(t)
}

// execute runs a statement behind the program's back.
func execute(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "registry.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}
