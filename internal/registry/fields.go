package registry

import (
	"strconv"
	"strings"
)

// ParseFlag reads a yes or no as HTML forms and people write it: on, true, 1,
// yes; off, false, 0, no and nothing; in any case. ok is false for any other
// word.
func ParseFlag(s string) (on, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "on", "true", "1", "yes":
		return true, true
	case "off", "false", "0", "no", "":
		return false, true
	}
	return false, false
}

// ParseCount reads a decimal integer; nothing counts as 0. ok is false for
// anything else. The sign is left for the record's own rules.
func ParseCount(s string) (n int, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
