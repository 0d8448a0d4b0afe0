package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app"
	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

// Profiles are served where that is asked for, to programs on this machine.
func TestDebugListener(t *testing.T) {
	c := apptest.Config(t)
	c.DebugListen = "127.0.0.1:0"
	s := apptest.Start(t, c)
	client := s.Client(t)
	get := func(path, host string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.DebugURL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	if status, text := get("goroutine?debug=1", ""); status != http.StatusOK || !strings.Contains(text, "goroutine profile") {
		t.Errorf("the goroutines: %d %.100q", status, text)
	}
	if status, _ := get("goroutine", "rebound.example.com"); status != http.StatusMisdirectedRequest {
		t.Errorf("asked by another name: %d", status)
	}
	// It would show a password that was given as a flag.
	if status, _ := get("cmdline", ""); status != http.StatusNotFound {
		t.Errorf("the command line: %d", status)
	}
	if res, err := client.Get(s.URL + "/debug/pprof/"); err != nil {
		t.Error(err)
	} else {
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			t.Error("the main listener serves profiles")
		}
	}
}

// Nobody else is shown profiles.
func TestDebugListenerElsewhere(t *testing.T) {
	for _, address := range []string{":6060", "0.0.0.0:0", "192.0.2.1:6060", "6060"} {
		c := apptest.Config(t)
		c.DebugListen = address
		if _, err := app.New(t.Context(), c, io.Discard); err == nil || !strings.Contains(err.Error(), "--debug-listen") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
