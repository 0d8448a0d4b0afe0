package auth

import (
	"strings"
	"testing"
)

const (
	testSalt = "c29tZXNhbHRzb21lc2FsdA"
	testKey  = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

func TestParsePHCRefuses(t *testing.T) {
	good := "$argon2id$v=19$m=19456,t=2,p=1$" + testSalt + "$" + testKey
	if _, err := parsePHC(good); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"empty":                "",
		"plain":                "password",
		"another algorithm":    strings.Replace(good, "argon2id", "argon2i", 1),
		"another version":      strings.Replace(good, "v=19", "v=16", 1),
		"10 GB":                strings.Replace(good, "m=19456", "m=10485760", 1),
		"memory over uint32":   strings.Replace(good, "m=19456", "m=4294986752", 1),
		"an hour":              strings.Replace(good, "t=2", "t=100000", 1),
		"many threads":         strings.Replace(good, "p=1", "p=255", 1),
		"no time":              strings.Replace(good, "t=2", "t=0", 1),
		"no threads":           strings.Replace(good, "p=1", "p=0", 1),
		"memory under p":       strings.Replace(good, "m=19456,t=2,p=1", "m=8,t=2,p=2", 1),
		"negative":             strings.Replace(good, "t=2", "t=-2", 1),
		"leading zero":         strings.Replace(good, "t=2", "t=02", 1),
		"sign":                 strings.Replace(good, "t=2", "t=+2", 1),
		"order":                strings.Replace(good, "m=19456,t=2", "t=2,m=19456", 1),
		"another parameter":    strings.Replace(good, "p=1", "p=1,data=AAAA", 1),
		"short salt":           strings.Replace(good, testSalt, "AAAA", 1),
		"long salt":            strings.Replace(good, testSalt, strings.Repeat("A", 4000), 1),
		"short key":            strings.Replace(good, testKey, "AAAA", 1),
		"long key":             strings.Replace(good, testKey, strings.Repeat("A", 4000), 1),
		"no key":               strings.TrimSuffix(good, "$"+testKey),
		"padding":              good + "=",
		"line break":           good + "\n",
		"line break in base64": strings.Replace(good, testSalt, testSalt[:4]+"\n"+testSalt[4:], 1),
		"loose bits":           good[:len(good)-1] + "B",
		"something behind":     good + "$",
	} {
		if h, err := parsePHC(s); err == nil {
			t.Errorf("%s: %q was read as %v", name, s, h)
		}
	}
}

// FuzzParsePHC: nothing panics, nothing exceeds the bounds, and what is
// accepted has one spelling.
func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$" + testSalt + "$" + testKey)
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$$")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parsePHC(s)
		if err != nil {
			return
		}
		if h.memory > maxMemory || h.memory < 8*uint32(h.threads) || h.time < 1 || h.time > maxTime ||
			h.threads < 1 || h.threads > maxThreads || len(h.salt) > maxSalt || len(h.key) > maxKey || len(h.key) < minKey {
			t.Errorf("%q is out of bounds: %+v", s, h)
		}
		if h.String() != s {
			t.Errorf("%q has the second spelling %q", s, h.String())
		}
	})
}
