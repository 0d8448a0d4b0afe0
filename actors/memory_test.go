package actors

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// memory is a Store that forgets everything, and fails on demand.
type memory struct {
	mu       sync.Mutex
	services map[registry.Path]*registry.Service
	sequence uint64
	events   []string
	commits  int // Calls of Changed that went well.
	batches  [][]*registry.Service
	history  map[registry.Path]*registry.History
	// before, if set, is asked before each event; its error is the event's.
	// It runs without the lock: it may block, and it may panic.
	before func(event string, path registry.Path) error
}

func newMemory(services ...*registry.Service) *memory {
	m := &memory{services: make(map[registry.Path]*registry.Service), history: make(map[registry.Path]*registry.History)}
	for _, s := range services {
		m.services[s.Path] = s
		m.sequence = max(m.sequence, s.Version)
	}
	return m
}

// failing makes all events fail, or none with nil.
func (m *memory) failing(err error) {
	m.doing(func(string, registry.Path) error { return err })
}

func (m *memory) doing(before func(event string, path registry.Path) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.before = before
}

func (m *memory) Load(context.Context) ([]*registry.Service, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.before != nil {
		if err := m.before("load", ""); err != nil {
			return nil, 0, err
		}
	}
	all := make([]*registry.Service, 0, len(m.services))
	for _, s := range m.services {
		all = append(all, stored(s))
	}
	return all, m.sequence, nil
}

// stored is a copy of what outlives the process.
func stored(s *registry.Service) *registry.Service {
	kept := *s
	kept.Generation, kept.Rechecking, kept.Steps, kept.NextCheck = 0, false, nil, time.Time{}
	return &kept
}

// got is what is stored of a service, or nil.
func (m *memory) got(path string) *registry.Service {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.services[registry.Path(path)]
}

// happened lists the events of a path so far, but for batches.
func (m *memory) happened(path string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var events []string
	for _, e := range m.events {
		var event, of string
		if _, err := fmt.Sscan(e, &event, &of); err == nil && of == path {
			events = append(events, event)
		}
	}
	return events
}

func (m *memory) written() [][]*registry.Service {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.batches)
}

func (m *memory) Changed(ctx context.Context, changes ...registry.Change) error {
	names := map[registry.ChangeKind]string{
		registry.Registered: "registered", registry.Edited: "edited", registry.Switched: "switched",
		registry.Removed: "removed", registry.HealthChanged: "health", registry.ToolsDiscovered: "tools",
	}
	for _, ch := range changes {
		if err := m.ask(ctx, names[ch.Kind], ch.Path()); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	for _, ch := range changes {
		m.events = append(m.events, names[ch.Kind]+" "+string(ch.Path()))
		m.sequence = max(m.sequence, ch.Version)
		if ch.After == nil {
			delete(m.services, ch.Path())
			delete(m.history, ch.Path())
			continue
		}
		m.put(ch.After)
	}
	return nil
}

// ask asks before, and makes sure that the event has a deadline.
func (m *memory) ask(ctx context.Context, event string, path registry.Path) error {
	m.mu.Lock()
	before := m.before
	m.mu.Unlock()
	if before != nil {
		if err := before(event, path); err != nil {
			return err
		}
	}
	if _, bounded := ctx.Deadline(); !bounded {
		return fmt.Errorf("%s has no deadline", event)
	}
	return nil
}

// put stores a service. The lock is held.
func (m *memory) put(s *registry.Service) {
	m.services[s.Path] = stored(s)
	if m.history[s.Path] == nil {
		m.history[s.Path] = new(registry.History)
	}
	h, entered := m.history[s.Path], s.Entered()
	if n := len(h.Changes); entered.Number > 0 && (n == 0 || h.Changes[n-1].Number < entered.Number) {
		h.Changes = append(h.Changes, entered)
	}
}

func (m *memory) ChecksRecorded(ctx context.Context, batch []*registry.Service, history []registry.CheckRecord) error {
	if err := m.ask(ctx, "checks", ""); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, "checks ")
	if len(batch) > 0 {
		m.batches = append(m.batches, slices.Clone(batch))
	}
	for _, s := range batch {
		if is := m.services[s.Path]; is != nil && is.Version == s.Version {
			m.services[s.Path] = stored(s)
		}
	}
	for _, c := range history {
		if h := m.history[c.Path]; h != nil {
			*h = h.With([]registry.CheckRecord{c})
		}
	}
	return nil
}

func (m *memory) History(_ context.Context, path registry.Path) (registry.History, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.history[path]; h != nil {
		return *h, nil
	}
	return registry.History{}, nil
}
