package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"

	"golang.org/x/crypto/argon2"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The parameters of new hashes: OWASP's second choice for argon2id, about
// 25 ms and 19 MiB a password.
const (
	hashMemory  = 19 << 10 // KiB
	hashTime    = 2
	hashThreads = 1
	saltBytes   = 16
	keyBytes    = 32
)

// queueLength is how many passwords may wait for their turn.
const queueLength = 64

// Hasher hashes and checks passwords, a few at a time: however many logins
// come at once, they take parallel × 19 MiB.
type Hasher struct {
	queue chan struct{}
	turns chan struct{}
	// nobody is a hash that no password has.
	nobody string
}

// NewHasher makes a Hasher that works on so many passwords at once; at least
// one.
func NewHasher(parallel int) *Hasher {
	parallel = max(1, parallel)
	return &Hasher{
		queue:  make(chan struct{}, parallel+queueLength),
		turns:  make(chan struct{}, parallel),
		nobody: phc{hashMemory, hashTime, hashThreads, random(saltBytes), random(keyBytes)}.String(),
	}
}

// Hash makes the hash to store for a password, in PHC string format. A
// password of no or over [MaxPasswordBytes] bytes is an
// *[registry.InvalidError]. It fails with [ErrBusy], or when ctx ends before
// its turn.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", registry.Invalid("password", "Give a password.")
	}
	if len(password) > MaxPasswordBytes {
		return "", registry.Invalid("password", "Use at most %d bytes.", MaxPasswordBytes)
	}
	hash := phc{memory: hashMemory, time: hashTime, threads: hashThreads, salt: random(saltBytes)}
	key, err := h.derive(ctx, hash, password, keyBytes)
	if err != nil {
		return "", err
	}
	hash.key = key
	return hash.String(), nil
}

// Verify says whether the hash was made of the password. The error is about a
// hash that is none of ours, or as for Hash; a wrong password is none.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	if len(password) > MaxPasswordBytes {
		return false, nil
	}
	want, err := parsePHC(hash)
	if err != nil {
		return false, fmt.Errorf("read a stored password: %w", err)
	}
	got, err := h.derive(ctx, want, password, len(want.key))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want.key) == 1, nil
}

// VerifyNobody takes as long as Verify of a wrong password, so that the time
// of an answer does not tell which users there are.
func (h *Hasher) VerifyNobody(ctx context.Context, password string) error {
	_, err := h.Verify(ctx, h.nobody, password)
	return err
}

// derive computes argon2id when its turn comes.
func (h *Hasher) derive(ctx context.Context, p phc, password string, length int) ([]byte, error) {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return nil, ErrBusy
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), p.salt, p.time, p.memory, p.threads, uint32(length)), nil //nolint:gosec // A key is a few dozen bytes.
}

// random returns n bytes from the system's generator, which never fails
// (crypto/rand.Read).
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
