package auth

import (
	"regexp"
	"testing"
)

func TestWeakPassword(t *testing.T) {
	for password, want := range map[string]bool{
		"": true, "password": true, "PassWord": true, "1234567": true, "äöüäöüä": true,
		"12345678": false, "äöüäöüäö": false, "passwords": false,
	} {
		if got := WeakPassword(password); got != want {
			t.Errorf("%q: %v, want %v", password, got, want)
		}
	}
}

func TestGeneratePassword(t *testing.T) {
	// At least 26 symbols of 32: 130 bits.
	shape := regexp.MustCompile(`^([a-z2-7]{5}-){5}[a-z2-7]+$`)
	seen := map[string]bool{}
	for range 100 {
		p := GeneratePassword()
		if !shape.MatchString(p) || WeakPassword(p) || seen[p] {
			t.Fatalf("password %q", p)
		}
		seen[p] = true
	}
}
