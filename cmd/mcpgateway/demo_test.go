package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo is what the first five minutes with the program are like.
func TestDemo(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	begin := func() *server {
		return ready(t, start(t, nil, "demo", "--data", data, "--listen", "127.0.0.1:0", "--health-interval", "1s"), data)
	}
	bothHealthy := func(sub *subscriber) {
		t.Helper()
		for _, path := range []string{"/weather", "/fininfo"} {
			sub.await(t, path, func(h health) bool { return h.Status == "healthy" && h.NumTools > 0 })
		}
	}
	command := func(args ...string) {
		t.Helper()
		if code, out, text := run(t, nil, append(args, "--data", data)...); code != 0 || !strings.HasPrefix(out, args[2]+" is ") || text != "" {
			t.Fatalf("%s: exit code %d, want 0\n%s%s", args, code, out, text)
		}
	}

	s := begin()
	for _, words := range []string{
		"The demo is at " + s.url + "\n", "Sign in as admin with the password password.\n",
		"/weather", "/fininfo", " demo stop /weather --data " + data + "\n", "Ctrl-C",
	} {
		if !strings.Contains(s.out.String(), words) {
			t.Errorf("does not say %q:\n%s", words, &s.out)
		}
	}
	sub := s.subscribe(t)
	bothHealthy(sub)
	_, advice, _ := strings.Cut(s.out.String(), "run this elsewhere:\n")
	advice, _, _ = strings.Cut(advice, "\n\n")
	if said, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", advice).Output(); err != nil || !strings.Contains(string(said), `"city": "Berlin"`) {
		t.Errorf("what it says to run does not work: %v\n%s\n%s", err, advice, said)
	}
	upstream := s.signIn(t, "password").records(t)["/weather"].Upstream

	command("demo", "stop", "/weather")
	if down := sub.await(t, "/weather", has("unhealthy: connection refused")); down.NumTools == 0 {
		t.Error("the tools were forgotten")
	}
	command("demo", "stop", "/weather") // It is stopped already.
	command("demo", "start", "/weather")
	bothHealthy(sub)
	if code, _, text := run(t, nil, "demo", "stop", "/wether", "--data", data); code != 1 || !strings.Contains(text, "use /weather or /fininfo") {
		t.Errorf("stop of nothing: exit code %d, want 1\n%s", code, text)
	}
	s.stop(t)
	if log := s.err.String(); strings.Contains(log, "session") || strings.Contains(log, "flag or environment") || !strings.Contains(log, `msg="example server stopped" service=/weather`) {
		t.Errorf("the log is not about the gateway:\n%s", log)
	}

	s = begin() // The ports are others now.
	bothHealthy(s.subscribe(t))
	if again := s.signIn(t, "password").records(t)["/weather"].Upstream; again == upstream {
		t.Errorf("the example server is still at %s", again)
	}
	s.stop(t)
}

// TestNoDemo: demo stop says what is missing.
func TestNoDemo(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	for _, data := range []string{s.data, filepath.Join(t.TempDir(), "data")} {
		code, _, text := run(t, nil, "demo", "stop", "/weather", "--data", data)
		if code != 1 || !strings.Contains(text, "no demo is running on "+data) || strings.Count(text, "\n") != 1 {
			t.Errorf("exit code %d, want 1\n%s", code, text)
		}
	}
	s.stop(t)
}
