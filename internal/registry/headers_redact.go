package registry

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

const (
	// minSecretBytes is how long a value must be to be looked for: a shorter one
	// would turn up in texts that have nothing to do with it.
	minSecretBytes = 8
	// redacted stands for what was taken out.
	redacted = "[redacted]"
	// ellipsis is where a text was cut off, maybe within a secret.
	ellipsis = "…"
)

// Redact takes the values out of a text that an upstream may have echoed them
// into: each value of 8 bytes or more, what follows a scheme such as Bearer,
// and the parts of a Cookie; as they are, and as JSON and URLs escape them.
// The beginning of one that is cut off by "…" goes too.
func (h Headers) Redact(text string) string {
	if h.list == nil || len(text) < minSecretBytes {
		return text
	}
	for _, secret := range h.secrets() {
		text = strings.ReplaceAll(text, secret, redacted)
		text = redactCut(text, secret)
	}
	return text
}

// redactCut takes out the beginnings of secret that an ellipsis follows.
func redactCut(text, secret string) string {
	for at := 0; ; {
		i := strings.Index(text[at:], ellipsis)
		if i < 0 {
			return text
		}
		at += i
		for n := min(len(secret)-1, at); n >= minSecretBytes; n-- {
			if strings.HasSuffix(text[:at], secret[:n]) {
				text = text[:at-n] + redacted + text[at:]
				at += len(redacted) - n
				break
			}
		}
		at += len(ellipsis)
	}
}

// secrets lists what must not be shown, the longest first, since one may hold
// another.
func (h Headers) secrets() []string {
	var all []string
	add := func(secret string) {
		if len(secret) < minSecretBytes {
			return
		}
		quoted, _ := json.Marshal(secret) // A string: it cannot fail.
		all = append(all, secret, strings.Join(strings.Fields(secret), " "), string(quoted[1:len(quoted)-1]),
			url.QueryEscape(secret), url.PathEscape(secret))
	}
	for name, value := range h.All() {
		add(value)
		if _, credentials, ok := strings.Cut(value, " "); ok {
			add(strings.TrimSpace(credentials))
		}
		if name == "Cookie" {
			for pair := range strings.SplitSeq(value, ";") {
				_, content, _ := strings.Cut(pair, "=")
				add(strings.TrimSpace(content))
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	return slices.Compact(all)
}
