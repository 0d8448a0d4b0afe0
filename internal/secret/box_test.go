package secret_test

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/secret"
)

func TestBoxOpensWhatItSealed(t *testing.T) {
	box := secret.NewBox([32]byte{1})
	for _, plain := range [][]byte{nil, []byte("x"), bytes.Repeat([]byte("long"), 5000)} {
		sealed := box.Seal(plain, []byte("/weather"))
		if len(sealed) != len(plain)+secret.Overhead {
			t.Errorf("%d bytes sealed in %d", len(plain), len(sealed))
		}
		opened, err := box.Open(sealed, []byte("/weather"))
		if err != nil || !bytes.Equal(opened, plain) {
			t.Errorf("%q %v", opened, err)
		}
	}
	if bytes.Equal(box.Seal([]byte("x"), nil), box.Seal([]byte("x"), nil)) {
		t.Error("the same text was sealed twice in the same way")
	}
}

func TestBoxOpensNothingElse(t *testing.T) {
	box, bound := secret.NewBox([32]byte{1}), []byte("/weather")
	sealed := box.Seal([]byte("the key"), bound)
	refuse := func(what string, box *secret.Box, sealed, bound []byte) {
		t.Helper()
		if plain, err := box.Open(sealed, bound); !errors.Is(err, secret.ErrNotOpened) || plain != nil {
			t.Errorf("%s: %q %v", what, plain, err)
		}
	}
	refuse("another key", secret.NewBox([32]byte{2}), sealed, bound)
	refuse("another place", box, sealed, []byte("/other"))
	refuse("no place", box, sealed, nil)
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		refuse("changed", box, changed, bound)
		refuse("cut", box, sealed[:i], bound)
	}
}

func TestBoxIsSafeForConcurrentUse(t *testing.T) {
	box := secret.NewBox([32]byte{1})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			plain := bytes.Repeat([]byte{byte(i)}, 100)
			for range 200 {
				if got, err := box.Open(box.Seal(plain, nil), nil); err != nil || !bytes.Equal(got, plain) {
					t.Errorf("%q %v", got, err)
				}
			}
		})
	}
	all.Wait()
}

// TestBoxAllocatesItsResultOnly guards the path of proxied requests.
func TestBoxAllocatesItsResultOnly(t *testing.T) {
	box, plain, bound := secret.NewBox([32]byte{1}), make([]byte, 200), []byte("caller")
	sealed := box.Seal(plain, bound)
	if n := testing.AllocsPerRun(100, func() { box.Seal(plain, bound) }); n > 1 {
		t.Errorf("Seal allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = box.Open(sealed, bound) }); n > 1 {
		t.Errorf("Open allocates %v times", n)
	}
}
