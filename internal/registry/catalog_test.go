package registry

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// modern is what a check may find out.
var modern = Detected{Transport: StreamableHTTP, Endpoint: "http://localhost:8000/mcp", Stateless: true, Versions: []string{"2026-07-28"}}

// with registers /weather and, if asked to, enables it.
func with(t *testing.T, unhealthyAfter int, enabled bool) (*Catalog, *Service) {
	t.Helper()
	c := newCatalog(unhealthyAfter)
	s := apply(t, c)(c.Register(weather(), noon))
	if enabled {
		s = apply(t, c)(c.SetEnabled(s.Path, true, noon))
	}
	return c, s
}

// checked is with, and one good check that found modern and two tools.
func checked(t *testing.T, unhealthyAfter int) (*Catalog, *Service) {
	t.Helper()
	c, s := with(t, unhealthyAfter, true)
	o := Outcome{
		Status: Status{Kind: Healthy}, At: noon.Add(time.Second), Latency: time.Millisecond, Detected: modern,
		Discovery: &Discovery{Tools: []Tool{{Name: "now"}, {Name: "later"}}},
	}
	return c, finish(t, c, s, o, false)
}

// finish lets a check of s end.
func finish(t *testing.T, c *Catalog, s *Service, o Outcome, manual bool) *Service {
	t.Helper()
	ch, ok := c.Finish(CheckResult{Path: s.Path, Generation: s.Generation, Outcome: o, Manual: manual})
	if !ok {
		t.Fatalf("the result %s of generation %d was dropped", o.Status, s.Generation)
	}
	c.Apply(ch)
	return ch.After
}

func TestUnknownService(t *testing.T) {
	c := newCatalog(2)
	_, get := c.Get("/none")
	_, edit := c.Edit("/none", Draft{Name: new("")}, noon)
	_, on := c.SetEnabled("/none", true, noon)
	_, remove := c.Remove("/none")
	for what, err := range map[string]error{"Get": get, "Edit": edit, "SetEnabled": on, "Remove": remove} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", what, err)
		}
	}
}

func TestRegisterConflict(t *testing.T) {
	c, s := with(t, 2, false)
	d := weather()
	d.Path, d.Name = new("weather/"), new("Another")
	if _, err := c.Register(d, noon); !errors.Is(err, ErrConflict) {
		t.Fatalf("got %v, want ErrConflict", err)
	}
	if got, _ := c.Get(s.Path); got != s || c.Sequence() != 1 || len(c.All()) != 1 {
		t.Errorf("the conflict left %+v, sequence %d, %d services", got, c.Sequence(), len(c.All()))
	}
	// Bad fields are told before the conflict, and a path differs by case.
	d.Name = new("")
	if _, err := c.Register(d, noon); errors.Is(err, ErrConflict) {
		t.Error("a conflict hid the wrong name")
	}
	d.Name, d.Path = new("Another"), new("/Weather")
	if _, err := c.Register(d, noon); err != nil {
		t.Error(err)
	}
}

func TestEditKeepsWhatIsNotNamed(t *testing.T) {
	c, before := checked(t, 2)
	later := noon.Add(time.Hour)
	ch, err := c.Edit(before.Path, Draft{Description: new("Forecasts.")}, later)
	if err != nil {
		t.Fatal(err)
	}
	want := *before
	want.Description, want.UpdatedAt, want.Version = "Forecasts.", later, before.Version+1
	if diff := cmp.Diff(&want, ch.After); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ch.Kind != Edited || ch.Before != before || ch.Version != want.Version {
		t.Errorf("got %+v", ch)
	}
}

func TestEditSetsEachField(t *testing.T) {
	c, before := with(t, 2, false)
	d := Draft{
		Path: new("weather"), Name: new("W"), Description: new("D"), Upstream: new("https://h"), Tags: &[]string{"t"},
		NumTools: new(7), Stars: new(5), IsPython: new(true), License: new("MIT"), WatchTools: new(true),
	}
	got := apply(t, c)(c.Edit(before.Path, d, noon))
	want := *before
	want.Name, want.Description, want.Upstream, want.Tags = "W", "D", "https://h", []string{"t"}
	want.DeclaredTools, want.Stars, want.IsPython, want.License, want.WatchTools = 7, 5, true, "MIT", true
	want.Version = 2
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Given empty is not the same as not given.
	got = apply(t, c)(c.Edit(before.Path, Draft{Description: new(""), Tags: &[]string{}, License: new("")}, noon))
	if got.Description != "" || len(got.Tags) != 0 || got.License != DefaultLicense || got.Name != "W" {
		t.Errorf("emptied: %+v", got)
	}
}

