package auth

import (
	"crypto/rand"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxPasswordBytes bounds a password, so that nobody sends a megabyte to hash.
const MaxPasswordBytes = 1024

// minPasswordRunes is where a password stops being weak: NIST SP 800-63B asks
// for 8 characters and for no rules of composition.
const minPasswordRunes = 8

// WeakPassword reports passwords that only a listener on loopback may have:
// those under 8 characters, and the word "password".
func WeakPassword(password string) bool {
	return utf8.RuneCountInString(password) < minPasswordRunes || strings.EqualFold(password, "password")
}

// GeneratePassword makes a password of at least 128 random bits that people
// can read out: small letters and the digits 2 to 7, in groups of four or
// five.
func GeneratePassword() string {
	groups := slices.Collect(slices.Chunk([]byte(strings.ToLower(rand.Text())), 5))
	words := make([]string, len(groups))
	for i, g := range groups {
		words[i] = string(g)
	}
	return strings.Join(words, "-")
}
