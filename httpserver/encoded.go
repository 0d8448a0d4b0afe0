package httpserver

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// maxRecords bounds the records that are kept in JSON, in bytes: some
	// thousands with ten tools each. The rest is encoded for each list.
	maxRecords = 32 << 20
	// maxEntries bounds, for each kind of list, the entries that are kept so.
	maxEntries = 16 << 20
)

// encoded keeps what is told of services in JSON, without their traffic, which
// changes all the time. A service is an immutable value, so what was made of it
// once stays right for as long as it is the same value. Any number of goroutines
// may use it.
type encoded struct {
	// most bounds what is kept, in bytes; last may hold on to as much again of
	// what was kept before.
	most int
	// tell is what is told of a service, and named whether its path is said before
	// that, as of a member of an object.
	tell  func(auth.Principal, *registry.Service) any
	named bool

	mu    sync.RWMutex
	kept  map[encodedKey]encodedText
	bytes int
	// last is what was told last of all services, to an administrator or not, as
	// long as all of it was kept: as a rule the next one hears the same.
	last map[bool][]encodedText
}

// encodedKey is a path, and who is told.
type encodedKey struct {
	path  registry.Path
	admin bool
}

// encodedText is what is told of a service, and a hash of that.
type encodedText struct {
	service *registry.Service
	text    []byte
	sum     uint64
}

func newEncoded(most int, tell func(auth.Principal, *registry.Service) any) *encoded {
	return &encoded{
		most: most, tell: tell,
		kept: make(map[encodedKey]encodedText),
		last: make(map[bool][]encodedText),
	}
}

// newRecords keeps whole records, with their paths.
func newRecords() *encoded {
	e := newEncoded(maxRecords, func(p auth.Principal, service *registry.Service) any { return recordFor(p, service) })
	e.named = true
	return e
}

// all is what the principal is told of each of the services. It must not be
// changed.
func (e *encoded) all(p auth.Principal, services []*registry.Service) ([]encodedText, error) {
	admin := p.Scope == auth.ScopeAdmin
	e.mu.RLock()
	last := e.last[admin]
	e.mu.RUnlock()
	if slices.EqualFunc(last, services, func(t encodedText, s *registry.Service) bool { return t.service == s }) {
		return last, nil
	}
	texts := make([]encodedText, len(services))
	whole := !p.IsLimited()
	for i, service := range services {
		if i < len(last) && last[i].service == service {
			texts[i] = last[i]
			continue
		}
		text, kept, err := e.get(encodedKey{service.Path, admin}, p, service)
		if err != nil {
			return nil, err
		}
		texts[i], whole = text, whole && kept
	}
	e.prune(p, services)
	if whole {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.last[admin] = texts
	}
	return texts, nil
}

// get is what the principal is told of a service, and whether it is kept.
func (e *encoded) get(key encodedKey, p auth.Principal, service *registry.Service) (t encodedText, kept bool, err error) {
	e.mu.RLock()
	t = e.kept[key]
	e.mu.RUnlock()
	if t.service == service {
		return t, true, nil
	}
	text, err := e.encode(p, service)
	if err != nil {
		return encodedText{}, false, fmt.Errorf("encode %s: %w", service.Path, err)
	}
	hash := fnv.New64a()
	_, _ = hash.Write(text) // A hash takes all.
	t = encodedText{service, text, hash.Sum64()}
	return t, e.put(key, t), nil
}

func (e *encoded) encode(p auth.Principal, service *registry.Service) ([]byte, error) {
	text, err := json.Marshal(e.tell(p, service))
	if err != nil || !e.named {
		return text, err
	}
	path, err := json.Marshal(service.Path)
	return slices.Concat(path, []byte{':'}, text), err
}

// put keeps a text if there is room for it.
func (e *encoded) put(key encodedKey, t encodedText) (kept bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	size := e.bytes - len(e.kept[key].text) + len(t.text)
	if size > e.most {
		return false
	}
	e.kept[key], e.bytes = t, size
	return true
}

// prune forgets what is not of these services, which are all that there are, if
// that is most of what is kept.
func (e *encoded) prune(p auth.Principal, services []*registry.Service) {
	if p.IsLimited() {
		return // They are not all.
	}
	e.mu.RLock()
	tidy := len(e.kept) <= 2*len(services)+100
	e.mu.RUnlock()
	if tidy {
		return
	}
	there := make(map[registry.Path]bool, len(services))
	for _, s := range services {
		there[s.Path] = true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for key, t := range e.kept {
		if !there[key.path] {
			delete(e.kept, key)
			e.bytes -= len(t.text)
		}
	}
}
