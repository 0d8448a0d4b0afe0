package httpserver

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// encodedList is a list that is in JSON already, but for its commas and for the
// traffic of its services.
type encodedList struct {
	tag        string
	head, tail string
	texts      []encodedText
	// traffic is that of the service at the same place, in JSON, nil where there
	// is none to tell; empty if there is none of any.
	traffic [][]byte
}

// trafficMember comes before the traffic in what is told of a service.
const trafficMember = `,"traffic":`

// addTraffic adds the traffic of the services to what is told of them.
func (l *encodedList) addTraffic(s *Server, p auth.Principal) error {
	for i, t := range l.texts {
		traffic := s.trafficFor(p, t.service.Path)
		if traffic == nil {
			continue
		}
		if l.traffic == nil {
			l.traffic = make([][]byte, len(l.texts))
		}
		var err error
		if l.traffic[i], err = json.Marshal(traffic); err != nil {
			return err
		}
	}
	return nil
}

// length is how long the list is, in bytes.
func (l *encodedList) length() int {
	n := len(l.head) + len(l.tail) + max(0, len(l.texts)-1)
	for _, t := range l.texts {
		n += len(t.text)
	}
	for _, t := range l.traffic {
		if t != nil {
			n += len(trafficMember) + len(t)
		}
	}
	return n
}

// write sends the list.
func (l encodedList) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(l.length()))
	h.Set("ETag", l.tag)
	room := rooms.Get().(*[]byte) //nolint:forcetypeassert // The pool makes nothing else.
	defer rooms.Put(room)
	g := gathering{to: w, out: (*room)[:0]}
	g.addString(l.head)
	for i, t := range l.texts {
		if i > 0 {
			g.addString(",")
		}
		if l.traffic == nil || l.traffic[i] == nil {
			g.add(t.text)
			continue
		}
		g.add(t.text[:len(t.text)-1])
		g.addString(trafficMember)
		g.add(l.traffic[i])
		g.addString("}")
	}
	g.addString(l.tail)
	g.flush()
	return g.failed
}

// gatheredParts is how much of a list is sent at a time, in bytes.
const gatheredParts = 128 << 10

// rooms has the memory that the parts of a list are gathered in, as *[]byte.
var rooms = sync.Pool{New: func() any { return new(make([]byte, 0, gatheredParts)) }}

// gathering sends small parts together.
type gathering struct {
	to     io.Writer
	out    []byte
	failed error
}

func (g *gathering) add(part []byte) {
	if len(g.out)+len(part) > cap(g.out) {
		g.flush()
	}
	if len(part) <= cap(g.out) {
		g.out = append(g.out, part...)
	} else if g.failed == nil {
		_, g.failed = g.to.Write(part)
	}
}

// addString adds less than the room.
func (g *gathering) addString(part string) {
	if len(g.out)+len(part) > cap(g.out) {
		g.flush()
	}
	g.out = append(g.out, part...)
}

func (g *gathering) flush() {
	if g.failed == nil && len(g.out) > 0 {
		_, g.failed = g.to.Write(g.out)
	}
	g.out = g.out[:0]
}

// encodeRecords is the services' records by path, as the principal sees them,
// with their traffic.
func (s *Server) encodeRecords(p auth.Principal, services []*registry.Service, tag string) (encodedList, error) {
	texts, err := s.records.all(p, services)
	if err != nil {
		return encodedList{}, err
	}
	list := encodedList{tag: tag, head: "{", texts: texts, tail: "}\n"}
	return list, list.addTraffic(s, p)
}

// encodeEntries is the list of the services as the principal sees them, sorted by
// path as they are. Traffic has no version, so the tag is of what is sent.
func (s *Server) encodeEntries(p auth.Principal, services []*registry.Service, kept *encoded, withTraffic bool) (encodedList, error) {
	texts, err := kept.all(p, services)
	if err != nil {
		return encodedList{}, err
	}
	list := encodedList{head: `{"services":[`, texts: texts, tail: "]}\n"}
	if withTraffic {
		if err := list.addTraffic(s, p); err != nil {
			return encodedList{}, err
		}
	}
	hash := fnv.New64a()
	var sum [8]byte
	for i, t := range texts {
		binary.LittleEndian.PutUint64(sum[:], t.sum)
		_, _ = hash.Write(sum[:]) // A hash takes all.
		if list.traffic != nil {
			_, _ = hash.Write(list.traffic[i])
		}
	}
	list.tag = fmt.Sprintf(`W/"%x"`, hash.Sum64())
	return list, nil
}
