package actors

import (
	"sync"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// mirror follows the registry through OnChange, and fails the test when a
// change does not fit to the one before.
type mirror struct {
	t  testing.TB
	mu sync.Mutex
	// known is each service as it was told last.
	known   map[registry.Path]*registry.Service
	changes int
}

func newMirror(t testing.TB) *mirror {
	return &mirror{t: t, known: make(map[registry.Path]*registry.Service)}
}

func (m *mirror) onChange(before, after *registry.Service) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changes++
	path := registry.Change{Before: before, After: after}.Path()
	if m.known[path] != before {
		m.t.Errorf("%s changed from %p, but was %p", path, before, m.known[path])
	}
	if m.known[path] = after; after == nil {
		delete(m.known, path)
	}
}

func (m *mirror) get(path registry.Path) *registry.Service {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[path]
}

func (m *mirror) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changes
}

// Whoever is told that a change is done finds it told already, durable.
func TestChangesAreToldBeforeTheReply(t *testing.T) {
	m := newMirror(t)
	inWorld(t, func(t *testing.T, w *world) {
		expect := func(what string, s *registry.Service) {
			t.Helper()
			// A check may have changed it again meanwhile.
			if told := m.get(s.Path); told == nil || told.Version < s.Version {
				t.Errorf("%s is not told", what)
			}
			if kept := w.store.got(string(s.Path)); kept == nil || kept.Version < s.Version {
				t.Errorf("%s is told but not stored", what)
			}
		}
		expect("a registration", w.register("/a"))
		expect("an import", mustAsk(w, w.Registry, ImportService{draft("/b"), nil, true}))
		expect("an edit", mustAsk(w, w.Registry, EditService{"/a", registry.Draft{Upstream: new("http://elsewhere")}}))
		expect("a switch", w.enable("/a"))
		expect("a check", mustAsk(w, w.Registry, CheckService{Path: "/a", Discover: true}))
		mustAsk(w, w.Registry, RemoveService{"/a"})
		if m.get("/a") != nil {
			t.Error("a removal is not told")
		}
	}, func(o *Options) { o.OnChange = m.onChange })
}

// What is loaded is told before Start returns.
func TestLoadedServicesAreToldAtTheStart(t *testing.T) {
	m := newMirror(t)
	var loaded []*registry.Service
	inWorld(t, func(t *testing.T, w *world) {
		if n := len(loaded); n != 3 {
			t.Errorf("%d services were told before the start was over, want 3", n)
		}
		w.eventually("the first checks are told", func() bool {
			return m.get("/a").Status().Kind == registry.Healthy && m.get("/b").Status().Kind == registry.Healthy
		})
		for _, s := range mustAsk(w, w.Registry, ListServices{}).Services {
			if m.get(s.Path) != s {
				t.Errorf("told %+v, is %+v", m.get(s.Path), s)
			}
		}
	}, func(o *Options) {
		o.Store = newMemory(
			&registry.Service{Path: "/a", Enabled: true, Upstream: upstreamOf("/a"), Version: 1},
			&registry.Service{Path: "/b", Enabled: true, Upstream: upstreamOf("/b"), Version: 2},
			&registry.Service{Path: "/off", Upstream: upstreamOf("/off"), Version: 3},
		)
		o.OnChange = func(before, after *registry.Service) {
			m.onChange(before, after)
			if before == nil {
				loaded = append(loaded, after)
			}
		}
	})
}

// What did not happen is not told, and the registry goes on telling after
// panics.
func TestOnlyWhatHappenedIsTold(t *testing.T) {
	m := newMirror(t)
	inWorld(t, func(t *testing.T, w *world) {
		w.register("/a")
		n := m.count()
		for _, broken := range []func(string, registry.Path) error{
			func(string, registry.Path) error { return errDisk },
			func(string, registry.Path) error { panic("disk on fire") },
		} {
			w.store.doing(broken)
			for range manyPanics {
				if _, err := tryAsk(w.Registry, SetEnabled{"/a", true}); err == nil {
					t.Fatal("it was switched on without a disk")
				}
			}
		}
		if m.count() != n {
			t.Errorf("%d changes were told that did not happen", m.count()-n)
		}
		w.store.failing(nil)
		if w.enable("/a"); !m.get("/a").Enabled {
			t.Error("after the panics a change is not told")
		}
		// Nothing is lost over many checks either, whatever they find.
		w.upstreams.at("/a", always(refused))
		time.Sleep(10 * interval)
		w.expectStatus("/a", "unhealthy: connection refused")
		if s := w.get("/a"); m.get("/a") != s {
			t.Errorf("told %+v, is %+v", m.get("/a"), s)
		}
	}, func(o *Options) { o.OnChange = m.onChange })
}
