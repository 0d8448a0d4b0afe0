package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLogEnds: what waits is written once the server is closed, and what comes
// after that at once.
func TestLogEnds(t *testing.T) {
	for format, level := range map[string]string{"text": "level=", "json": `"level":`} {
		path := filepath.Join(t.TempDir(), "log")
		to, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		a := new(App)
		a.openLog(LogConfig{LogFormat: format, LogLevel: "info"}, to)
		a.log.Debug("not this")
		for range 10 {
			a.log.Info("a line")
		}
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
		a.log.Info("a line after the end")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), level); n != 11 {
			t.Errorf("%s: %d lines, want 11: %s", format, n, text)
		}
		if err := to.Close(); err != nil {
			t.Error(err)
		}
	}
}
