package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"sync"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// tagBytes is the length of a signature that is added to a session id, cut
// from 32; tagLength is that of its text, with the dot before it.
const (
	tagBytes  = 16
	tagLength = 1 + 22
)

// binding signs session ids, so that one counts only for the caller and the
// service that it was issued to. Replicas that share the key share no memory.
type binding struct {
	signers sync.Pool
}

// signer is an HMAC-SHA256 of the key, ready to be used, with room for what it
// signs and for the sum, so that signing allocates nothing.
type signer struct {
	mac  hash.Hash
	text []byte
	sum  []byte
}

func newBinding(key [32]byte) *binding {
	return &binding{signers: sync.Pool{New: func() any { return &signer{mac: hmac.New(sha256.New, key[:])} }}}
}

// bind adds the signature to an upstream's session id.
func (b *binding) bind(id string, service registry.Path, caller string) string {
	out := make([]byte, 0, len(id)+tagLength)
	out = append(append(out, id...), '.')
	return string(b.tag(out, id, service, caller))
}

// unbind is the upstream's own session id. ok is false where the signature is
// not that of this caller and this service.
func (b *binding) unbind(bound string, service registry.Path, caller string) (id string, ok bool) {
	at := len(bound) - tagLength
	if at < 0 || bound[at] != '.' {
		return "", false
	}
	var room [tagLength]byte
	return bound[:at], hmac.Equal([]byte(bound[at+1:]), b.tag(room[:0], bound[:at], service, caller))
}

// tag appends the signature's text. No path or caller holds a zero byte.
func (b *binding) tag(to []byte, id string, service registry.Path, caller string) []byte {
	s := b.signers.Get().(*signer) //nolint:forcetypeassert // New makes nothing else.
	defer b.signers.Put(s)
	s.text = append(append(s.text[:0], service...), 0)
	s.text = append(append(s.text, caller...), 0)
	s.text = append(s.text, id...)
	s.mac.Reset()
	s.mac.Write(s.text)
	s.sum = s.mac.Sum(s.sum[:0])
	return base64.RawURLEncoding.AppendEncode(to, s.sum[:tagBytes])
}
