package remote

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable is hostile text that does nothing to a terminal: lines and tabs are
// kept, other control characters, and those that turn the direction of writing,
// are shown as \u escapes.
func Printable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	return escape(text, func(r rune) bool { return dangerous(r) && r != '\n' && r != '\t' })
}

// Line is hostile text as one line of at most limit characters.
func Line(text string, limit int) string {
	text = Printable(strings.Join(strings.Fields(text), " "))
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}

// JSON is valid JSON of the same value that does nothing to a terminal. What is
// escaped can only stand in strings: elsewhere JSON has no such characters but
// lines and tabs.
func JSON(text []byte) string {
	return escape(strings.ToValidUTF8(string(text), "\uFFFD"), func(r rune) bool {
		return dangerous(r) && r != '\n' && r != '\t' && r != '\r'
	})
}

func dangerous(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// escape writes the runes for which bad holds, all of which are below U+10000,
// as JSON has them.
func escape(text string, bad func(rune) bool) string {
	if !strings.ContainsFunc(text, bad) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if bad(r) {
			_, _ = fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
