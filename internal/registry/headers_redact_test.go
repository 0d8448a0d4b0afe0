package registry_test

import (
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestHeadersRedact(t *testing.T) {
	h := headers(t, map[string]string{
		"X-Api-Key": `k&y"with odd<bytes>`, "Authorization": "Bearer 0123456789abcdef", "Cookie": "a=cookie-one; b=short; c=cookie-two", "X-Short": "x",
	})
	for text, want := range map[string]string{
		"nothing to see, x":                               "nothing to see, x",
		`bad key k&y"with odd<bytes>!`:                    "bad key [redacted]!",
		`{"key":"k\u0026y\"with odd\u003cbytes\u003e"}`:   `{"key":"[redacted]"}`,
		"?key=k%26y%22with+odd%3Cbytes%3E&x=1":            "?key=[redacted]&x=1",
		"got Bearer 0123456789abcdef":                     "got [redacted]",
		"token 0123456789abcdef is unknown":               "token [redacted] is unknown",
		"cookie-one, cookie-two and short":                "[redacted], [redacted] and short",
		"cut: 0123456789abc…":                             "cut: [redacted]…",
		"cut: (Bearer 01…), then 0123456…":                "cut: ([redacted]…), then 0123456…",
		"0123456789… 0123456789abcdef 0123456789abcde… x": "[redacted]… [redacted] [redacted]… x",
	} {
		if got := h.Redact(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	if text := strings.Repeat("a", 20); (registry.Headers{}).Redact(text) != text {
		t.Error("no headers took something out")
	}
}
