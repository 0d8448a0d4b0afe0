package registry

import "testing"

func TestParseFlag(t *testing.T) {
	for in, want := range map[string]struct{ on, ok bool }{
		"on": {true, true}, "true": {true, true}, "1": {true, true}, "yes": {true, true},
		"ON": {true, true}, "True": {true, true}, " yes\n": {true, true},
		"off": {false, true}, "false": {false, true}, "0": {false, true}, "no": {false, true},
		"OFF": {false, true}, "": {false, true}, "  ": {false, true},
		"y": {}, "t": {}, "2": {}, "maybe": {}, "on on": {}, "enabled": {}, "-1": {}, "null": {},
	} {
		if on, ok := ParseFlag(in); on != want.on || ok != want.ok {
			t.Errorf("ParseFlag(%q) = %t, %t; want %t, %t", in, on, ok, want.on, want.ok)
		}
	}
}

func TestParseCount(t *testing.T) {
	for in, want := range map[string]struct {
		n  int
		ok bool
	}{
		"": {0, true}, " ": {0, true}, "0": {0, true}, "7": {7, true}, " 12 ": {12, true}, "-3": {-3, true}, "007": {7, true},
		"1.0": {}, "1e3": {}, "0x10": {}, "1_000": {}, "1,000": {}, "three": {}, "--1": {}, "1 2": {},
	} {
		if n, ok := ParseCount(in); ok != want.ok || ok && n != want.n {
			t.Errorf("ParseCount(%q) = %d, %t; want %d, %t", in, n, ok, want.n, want.ok)
		}
	}
	if n, ok := ParseCount("99999999999999999999"); ok {
		t.Errorf("a number beyond 64 bits gave %d", n)
	}
}