func TestEditOfNothing(t *testing.T) {
	c, s := checked(t, 2)
	for name, d := range map[string]Draft{
		"no field":    {},
		"same values": {Path: new("/weather/"), Name: new(" Weather "), Upstream: &s.Upstream, Tags: &[]string{""}, License: new("")},
	} {
		ch, err := c.Edit(s.Path, d, noon.Add(time.Hour))
		if err != nil || ch.Kind != Unchanged || ch.After != s || ch.Version != 0 {
			t.Errorf("%s: %+v, %v; want nothing planned", name, ch, err)
		}
		c.Apply(ch)
	}
	if got, _ := c.Get(s.Path); got != s {
		t.Errorf("the service became %+v", got)
	}
}

func TestEditRefusesAnotherPath(t *testing.T) {
	c, s := with(t, 2, false)
	for _, path := range []string{"/other", "", "/a//b", "/weather/x"} {
		_, err := c.Edit(s.Path, Draft{Path: &path}, noon)
		if got := wrongFields(t, err); !slices.Equal(got, []string{"path"}) {
			t.Errorf("%q: wrong are %q", path, got)
		}
	}
}

func TestEditOfUpstream(t *testing.T) {
	later := noon.Add(time.Hour)
	t.Run("enabled", func(t *testing.T) {
		c, before := checked(t, 2)
		ch, _ := c.Edit(before.Path, Draft{Upstream: new("http://localhost:9000")}, later)
		want := *before
		want.Upstream, want.Detected, want.UpdatedAt, want.Version = "http://localhost:9000", Detected{}, later, before.Version+1
		want.Health = Health{Status: Status{Kind: Checking}, LastChecked: before.Health.LastChecked, Since: later}
		want.Generation = ch.After.Generation
		want.Recorded.Changes++
		if diff := cmp.Diff(&want, ch.After); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if ch.After.Generation <= before.Generation {
			t.Errorf("generation %d after %d, want checks to start anew", ch.After.Generation, before.Generation)
		}
	})
	t.Run("disabled", func(t *testing.T) {
		c, before := checked(t, 2)
		before = apply(t, c)(c.SetEnabled(before.Path, false, noon))
		got := apply(t, c)(c.Edit(before.Path, Draft{Upstream: new("http://localhost:9000")}, later))
		want := *before
		want.Upstream, want.Detected, want.UpdatedAt, want.Version = "http://localhost:9000", Detected{}, later, before.Version+1
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("ends a recheck", func(t *testing.T) {
		c, before := checked(t, 2)
		c.Apply(c.BeginRecheck(before.Path, before.Generation))
		if got := apply(t, c)(c.Edit(before.Path, Draft{Upstream: new("http://h")}, later)); got.Rechecking {
			t.Error("still rechecking")
		}
	})
}

func TestEditOfWatchTools(t *testing.T) {
	c, before := checked(t, 2)
	c.Apply(c.BeginRecheck(before.Path, before.Generation))
	got := apply(t, c)(c.Edit(before.Path, Draft{WatchTools: new(true)}, noon))
	if got.Generation <= before.Generation || got.Rechecking {
		t.Errorf("generation %d after %d, rechecking %t; want a new start", got.Generation, before.Generation, got.Rechecking)
	}
	if diff := cmp.Diff(before.Health, got.Health); diff != "" {
		t.Errorf("the health changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(before.Detected, got.Detected); diff != "" {
		t.Errorf("what was detected changed (-before +after):\n%s", diff)
	}

	c, before = with(t, 2, false)
	if got := apply(t, c)(c.Edit(before.Path, Draft{WatchTools: new(true)}, noon)); got.Generation != 0 || !got.WatchTools {
		t.Errorf("disabled: generation %d, watch %t", got.Generation, got.WatchTools)
	}
}

func TestEditOfNameLetsChecksRun(t *testing.T) {
	c, before := checked(t, 2)
	c.Apply(c.BeginRecheck(before.Path, before.Generation))
	got := apply(t, c)(c.Edit(before.Path, Draft{Name: new("Other")}, noon))
	if got.Generation != before.Generation || !got.Rechecking {
		t.Errorf("generation %d after %d, rechecking %t; want both kept", got.Generation, before.Generation, got.Rechecking)
	}
}

func TestSwitch(t *testing.T) {
	c, before := checked(t, 2)
	later := noon.Add(time.Hour)
	if ch, err := c.SetEnabled(before.Path, true, later); err != nil || ch.Kind != Unchanged || ch.After != before {
		t.Errorf("on when on: %+v, %v; want nothing planned", ch, err)
	}
	c.Apply(c.BeginRecheck(before.Path, before.Generation))
	off := apply(t, c)(c.SetEnabled(before.Path, false, later))
	want := *before
	want.Enabled, want.Generation, want.Version = false, 0, before.Version+1
	want.Recorded.Changes++
	want.Health = Health{Status: Status{Kind: Disabled}, LastChecked: before.Health.LastChecked, Since: later}
	if diff := cmp.Diff(&want, off); diff != "" {
		t.Errorf("off (-want +got):\n%s", diff)
	}
	if ch, err := c.SetEnabled(before.Path, false, later); err != nil || ch.Kind != Unchanged {
		t.Errorf("off when off: %+v, %v; want nothing planned", ch, err)
	}
	on := apply(t, c)(c.SetEnabled(before.Path, true, later.Add(time.Hour)))
	if on.Status().Kind != Checking || on.Generation <= before.Generation || on.Version != off.Version+1 {
		t.Errorf("on again: %+v", on)
	}
	if on.NumTools() != 2 || !on.Detected.Equal(modern) {
		t.Errorf("on again knows %d tools and %+v, want what was known", on.NumTools(), on.Detected)
	}
}

func TestRemove(t *testing.T) {
	c, s := checked(t, 2)
	ch, err := c.Remove(s.Path)
	if err != nil || ch.Kind != Removed || ch.Before != s || ch.After != nil || ch.Path() != s.Path || ch.Version != s.Version+1 {
		t.Fatalf("got %+v, %v", ch, err)
	}
	c.Apply(ch)
	if _, err := c.Get(s.Path); !errors.Is(err, ErrNotFound) || len(c.All()) != 0 {
		t.Errorf("%v, %d services after the removal", err, len(c.All()))
	}
	again := apply(t, c)(c.Register(weather(), noon))
	if again.Version <= ch.Version || again.Enabled || again.Discovered {
		t.Errorf("registered again: %+v", again)
	}
}

func TestImport(t *testing.T) {
	c := newCatalog(2)
	tools := []Tool{{Name: "now"}}
	on := apply(t, c)(c.Import(weather(), tools, true, noon))
	if !on.Enabled || on.Generation == 0 || on.Status().Kind != Checking || on.NumTools() != 1 || !on.Discovered || on.Version != 1 {
		t.Errorf("enabled: %+v", on)
	}
	d := weather()
	d.Path, d.NumTools = new("/b"), new(4)
	off := apply(t, c)(c.Import(d, nil, false, noon))
	if off.Enabled || off.Generation != 0 || off.Status().Kind != Disabled || off.Discovered || off.NumTools() != 4 {
		t.Errorf("disabled: %+v", off)
	}
	if _, err := c.Import(weather(), nil, true, noon); !errors.Is(err, ErrConflict) {
		t.Errorf("twice: %v, want ErrConflict", err)
	}
	d.Path = new("/login/x")
	if _, err := c.Import(d, nil, true, noon); err == nil {
		t.Error("a reserved path was imported")
	}
}

// TestPlannedIsNotDone plans each kind of change and drops it, as when a write
// fails: nothing may be different, and the next plan gets the same version.
func TestPlannedIsNotDone(t *testing.T) {
	c, s := checked(t, 1)
	want := *s
	other := weather()
	other.Path = new("/other")
	for what, plan := range map[string]func() Change{
		"register": func() Change { ch, _ := c.Register(other, noon); return ch },
		"import":   func() Change { ch, _ := c.Import(other, nil, true, noon); return ch },
		"edit": func() Change {
			ch, _ := c.Edit(s.Path, Draft{Name: new("X"), Upstream: new("http://x")}, noon)
			return ch
		},
		"set":    func() Change { ch, _ := c.SetEnabled(s.Path, false, noon); return ch },
		"remove": func() Change { ch, _ := c.Remove(s.Path); return ch },
		"begin":  func() Change { return c.BeginRecheck(s.Path, s.Generation) },
		"finish bad": func() Change {
			ch, _ := c.Finish(CheckResult{Path: s.Path, Generation: s.Generation, Outcome: failed("timeout")})
			return ch
		},
	} {
		ch := plan()
		if ch.Kind == Unchanged {
			t.Fatalf("%s planned nothing", what)
		}
		if ch.Version != 0 && ch.Version != s.Version+1 {
			t.Errorf("%s has version %d, want %d", what, ch.Version, s.Version+1)
		}
		got, err := c.Get(s.Path)
		if err != nil || got != s || len(c.All()) != 1 || c.Sequence() != s.Version {
			t.Errorf("%s, only planned: %+v, %v, %d services, sequence %d", what, got, err, len(c.All()), c.Sequence())
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s, only planned (-want +got):\n%s", what, diff)
		}
	}
}

func TestNewCatalogTakesUpWhatIsStored(t *testing.T) {
	stored := []*Service{
		{Path: "/b", Enabled: true, Version: 4, Health: Health{Status: Status{Kind: Healthy}, Since: noon}},
		{Path: "/a/x", Version: 9, Health: Health{Status: Status{Kind: Disabled}, Since: noon}},
		{Path: "/a", Enabled: true, Version: 2, Health: Health{Status: Status{Unhealthy, "timeout"}, Since: noon, Failures: 3}},
	}
	c := NewCatalog(Rules{UnhealthyAfter: 2}, stored, 12)
	var paths []Path
	generations := make(map[uint64]bool)
	for _, s := range c.All() {
		paths = append(paths, s.Path)
		if s.Enabled != (s.Generation > 0) || s.Enabled && generations[s.Generation] {
			t.Errorf("%s: enabled %t, generation %d", s.Path, s.Enabled, s.Generation)
		}
		generations[s.Generation] = true
	}
	if diff := cmp.Diff([]Path{"/a", "/a/x", "/b"}, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a, _ := c.Get("/a"); a.Status().String() != "unhealthy: timeout" {
		t.Errorf("/a is %s, want the last known health", a.Status())
	}
	if s := apply(t, c)(c.Register(weather(), noon)); s.Version != 13 {
		t.Errorf("the next version is %d, want 13", s.Version)
	}
	// A sequence that is behind its services never leads to a version twice.
	c = NewCatalog(Rules{UnhealthyAfter: 2}, []*Service{{Path: "/a", Version: 9}}, 3)
	if s := apply(t, c)(c.Register(weather(), noon)); s.Version != 10 {
		t.Errorf("the next version is %d, want 10", s.Version)
	}
}

func TestCountByStatus(t *testing.T) {
	c, s := checked(t, 1)
	d := weather()
	d.Path = new("/b")
	apply(t, c)(c.Register(d, noon))
	if diff := cmp.Diff(map[StatusKind]int{Healthy: 1, Disabled: 1}, c.CountByStatus()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c.Apply(c.BeginRecheck(s.Path, s.Generation))
	if diff := cmp.Diff(map[StatusKind]int{Checking: 1, Disabled: 1}, c.CountByStatus()); diff != "" {
		t.Errorf("rechecking (-want +got):\n%s", diff)
	}
}

func TestAllIsTheCallers(t *testing.T) {
	c, s := with(t, 2, false)
	c.All()[0] = nil
	if got := c.All(); len(got) != 1 || got[0] != s {
		t.Errorf("got %v", got)
	}
}

func TestTarget(t *testing.T) {
	_, s := checked(t, 2)
	if diff := cmp.Diff(Target{Upstream: s.Upstream, Detected: modern}, s.Target()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
