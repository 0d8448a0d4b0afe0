package httpserver

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
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
	// most bounds what is kept, in bytes.
	most int
	// tell is what is told of a service, and named whether its path is said before
	// that, as of a member of an object.
	tell  func(auth.Principal, *registry.Service) any
	named bool

	mu    sync.RWMutex
	kept  map[encodedKey]encodedText
	bytes int
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
	return &encoded{most: most, tell: tell, kept: make(map[encodedKey]encodedText)}
}

// newRecords keeps whole records, with their paths.
func newRecords() *encoded {
	e := newEncoded(maxRecords, func(p auth.Principal, service *registry.Service) any { return recordFor(p, service) })
	e.named = true
	return e
}

// get is what the principal is told.
func (e *encoded) get(p auth.Principal, service *registry.Service) (encodedText, error) {
	key := encodedKey{service.Path, p.Scope == auth.ScopeAdmin}
	e.mu.RLock()
	known := e.kept[key]
	e.mu.RUnlock()
	if known.service == service {
		return known, nil
	}
	text, err := e.encode(p, service)
	if err != nil {
		return encodedText{}, fmt.Errorf("encode %s: %w", service.Path, err)
	}
	hash := fnv.New64a()
	_, _ = hash.Write(text) // A hash takes all.
	known = encodedText{service, text, hash.Sum64()}
	e.put(key, known)
	return known, nil
}

func (e *encoded) encode(p auth.Principal, service *registry.Service) ([]byte, error) {
	text, err := json.Marshal(e.tell(p, service))
	if err != nil || !e.named {
		return text, err
	}
	path, err := json.Marshal(service.Path)
	return slices.Concat(path, []byte{':'}, text), err
}

func (e *encoded) put(key encodedKey, t encodedText) {
	e.mu.Lock()
	defer e.mu.Unlock()
	size := e.bytes - len(e.kept[key].text) + len(t.text)
	if size > e.most {
		return
	}
	e.kept[key], e.bytes = t, size
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

// encodedList is a list that is in JSON already.
type encodedList struct {
	tag   string
	parts [][]byte // They follow each other.
}

// add adds what is told of a service, with its traffic if there is any.
func (l *encodedList) add(text []byte, traffic []byte) {
	if traffic == nil {
		l.parts = append(l.parts, text)
		return
	}
	l.parts = append(l.parts, text[:len(text)-1], slices.Concat([]byte(`,"traffic":`), traffic, []byte{'}'}))
}

// gatheredParts is how much of a list is sent at a time, in bytes.
const gatheredParts = 128 << 10

// rooms has the memory that the parts of a list are gathered in, as *[]byte.
var rooms = sync.Pool{New: func() any { return new(make([]byte, 0, gatheredParts)) }}

// write sends the list.
func (l encodedList) write(w http.ResponseWriter) error {
	length := 0
	for _, part := range l.parts {
		length += len(part)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(length))
	h.Set("ETag", l.tag)
	room := rooms.Get().(*[]byte) //nolint:forcetypeassert // The pool makes nothing else.
	defer rooms.Put(room)
	out := (*room)[:0]
	for _, part := range l.parts {
		if len(out) > 0 && len(out)+len(part) > cap(out) {
			if _, err := w.Write(out); err != nil {
				return err
			}
			out = out[:0]
		}
		if len(part) < cap(out) {
			out = append(out, part...)
		} else if _, err := w.Write(part); err != nil {
			return err
		}
	}
	_, err := w.Write(out)
	return err
}

// encodeTraffic is the service's traffic in JSON, nil if there is none to tell.
func (s *Server) encodeTraffic(p auth.Principal, path registry.Path) ([]byte, error) {
	traffic := s.trafficFor(p, path)
	if traffic == nil {
		return nil, nil
	}
	return json.Marshal(traffic)
}

var comma = []byte{','}

// encodeRecords is the services' records by path, as the principal sees them,
// with their traffic.
func (s *Server) encodeRecords(p auth.Principal, services []*registry.Service, tag string) (encodedList, error) {
	list := encodedList{tag, make([][]byte, 0, 3*len(services)+2)}
	list.parts = append(list.parts, []byte{'{'})
	for i, service := range services {
		record, err := s.records.get(p, service)
		if err != nil {
			return encodedList{}, err
		}
		traffic, err := s.encodeTraffic(p, service.Path)
		if err != nil {
			return encodedList{}, err
		}
		if i > 0 {
			list.parts = append(list.parts, comma)
		}
		list.add(record.text, traffic)
	}
	s.records.prune(p, services)
	list.parts = append(list.parts, []byte("}\n"))
	return list, nil
}

// encodeEntries is the list of the services as the principal sees them, sorted by
// path as they are. Traffic has no version, so the tag is of what is sent.
func (s *Server) encodeEntries(p auth.Principal, services []*registry.Service, kept *encoded, withTraffic bool) (encodedList, error) {
	list := encodedList{parts: make([][]byte, 0, 3*len(services)+2)}
	list.parts = append(list.parts, []byte(`{"services":[`))
	hash := fnv.New64a()
	var sum [8]byte
	for i, service := range services {
		entry, err := kept.get(p, service)
		if err != nil {
			return encodedList{}, err
		}
		var traffic []byte
		if withTraffic {
			if traffic, err = s.encodeTraffic(p, service.Path); err != nil {
				return encodedList{}, err
			}
		}
		if i > 0 {
			list.parts = append(list.parts, comma)
		}
		list.add(entry.text, traffic)
		binary.LittleEndian.PutUint64(sum[:], entry.sum)
		_, _ = hash.Write(sum[:]) // A hash takes all.
		_, _ = hash.Write(traffic)
	}
	kept.prune(p, services)
	list.parts = append(list.parts, []byte("]}\n"))
	list.tag = fmt.Sprintf(`W/"%x"`, hash.Sum64())
	return list, nil
}
