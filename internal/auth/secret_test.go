package auth

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"
)

// known was made once: secrets that are out there must stay good.
const known = "mcpgw_00000000000000000000000000000000000000000010hnupX"

// form is what scanners look for.
var form = regexp.MustCompile(`^mcpgw_[0-9A-Za-z]{49}$`)

func TestSecretForm(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		secret := newSecret()
		if !form.MatchString(secret) {
			t.Fatalf("%q has another form", secret)
		}
		hash, ok := hashSecret(secret)
		if !ok || hash != sha256.Sum256([]byte(secret)) {
			t.Fatalf("%q is not recognised", secret)
		}
		if seen[secret] {
			t.Fatal("two secrets are the same")
		}
		seen[secret] = true
	}
	if _, ok := hashSecret(known); !ok {
		t.Errorf("an old secret is no longer recognised; its checksum is %s now", checksum([]byte(known[6:49])))
	}
}

func TestSecretRefused(t *testing.T) {
	secret := newSecret()
	flipped := []byte(secret)
	for i := range flipped { // Whichever character is mistyped.
		was := flipped[i]
		for _, flipped[i] = range []byte("0zA_ \x00\xff") {
			if _, ok := hashSecret(string(flipped)); ok && flipped[i] != was {
				t.Errorf("%q is taken, %q was made", flipped, secret)
			}
		}
		flipped[i] = was
	}
	for _, text := range []string{
		"", "mcpgw_", secret[1:], secret[:len(secret)-1], secret + "0", " " + secret, secret + "\n",
		strings.ToUpper(secret), "ghp_" + secret[6:], strings.Repeat("0", secretLength), strings.Repeat("x", 1<<20),
	} {
		if _, ok := hashSecret(text); ok {
			t.Errorf("%.80q is taken", text)
		}
	}
}

// FuzzHashSecret: what is taken has the form that scanners look for and a
// checksum that holds, and no two texts share a hash.
func FuzzHashSecret(f *testing.F) {
	for _, text := range []string{known, newSecret(), "", "mcpgw_", strings.Repeat("é", 28)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hash, ok := hashSecret(text)
		if !ok {
			if hash != (TokenHash{}) {
				t.Errorf("%q is refused, with a hash", text)
			}
			return
		}
		if sum := checksum([]byte(text[6:49])); !form.MatchString(text) || string(sum[:]) != text[49:] {
			t.Errorf("%q is taken", text)
		}
		if hash != sha256.Sum256([]byte(text)) {
			t.Errorf("%q has the hash of another text", text)
		}
	})
}

func TestHideSecret(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"/api/tokens/" + known:     "/api/tokens/mcpgw_…",
		"/a/" + known + "x/b":      "/a/mcpgw_…",
		"/api/tools/mcpgw_weather": "/api/tools/mcpgw_weather",
		known[:len(known)-1]:       known[:len(known)-1],
	} {
		if got := HideSecret(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
