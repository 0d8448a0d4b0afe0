package main_test

import (
	"regexp"
	"strings"
	"testing"
)

// TestHelp holds the help of every command to its golden; TestMain's build is
// what prints it.
func TestHelp(t *testing.T) {
	t.Parallel()
	_, top, _ := run(t, nil, "--help")
	commands := []string{""}
	for _, found := range regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z-]+)?)  `).FindAllStringSubmatch(top, -1) {
		commands = append(commands, found[1])
	}
	if len(commands) < 9 {
		t.Fatalf("commands %q in\n%s", commands, top)
	}
	for _, command := range append(commands, "demo", "admin", "token") {
		t.Run("mcpgateway "+command, func(t *testing.T) {
			t.Parallel()
			code, out, text := run(t, nil, append(strings.Fields(command), "--help")...)
			if code != 0 || text != "" {
				t.Errorf("exit code %d, want 0; standard error: %s", code, text)
			}
			golden(t, strings.Join(append([]string{"help"}, strings.Fields(command)...), "-")+".txt", out)
		})
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"version", "--version"} {
		if code, out, text := run(t, nil, word); code != 0 || out != "mcpgateway "+testVersion+"\n" || text != "" {
			t.Errorf("%s: exit code %d, %q, %q", word, code, out, text)
		}
	}
}
