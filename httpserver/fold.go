package httpserver

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// folded is text as searches and orders compare it: without accents (the marks
// of Unicode's compatibility decomposition, UAX #15) and in small letters, as
// fold.js has it on the page. What is not UTF-8 becomes U+FFFD.
func folded(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	// A transformer keeps state, so each call makes its own. It fails on
	// nothing that is in memory as a whole.
	plain, _, _ := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.M))), text)
	return strings.ToLower(plain)
}

// isPlain says whether text is ASCII, as most is.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
