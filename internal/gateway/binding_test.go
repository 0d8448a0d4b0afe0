package gateway

import (
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestBinding(t *testing.T) {
	b := newBinding([32]byte{1})
	for _, id := range []string{"abc", "a.b.c", "", strings.Repeat("x", 3000), "\x21\x7e"} {
		bound := b.bind(id, "/weather", "user:admin")
		for _, r := range bound {
			if r < 0x21 || r > 0x7e {
				t.Errorf("%q is no session id: visible ASCII only", bound)
			}
		}
		if got, ok := b.unbind(bound, "/weather", "user:admin"); !ok || got != id {
			t.Errorf("%q comes back as %q, %v", id, got, ok)
		}
		// A replica with the same key takes it, one with another does not.
		if got, ok := newBinding([32]byte{1}).unbind(bound, "/weather", "user:admin"); !ok || got != id {
			t.Errorf("a replica takes %q for %q, %v", id, got, ok)
		}
		others := []struct {
			what    string
			b       *binding
			bound   string
			service registry.Path
			caller  string
		}{
			{"another key", newBinding([32]byte{2}), bound, "/weather", "user:admin"},
			{"another service", b, bound, "/weather2", "user:admin"},
			{"another caller", b, bound, "/weather", "token:admin"},
			{"a shifted border", b, bound, "/weatheru", "ser:admin"},
			{"the upstream's own id", b, id, "/weather", "user:admin"},
			{"another id", b, "x" + bound, "/weather", "user:admin"},
			{"another signature", b, bound[:len(bound)-1] + "!", "/weather", "user:admin"},
			{"a signature alone", b, bound[len(bound)-tagLength:], "/other", "user:admin"},
		}
		for _, o := range others {
			if got, ok := o.b.unbind(o.bound, o.service, o.caller); ok {
				t.Errorf("%s: %q counts as %q", o.what, o.bound, got)
			}
		}
	}
}

func FuzzUnbind(f *testing.F) {
	f.Add("abc.0123456789012345678901")
	f.Add(".")
	b := newBinding([32]byte{1})
	f.Fuzz(func(t *testing.T, bound string) {
		if id, ok := b.unbind(bound, "/a", "user:b"); ok && b.bind(id, "/a", "user:b") != bound {
			t.Fatalf("%q counts", bound)
		}
	})
}

func BenchmarkUnbind(b *testing.B) {
	x := newBinding([32]byte{1})
	bound := x.bind("0123456789abcdef0123456789abcdef", "/weather", "token:abcdefghijklmnop")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := x.unbind(bound, "/weather", "token:abcdefghijklmnop"); !ok {
			b.Fatal("refused")
		}
	}
}
