package registry

import (
	"cmp"
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// check compares the catalog with the model, and checks what always holds.
func (m *machine) check(t *rapid.T) {
	all := m.c.All()
	if len(all) != len(m.model) || m.c.Sequence() != m.last {
		t.Fatalf("%d services, sequence %d; want %d, %d", len(all), m.c.Sequence(), len(m.model), m.last)
	}
	if !slices.IsSortedFunc(all, func(a, b *Service) int { return cmp.Compare(a.Path, b.Path) }) {
		t.Fatal("the services are not sorted by path")
	}
	versions := make(map[uint64]Path)
	generations := make(map[uint64]Path)
	counts := make(map[StatusKind]int)
	for _, s := range all {
		m.keep(s)
		if got, err := m.c.Get(s.Path); err != nil || got != s {
			t.Fatalf("Get(%s) = %p, %v; All has %p", s.Path, got, err, s)
		}
		is, there := m.model[s.Path]
		if !there {
			t.Fatalf("%s should not be there", s.Path)
		}
		if is.started == 0 && is.enabled {
			// The checks were just started: with a generation never seen.
			if m.used[s.Generation] {
				t.Fatalf("%s starts with generation %d, which was in use", s.Path, s.Generation)
			}
			is.started = s.Generation
			m.used[s.Generation] = true
			m.model[s.Path] = is
		}
		got := modelled{
			name: s.Name, upstream: s.Upstream, enabled: s.Enabled, watch: s.WatchTools, rechecking: s.Rechecking,
			kind: s.Health.Status.Kind, failures: s.Health.Failures, version: s.Version, started: s.Generation,
		}
		if got != is {
			t.Fatalf("%s is %+v, want %+v", s.Path, got, is)
		}
		if other, twice := versions[s.Version]; twice || s.Version == 0 || s.Version > m.last {
			t.Fatalf("%s has version %d, as has %q; the newest is %d", s.Path, s.Version, other, m.last)
		}
		versions[s.Version] = s.Path
		if other, twice := generations[s.Generation]; twice && s.Enabled {
			t.Fatalf("%s and %s share generation %d", s.Path, other, s.Generation)
		}
		generations[s.Generation] = s.Path
		m.checkService(t, s)
		counts[s.Status().Kind]++
	}
	if !maps.Equal(counts, m.c.CountByStatus()) {
		t.Fatalf("CountByStatus says %v, want %v", m.c.CountByStatus(), counts)
	}
}

// checkService checks what holds for each service alone.
func (m *machine) checkService(t *rapid.T, s *Service) {
	h := s.Health
	switch {
	case s.Enabled != (s.Generation > 0):
		t.Fatalf("%s: enabled %t, generation %d", s.Path, s.Enabled, s.Generation)
	case s.Enabled == (h.Status.Kind == Disabled):
		t.Fatalf("%s: enabled %t, %s", s.Path, s.Enabled, h.Status)
	case s.Rechecking && (!s.Enabled || h.Status.Kind == Checking):
		t.Fatalf("%s: rechecking while %s", s.Path, h.Status)
	case h.Since.IsZero() || h.Since.After(m.now) || h.LastChecked.After(m.now) || s.UpdatedAt.Before(s.RegisteredAt):
		t.Fatalf("%s: at %s, since %s, last checked %s", s.Path, m.now, h.Since, h.LastChecked)
	case (h.Status.Up() || h.Status.Failing()) && h.LastChecked.Before(h.Since):
		t.Fatalf("%s is %s since %s, but was last checked %s", s.Path, h.Status, h.Since, h.LastChecked)
	case h.Status.Up() && h.Failures >= max(m.after, 1):
		t.Fatalf("%s is %s after %d failures", s.Path, h.Status, h.Failures)
	case h.Status.Failing() && h.Failures == 0:
		t.Fatalf("%s is %s without a failure", s.Path, h.Status)
	case s.Discovered && s.NumTools() != len(s.Tools):
		t.Fatalf("%s: %d tools, listed %d", s.Path, s.NumTools(), len(s.Tools))
	}
}
