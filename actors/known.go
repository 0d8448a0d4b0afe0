package actors

import (
	"slices"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// tolerated is for how long the time of a check that found nothing new may be
// missing from what newcomers are shown. Ten thousand services are checked
// hundreds of times a second, and anybody may ask.
const tolerated = time.Second

// known is what is known now of all services, as values and as encoded.
type known struct {
	entries map[registry.Path]healthEntry
	members map[registry.Path][]byte
	// order lists the paths, sorted.
	order []registry.Path

	// messages and whole are everything, in pieces for the socket and in one;
	// nil when outdated. They were made at madeAt, and are behind when a check
	// found nothing new since.
	messages [][]byte
	whole    []byte
	madeAt   time.Time
	behind   bool
}

func newKnown() known {
	return known{entries: make(map[registry.Path]healthEntry), members: make(map[registry.Path][]byte)}
}

// note keeps what is known now of a service.
func (k *known) note(s *registry.Service) {
	e := entryOf(s)
	before, there := k.entries[s.Path]
	if !there {
		at, _ := slices.BinarySearch(k.order, s.Path)
		k.order = slices.Insert(k.order, at, s.Path)
	}
	if !there || e.news(before) {
		k.messages, k.whole = nil, nil
	}
	k.behind = true
	k.entries[s.Path] = e
	k.members[s.Path] = e.encode(s.Path)
}

// forget drops a service that is gone.
func (k *known) forget(path registry.Path) {
	if at, there := slices.BinarySearch(k.order, path); there {
		k.order = slices.Delete(k.order, at, at+1)
	}
	delete(k.entries, path)
	delete(k.members, path)
	k.messages, k.whole = nil, nil
}

// all is everything: as messages, and as one object.
func (k *known) all() (messages [][]byte, whole []byte) {
	if k.messages == nil || k.behind && time.Since(k.madeAt) >= tolerated {
		members := make([][]byte, 0, len(k.order))
		for _, path := range k.order {
			members = append(members, k.members[path])
		}
		k.messages, k.whole = joinMembers(members, MaxMessageBytes), joinMembers(members, 0)[0]
		k.madeAt, k.behind = time.Now(), false
	}
	return k.messages, k.whole
}
