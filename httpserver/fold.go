package httpserver

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folded is text as searches and orders compare it: without accents (the marks
// of Unicode's compatibility decomposition, UAX #15) and in small letters, as
// fold.js has it on the page. What is not UTF-8 becomes U+FFFD.
func folded(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
}

// termsOf are the words of a query, each once, folded.
func termsOf(query string) []string {
	terms := strings.Fields(folded(query))
	slices.Sort(terms)
	return slices.Compact(terms)
}

// clipped keeps at most n characters.
func clipped(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
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
