package auth

import (
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"slices"
	"strings"
)

// The secret of a token is mcpgw_, 32 random bytes, and the CRC-32 (IEEE) of
// their text, both numbers in base 62 with leading zeros. The prefix lets
// scanners find one that leaked, the checksum lets them tell it from text that
// only looks so: mcpgw_[0-9A-Za-z]{49}.
const (
	secretPrefix   = "mcpgw_"
	secretBytes    = 32
	secretDigits   = 43 // 62^43 > 2^256
	checksumDigits = 6  // 62^6 > 2^32
	secretLength   = len(secretPrefix) + secretDigits + checksumDigits
)

// TokenHash is the SHA-256 of a token's secret. The secret has 256 random
// bits, so nothing slower is called for.
type TokenHash [sha256.Size]byte

// digits62 are the digits of base 62, as [big.Int.Text] has them.
const digits62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// newSecret makes the secret of a new token.
func newSecret() string {
	digits := new(big.Int).SetBytes(random(secretBytes)).Text(62)
	digits = strings.Repeat("0", secretDigits-len(digits)) + digits
	sum := checksum([]byte(digits))
	return secretPrefix + digits + string(sum[:])
}

// hashSecret is the hash of a secret. It says false for a text that is none:
// with another form, or another checksum.
func hashSecret(secret string) (TokenHash, bool) {
	if len(secret) != secretLength || !strings.HasPrefix(secret, secretPrefix) {
		return TokenHash{}, false
	}
	text := [secretLength]byte([]byte(secret))
	digits, given := text[len(secretPrefix):secretLength-checksumDigits], text[secretLength-checksumDigits:]
	for _, c := range digits {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return TokenHash{}, false
		}
	}
	if sum := checksum(digits); string(sum[:]) != string(given) {
		return TokenHash{}, false
	}
	return sha256.Sum256(text[:]), true
}

// HideSecret cuts off what looks like a token's secret, and the rest of the
// text, for logs of what callers wrote: some put the secret where the ID goes.
func HideSecret(text string) string {
	before, after, found := strings.Cut(text, secretPrefix)
	if !found || len(after) < secretDigits+checksumDigits {
		return text
	}
	return before + secretPrefix + "…"
}

// checksum is the CRC-32 of the digits, in base 62.
func checksum(digits []byte) (text [checksumDigits]byte) {
	sum := crc32.ChecksumIEEE(digits)
	for i := range slices.Backward(text[:]) {
		text[i] = digits62[sum%62]
		sum /= 62
	}
	return text
}
