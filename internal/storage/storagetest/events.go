package storagetest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// testEvents says any sequence of events to a store and to a map, some of them
// twice, and expects both to hold the same, also after the store was opened
// again. All sequences share one database, emptied by removals in between.
func testEvents(t *testing.T, db Database) {
	m := &machine{t: t, db: db}
	m.store, _ = db.Open(t)
	defer func() {
		if err := m.store.Close(); err != nil {
			t.Error(err)
		}
	}()
	rapid.Check(t, func(rt *rapid.T) {
		m.reset(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"register": m.register,
			"edit":     m.edit,
			"switch":   m.toggle,
			"remove":   m.remove,
			"health":   m.health,
			"discover": m.discover,
			"record":   m.record,
			"load":     m.load,
		})
		m.check(rt)
	})
}

// machine is a store beside its model.
type machine struct {
	t        *testing.T
	db       Database
	store    Store
	model    map[registry.Path]*registry.Service
	sequence uint64
}

// reset removes what an earlier sequence left.
func (m *machine) reset(rt *rapid.T) {
	left, sequence, err := m.store.Load(rt.Context())
	m.must(rt, err)
	m.sequence = sequence
	for _, svc := range left {
		m.sequence++
		m.must(rt, m.store.Changed(rt.Context(), Removal(svc.Path, m.sequence)))
	}
	m.model = make(map[registry.Path]*registry.Service)
}

var paths = rapid.SampledFrom([]registry.Path{"/a", "/a/b", "/a_b", "/A", "/a/B", "/z~.-9"})

// next draws a service that is there, as a copy of the next version, and what
// it might change to.
func (m *machine) next(rt *rapid.T) (svc, other registry.Service) {
	there := slices.Sorted(maps.Keys(m.model))
	if len(there) == 0 {
		rt.Skip("no service")
	}
	svc = *m.model[rapid.SampledFrom(there).Draw(rt, "path")]
	m.sequence++
	svc.Version = m.sequence
	return svc, service(rt)
}

// apply says the event to the store, perhaps twice, and to the model.
func (m *machine) apply(rt *rapid.T, svc registry.Service, kind registry.ChangeKind) {
	for range rapid.IntRange(1, 2).Draw(rt, "times") {
		// What belongs to a process must not be kept.
		said := svc
		said.Rechecking, said.Generation = true, 7
		said.Steps, said.NextCheck = []registry.Step{{Method: "GET"}}, time.Now()
		m.must(rt, m.store.Changed(rt.Context(), Change(kind, &said)))
	}
	m.model[svc.Path] = &svc
}

func (m *machine) register(rt *rapid.T) {
	svc := service(rt)
	svc.Path = paths.Draw(rt, "path")
	if m.model[svc.Path] != nil {
		rt.Skip("taken")
	}
	m.sequence++
	svc.Version = m.sequence
	m.apply(rt, svc, registry.Registered)
}

func (m *machine) edit(rt *rapid.T) {
	svc, other := m.next(rt)
	other.Path, other.Version, other.Tools, other.RegisteredAt = svc.Path, svc.Version, svc.Tools, svc.RegisteredAt
	m.apply(rt, other, registry.Edited)
}

func (m *machine) toggle(rt *rapid.T) {
	svc, other := m.next(rt)
	svc.Enabled, svc.Health, svc.UpdatedAt = other.Enabled, other.Health, other.UpdatedAt
	m.apply(rt, svc, registry.Switched)
}

func (m *machine) health(rt *rapid.T) {
	svc, other := m.next(rt)
	svc.Health, svc.Detected, svc.Recorded = other.Health, other.Detected, other.Recorded
	m.apply(rt, svc, registry.HealthChanged)
}

func (m *machine) discover(rt *rapid.T) {
	svc, other := m.next(rt)
	svc.Health, svc.Detected, svc.Tools, svc.Discovered = other.Health, other.Detected, other.Tools, other.Discovered
	m.apply(rt, svc, registry.ToolsDiscovered)
}

func (m *machine) record(rt *rapid.T) {
	var batch []*registry.Service
	for path, old := range m.model {
		svc, health := *old, healths.Draw(rt, string(path))
		health.Status, health.Since = svc.Health.Status, svc.Health.Since
		svc.Health = health
		svc.Recorded.Checks = recorded.Draw(rt, string(path)).Checks
		m.model[path] = &svc
		batch = append(batch, &svc)
	}
	m.must(rt, m.store.ChecksRecorded(rt.Context(), batch, nil))
}

func (m *machine) remove(rt *rapid.T) {
	svc, _ := m.next(rt)
	for range rapid.IntRange(1, 2).Draw(rt, "times") {
		m.must(rt, m.store.Changed(rt.Context(), Removal(svc.Path, svc.Version)))
	}
	delete(m.model, svc.Path)
}

// load checks what is stored, now and then after opening the store again.
func (m *machine) load(rt *rapid.T) {
	m.check(rt)
	if rapid.IntRange(0, 3).Draw(rt, "reopen") > 0 {
		return
	}
	m.must(rt, m.store.Close())
	m.store, _ = m.db.Open(m.t)
	m.check(rt)
}

func (m *machine) check(rt *rapid.T) {
	got, sequence, err := m.store.Load(rt.Context())
	m.must(rt, err)
	var want []*registry.Service
	for _, path := range slices.Sorted(maps.Keys(m.model)) {
		want = append(want, m.model[path])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatalf("loaded (-want +got):\n%s", diff)
	}
	if sequence != m.sequence {
		rt.Fatalf("sequence %d, want %d", sequence, m.sequence)
	}
}

func (m *machine) must(rt *rapid.T, err error) {
	if err != nil {
		rt.Fatal(err)
	}
}
