package main_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const importFolder = "../../testdata/import"

// TestImport imports the same folder without a server, through a server, and
// at a first start. Imported twice, every service is reported as there.
func TestImport(t *testing.T) {
	t.Parallel()
	folder, err := filepath.Abs(importFolder)
	if err != nil {
		t.Fatal(err)
	}
	importInto := func(data, where string) string {
		t.Helper()
		code, out, text := run(t, nil, "import", "--data", data, folder)
		if want := "The registry is the one in " + data + ", " + where + ".\n"; code != 0 || text != want {
			t.Errorf("exit code %d, want 0 and %q:\n%s", code, want, text)
		}
		return out
	}
	const alone, online = "while no server is running on it", "through the running server"
	check := func(s *server) {
		t.Helper()
		records := s.signIn(t, password).records(t)
		if len(records) != 3 || !records["/weather"].Enabled || !records["/current_time"].Enabled || records["/team/archive"].Enabled {
			t.Errorf("services: %+v", records)
		}
		if tools := records["/weather"].Tools; len(tools) != 2 || tools[0].Name != "get_forecast" || !slices.Equal(records["/current_time"].Tags, []string{"time", "clock"}) {
			t.Errorf("services: %+v", records)
		}
	}

	offline := filepath.Join(t.TempDir(), "data")
	golden(t, "import.txt", importInto(offline, alone))
	golden(t, "import-again.txt", importInto(offline, alone))
	s := serve(t, offline, "--admin-password", password)
	check(s)
	golden(t, "import-again.txt", importInto(offline, online))
	s.stop(t)

	s = serve(t, "", "--admin-password", password)
	sub := s.subscribe(t)
	golden(t, "import.txt", importInto(s.data, online))
	sub.await(t, "/team/archive", has("disabled")) // Those who watch hear of it.
	check(s)
	golden(t, "import-again.txt", importInto(s.data, online))
	s.stop(t)

	s = serve(t, "", "--admin-password", password, "--import", folder)
	check(s)
	if log := s.err.String(); !strings.Contains(log, "msg=imported from="+folder+" services=3") || !strings.Contains(log, "half_written.json") {
		t.Errorf("the log does not tell of the import:\n%s", log)
	}
	s.stop(t)
	s = serve(t, s.data, "--admin-password", password, "--import", folder)
	check(s)
	if strings.Contains(s.err.String(), "import") {
		t.Errorf("the second start imports again:\n%s", &s.err)
	}
	s.stop(t)
}
