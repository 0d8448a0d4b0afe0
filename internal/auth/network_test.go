package auth

import (
	"net/netip"
	"testing"
)

func TestNetwork(t *testing.T) {
	for given, want := range map[string]string{
		"203.0.113.7":        "203.0.113.7",
		"::ffff:203.0.113.7": "203.0.113.7",
		"2001:db8:1:2:3::4":  "2001:db8:1:2::",
		"fe80::1%eth0":       "fe80::",
		"::1":                "::",
	} {
		if got := Network(netip.MustParseAddr(given)); got.String() != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
	if got := Network(netip.Addr{}); got.IsValid() {
		t.Errorf("no address: %s", got)
	}
}
