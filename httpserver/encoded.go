package httpserver

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxEncoded bounds the records that are kept in JSON, in bytes: some thousands
// with ten tools each. The rest is encoded for each list.
const maxEncoded = 32 << 20

// encoded keeps services' records in JSON, without their traffic, which changes
// all the time. A service is an immutable value, so what was made of it once
// stays right for as long as it is the same value. Any number of goroutines may
// use it.
type encoded struct {
	mu    sync.RWMutex
	kept  map[encodedKey]encodedRecord
	bytes int
}

// encodedKey is a path, and who sees the record.
type encodedKey struct {
	path  registry.Path
	admin bool
}

type encodedRecord struct {
	service *registry.Service
	text    []byte
}

func newEncoded() *encoded { return &encoded{kept: make(map[encodedKey]encodedRecord)} }

// get is the record as the principal sees it.
func (e *encoded) get(p auth.Principal, service *registry.Service) ([]byte, error) {
	key := encodedKey{service.Path, p.Scope == auth.ScopeAdmin}
	e.mu.RLock()
	known := e.kept[key]
	e.mu.RUnlock()
	if known.service == service {
		return known.text, nil
	}
	text, err := json.Marshal(recordFor(p, service))
	if err != nil {
		return nil, fmt.Errorf("encode the record of %s: %w", service.Path, err)
	}
	e.put(key, encodedRecord{service, text})
	return text, nil
}

func (e *encoded) put(key encodedKey, r encodedRecord) {
	e.mu.Lock()
	defer e.mu.Unlock()
	size := e.bytes - len(e.kept[key].text) + len(r.text)
	if size > maxEncoded {
		return
	}
	e.kept[key], e.bytes = r, size
}

// prune forgets what is not of these services, if that is most of what is kept.
func (e *encoded) prune(services []*registry.Service) {
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
	for key, r := range e.kept {
		if !there[key.path] {
			delete(e.kept, key)
			e.bytes -= len(r.text)
		}
	}
}

// encodeRecords is the services' records by path, as the principal sees them,
// with their traffic, in parts that follow each other.
func (s *Server) encodeRecords(p auth.Principal, services []*registry.Service) ([][]byte, error) {
	parts := make([][]byte, 0, 3*len(services)+2)
	between := "{"
	for _, service := range services {
		record, err := s.encoded.get(p, service)
		if err != nil {
			return nil, err
		}
		path, err := json.Marshal(service.Path)
		if err != nil {
			return nil, err
		}
		parts = append(parts, slices.Concat([]byte(between), path, []byte{':'}))
		between = ","
		traffic := s.trafficFor(p, service.Path)
		if traffic == nil {
			parts = append(parts, record)
			continue
		}
		text, err := json.Marshal(traffic)
		if err != nil {
			return nil, err
		}
		parts = append(parts, record[:len(record)-1], slices.Concat([]byte(`,"traffic":`), text, []byte{'}'}))
	}
	if !p.IsLimited() {
		s.encoded.prune(services)
	}
	if len(services) == 0 {
		parts = append(parts, []byte(between))
	}
	return append(parts, []byte("}\n")), nil
}
