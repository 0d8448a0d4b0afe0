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
	// macs are HMAC-SHA256 states of the key, ready to be used.
	macs sync.Pool
}

func newBinding(key [32]byte) *binding {
	return &binding{macs: sync.Pool{New: func() any { return hmac.New(sha256.New, key[:]) }}}
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
	mac := b.macs.Get().(hash.Hash) //nolint:forcetypeassert // New makes nothing else.
	defer b.macs.Put(mac)
	mac.Reset()
	var room [1024]byte
	text := append(append(room[:0], service...), 0)
	text = append(append(text, caller...), 0)
	mac.Write(append(text, id...))
	var sum [sha256.Size]byte
	return base64.RawURLEncoding.AppendEncode(to, mac.Sum(sum[:0])[:tagBytes])
}
