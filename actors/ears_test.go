package actors

import (
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

var errSlow = errors.New("too slow")

// ears is a Subscriber that remembers what it heard.
type ears struct {
	mu       sync.Mutex
	messages [][]byte
	ended    int
	// refuse makes Send fail.
	refuse bool
	// late is true once something came after the end.
	late bool
}

// listen subscribes a new one.
func (w *world) listen() *ears {
	w.t.Helper()
	e := new(ears)
	mustAsk(w, w.Broadcaster, Subscribe{e})
	return e
}

func (e *ears) Send(message []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuse {
		return errSlow
	}
	e.late = e.late || e.ended > 0
	e.messages = append(e.messages, message)
	return nil
}

func (e *ears) End() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended++
}

func (e *ears) deafen() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refuse = true
}

// heard is how many messages came.
func (e *ears) heard() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.messages)
}

func (e *ears) ends() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended
}

// decoded is each message as an object.
func (e *ears) decoded(t testing.TB) []map[registry.Path]healthEntry {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]map[registry.Path]healthEntry, 0, len(e.messages))
	for _, m := range e.messages {
		if len(m) > MaxMessageBytes {
			t.Errorf("a message has %d bytes", len(m))
		}
		var o map[registry.Path]healthEntry
		if err := json.Unmarshal(m, &o); err != nil {
			t.Fatalf("%v in %.200q", err, m)
		}
		out = append(out, o)
	}
	return out
}

// statuses is what was heard of a path, in order.
func (e *ears) statuses(t testing.TB, path string) []string {
	t.Helper()
	var out []string
	for _, m := range e.decoded(t) {
		if entry, ok := m[registry.Path(path)]; ok {
			out = append(out, entry.Status)
		}
	}
	return out
}

// folded is all messages, each laid over those before. A version never goes
// back.
func (e *ears) folded(t testing.TB) map[registry.Path]healthEntry {
	t.Helper()
	known := make(map[registry.Path]healthEntry)
	for _, m := range e.decoded(t) {
		for path, entry := range m {
			if entry.Version < known[path].Version {
				t.Errorf("%s went from version %d back to %d", path, known[path].Version, entry.Version)
			}
		}
		maps.Copy(known, m)
	}
	maps.DeleteFunc(known, func(_ registry.Path, e healthEntry) bool { return e.Status == registry.StatusRemoved })
	return known
}

// expectTruth compares what was heard with what the registry says.
func (w *world) expectTruth(e *ears) {
	w.t.Helper()
	heard := e.folded(w.t)
	listing := mustAsk(w, w.Registry, ListServices{})
	if len(heard) != len(listing.Services) {
		w.t.Errorf("heard of %d services; there are %d", len(heard), len(listing.Services))
	}
	for _, s := range listing.Services {
		got, ok := heard[s.Path]
		if want := entryOf(s); !ok || got.news(want) {
			w.t.Errorf("of %s was heard %+v (%t), want %+v", s.Path, got, ok, want)
		}
	}
}
