package auth

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/argon2"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestHashAndVerify(t *testing.T) {
	h := NewHasher(1)
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q", hash)
	}
	again, err := h.Hash(t.Context(), "correct horse")
	if err != nil || again == hash {
		t.Errorf("two hashes of one password are equal, or %v", err)
	}
	for password, want := range map[string]bool{
		"correct horse": true, "correct horsf": false, "": false, "correct horse\x00": false,
		strings.Repeat("x", MaxPasswordBytes+1): false,
	} {
		if got, err := h.Verify(t.Context(), hash, password); got != want || err != nil {
			t.Errorf("verify %.20q: %v %v, want %v", password, got, err, want)
		}
	}
}

// TestVerifyTakesTheHashsParameters: a hash of an earlier or later version of
// the program, with other parameters, still works.
func TestVerifyTakesTheHashsParameters(t *testing.T) {
	h := NewHasher(1)
	p := phc{memory: 64, time: 3, threads: 2, salt: []byte("saltsalt")}
	p.key = argon2.IDKey([]byte("password"), p.salt, p.time, p.memory, p.threads, 24)
	if ok, err := h.Verify(t.Context(), p.String(), "password"); !ok || err != nil {
		t.Errorf("%v: %v %v (key %s)", p, ok, err, hex.EncodeToString(p.key))
	}
}

func TestVerifyRefusesAHashThatIsNone(t *testing.T) {
	if ok, err := NewHasher(1).Verify(t.Context(), "password", "password"); ok || err == nil {
		t.Errorf("got %v %v", ok, err)
	}
}

func TestHashBounds(t *testing.T) {
	h := NewHasher(1)
	for _, password := range []string{"", strings.Repeat("x", MaxPasswordBytes+1)} {
		_, err := h.Hash(t.Context(), password)
		if _, ok := errors.AsType[*registry.InvalidError](err); !ok {
			t.Errorf("%d bytes: %v", len(password), err)
		}
	}
	if _, err := h.Hash(t.Context(), strings.Repeat("x", MaxPasswordBytes)); err != nil {
		t.Error(err)
	}
}

// TestQueue: while the only turn is taken, so many wait as the queue holds,
// the next one is sent away, and who gives up waiting leaves its place.
func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(1)
		h.queue <- struct{}{} // somebody is at work,
		h.turns <- struct{}{} // and has the turn
		ctx, cancel := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for range queueLength {
			waiting.Go(func() {
				if err := h.VerifyNobody(ctx, "x"); !errors.Is(err, context.Canceled) {
					t.Errorf("waited and got %v", err)
				}
			})
		}
		synctest.Wait()
		if err := h.VerifyNobody(ctx, "x"); !errors.Is(err, ErrBusy) {
			t.Errorf("one too many: %v", err)
		}
		cancel()
		waiting.Wait()
		<-h.turns
		<-h.queue
		if err := h.VerifyNobody(t.Context(), "x"); err != nil {
			t.Errorf("after all left: %v", err)
		}
		if len(h.queue) != 0 || len(h.turns) != 0 {
			t.Errorf("places not given back: %d waiting, %d turns", len(h.queue), len(h.turns))
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	h := NewHasher(1)
	for b.Loop() {
		if err := h.VerifyNobody(b.Context(), "password"); err != nil {
			b.Fatal(err)
		}
	}
}
