package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"log/slog"
)

// Overhead is how many bytes a sealed text is longer than its plain one: a
// nonce of 12 and a tag of 16.
const Overhead = 28

// ErrNotOpened says that a sealed text was made with another key or for
// another place, or was changed since.
var ErrNotOpened = errors.New("sealed with another key, for another place, or changed since")

// Box seals and opens with AES-256-GCM under random nonces (NIST SP 800-38D).
// One key is good for 2³² seals. A Box is safe for concurrent use.
type Box struct {
	aead cipher.AEAD
}

// NewBox makes a box of a key, which should be derived for it alone.
func NewBox(key [32]byte) *Box {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("secret: AES refused a key of 32 bytes: " + err.Error())
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("secret: GCM refused AES: " + err.Error())
	}
	return &Box{aead}
}

// Seal encrypts plain. The result opens only along with the same bound, which
// is not part of it: say, whose secret it is.
func (b *Box) Seal(plain, bound []byte) []byte {
	return b.aead.Seal(make([]byte, 0, len(plain)+Overhead), nil, plain, bound) //nolint:gosec // G407: the nonce is drawn within.
}

// Open decrypts what Seal made with the same key and bound, or fails with
// [ErrNotOpened].
func (b *Box) Open(sealed, bound []byte) ([]byte, error) {
	if len(sealed) < Overhead {
		return nil, ErrNotOpened
	}
	plain, err := b.aead.Open(make([]byte, 0, len(sealed)-Overhead), nil, sealed, bound)
	if err != nil {
		return nil, ErrNotOpened // The cause says nothing more.
	}
	return plain, nil
}

const hiddenBox = "[sealing box]"

// Format writes a fixed text, whatever the verb.
func (b *Box) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(hiddenBox)) }

// LogValue is a fixed text.
func (b *Box) LogValue() slog.Value { return slog.StringValue(hiddenBox) }
