package app

import (
	"strings"
	"testing"
)

func TestHint(t *testing.T) {
	for dir, want := range map[string]string{
		defaultData:    " admin set-password",
		"/var/lib/mcp": " admin set-password --data /var/lib/mcp",
		"my data":      " admin set-password --data 'my data'",
		"it's":         ` admin set-password --data 'it'\''s'`,
		"$HOME":        " admin set-password --data '$HOME'",
	} {
		if got := hint("admin set-password", dir, defaultData); !strings.HasSuffix(got, want) {
			t.Errorf("%q: got %s, want …%s", dir, got, want)
		}
	}
}
