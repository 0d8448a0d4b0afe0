package registry

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestCatalogProperties drives a catalog with random commands, beside a model
// that is as simple as can be, and checks after each what must always hold.
func TestCatalogProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		t.Repeat(map[string]func(*rapid.T){
			"":           m.check,
			"register":   m.register,
			"edit":       m.edit,
			"switch":     m.switchOn,
			"remove":     m.remove,
			"begin":      m.begin,
			"finish":     m.finish,
			"stale":      m.stale,
			"of nowhere": m.ofNowhere,
		})
		m.checkHandedOut(t)
	})
}

// machine is a catalog, the model of it, and all that was ever seen of it.
type machine struct {
	c      *Catalog
	after  int
	model  map[Path]modelled
	now    time.Time
	last   uint64              // the version of the newest change
	spent  map[Path][]uint64   // generations that are over
	used   map[uint64]bool     // generations that ever were
	handed map[*Service]string // how each looked when it was handed out
	past   map[Path]History    // all that was recorded
}

// modelled is what the model knows of a service.
type modelled struct {
	name, upstream   string
	enabled, watch   bool
	rechecking       bool
	kind             StatusKind
	failures         int
	version, started uint64
}

func newMachine(t *rapid.T) *machine {
	after := rapid.IntRange(1, 3).Draw(t, "unhealthy after")
	return &machine{
		c: newCatalog(after), after: after, model: make(map[Path]modelled), now: noon,
		spent: make(map[Path][]uint64), used: make(map[uint64]bool), handed: make(map[*Service]string),
		past: make(map[Path]History),
	}
}

var (
	drawPath = rapid.SampledFrom([]Path{"/a", "/a/b", "/a_b", "/b", "/a.b", "/c/d/e"})
	drawName = rapid.SampledFrom([]string{"One", "Two"})
	drawURL  = rapid.SampledFrom([]string{"http://one", "http://two/mcp"})
)

// settle applies a change, or drops it, and says whether it was applied.
// bumps says whether it must bring a version.
func (m *machine) settle(t *rapid.T, ch Change, bumps bool) bool {
	t.Helper()
	m.keep(ch.Before)
	if want := m.c.Sequence() + 1; bumps && ch.Version != want || !bumps && ch.Version != 0 {
		t.Fatalf("change of kind %d has version %d after %d", ch.Kind, ch.Version, m.c.Sequence())
	}
	if rapid.IntRange(0, 4).Draw(t, "write fails at 0") == 0 {
		return false
	}
	m.c.Apply(ch)
	m.keep(ch.After)
	m.chronicle(t, ch)
	if bumps {
		if ch.Version <= m.last {
			t.Fatalf("version %d comes after %d", ch.Version, m.last)
		}
		m.last = ch.Version
	}
	return true
}

// keep remembers how a service looked when it was handed out.
func (m *machine) keep(s *Service) {
	if s == nil {
		return
	}
	if _, seen := m.handed[s]; !seen {
		m.handed[s] = fmt.Sprintf("%+v", *s)
	}
}

func (m *machine) checkHandedOut(t *rapid.T) {
	for s, was := range m.handed {
		if is := fmt.Sprintf("%+v", *s); is != was {
			t.Fatalf("a service that was handed out changed\nfrom %s\nto   %s", was, is)
		}
	}
}

func (m *machine) tick(t *rapid.T) time.Time {
	m.now = m.now.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "ms")) * time.Millisecond)
	return m.now
}

// known draws a registered path, or skips the command.
func (m *machine) known(t *rapid.T) (Path, modelled, *Service) {
	if len(m.model) == 0 {
		t.Skip("no service")
	}
	path := rapid.SampledFrom(slices.Sorted(maps.Keys(m.model))).Draw(t, "path")
	s, err := m.c.Get(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, m.model[path], s
}

// restart models that the checks of a service begin anew, or end.
func (m *machine) restart(path Path, was modelled) modelled {
	if was.started != 0 {
		m.spent[path] = append(m.spent[path], was.started)
	}
	was.started, was.rechecking = 0, false
	return was
}

func (m *machine) register(t *rapid.T) {
	path := drawPath.Draw(t, "path")
	name, upstream := drawName.Draw(t, "name"), drawURL.Draw(t, "url")
	d := Draft{Path: new(string(path)), Name: &name, Upstream: &upstream}
	enabled := rapid.Bool().Draw(t, "import and enable")
	var ch Change
	var err error
	if enabled {
		ch, err = m.c.Import(d, []Tool{{Name: "t"}}, true, m.tick(t))
	} else {
		ch, err = m.c.Register(d, m.tick(t))
	}
	if _, taken := m.model[path]; taken {
		if !errors.Is(err, ErrConflict) {
			t.Fatalf("registered twice: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if m.settle(t, ch, true) {
		kind := Disabled
		if enabled {
			kind = Checking
		}
		m.model[path] = modelled{name: name, upstream: upstream, enabled: enabled, kind: kind, version: m.last}
	}
}

func (m *machine) edit(t *rapid.T) {
	path, was, s := m.known(t)
	is := was
	var d Draft
	if rapid.Bool().Draw(t, "edit name") {
		is.name = drawName.Draw(t, "name")
		d.Name = &is.name
	}
	if rapid.Bool().Draw(t, "edit url") {
		is.upstream = drawURL.Draw(t, "url")
		d.Upstream = &is.upstream
	}
	if rapid.Bool().Draw(t, "edit watch") {
		is.watch = rapid.Bool().Draw(t, "watch")
		d.WatchTools = &is.watch
	}
	ch, err := m.c.Edit(path, d, m.tick(t))
	if err != nil {
		t.Fatal(err)
	}
	if is == was {
		if ch.Kind != Unchanged || ch.After != s {
			t.Fatalf("an edit of nothing planned %+v", ch)
		}
		return
	}
	if !m.settle(t, ch, true) {
		return
	}
	is.version = m.last
	if is.enabled && (is.upstream != was.upstream || is.watch != was.watch) {
		is = m.restart(path, is)
		if is.upstream != was.upstream {
			is.kind, is.failures = Checking, 0
		}
	}
	m.model[path] = is
}

func (m *machine) switchOn(t *rapid.T) {
	path, is, s := m.known(t)
	on := rapid.Bool().Draw(t, "on")
	ch, err := m.c.SetEnabled(path, on, m.tick(t))
	if err != nil {
		t.Fatal(err)
	}
	if is.enabled == on {
		if ch.Kind != Unchanged || ch.After != s {
			t.Fatalf("switching to what it is planned %+v", ch)
		}
		return
	}
	if !m.settle(t, ch, true) {
		return
	}
	is = m.restart(path, is)
	is.enabled, is.failures, is.version = on, 0, m.last
	is.kind = Disabled
	if on {
		is.kind = Checking
	}
	m.model[path] = is
}

func (m *machine) remove(t *rapid.T) {
	path, is, _ := m.known(t)
	ch, err := m.c.Remove(path)
	if err != nil {
		t.Fatal(err)
	}
	if m.settle(t, ch, true) {
		m.restart(path, is)
		delete(m.model, path)
	}
}

func (m *machine) begin(t *rapid.T) {
	path, is, s := m.known(t)
	ch := m.c.BeginRecheck(path, s.Generation)
	if want := is.enabled && is.kind != Checking && !is.rechecking; (ch.Kind == RecheckStarted) != want {
		t.Fatalf("kind %d, want a recheck: %t", ch.Kind, want)
	}
	if ch.Kind == RecheckStarted && m.settle(t, ch, false) {
		is.rechecking = true
		m.model[path] = is
	}
}

func (m *machine) finish(t *rapid.T) {
	path, is, s := m.known(t)
	if !is.enabled {
		t.Skip("disabled")
	}
	r := CheckResult{Path: path, Generation: s.Generation, Manual: rapid.Bool().Draw(t, "manual")}
	r.Outcome.At = m.tick(t)
	r.Outcome.Status = rapid.SampledFrom([]Status{
		{Kind: Healthy}, {Kind: AuthRequired}, {Unhealthy, "timeout"}, {Error, "blocked address"},
	}).Draw(t, "outcome")
	if r.Outcome.Status.Kind == Healthy {
		r.Outcome.Detected = rapid.SampledFrom([]Detected{modern, {Transport: HTTPSSE, Endpoint: "http://one/sse"}}).Draw(t, "detected")
		if rapid.Bool().Draw(t, "discover") {
			r.Outcome.Discovery = &Discovery{Tools: rapid.SampledFrom([][]Tool{nil, {{Name: "t"}}, {{Name: "t", Title: "T"}}}).Draw(t, "tools")}
		}
	}
	r.Outcome.Detail = rapid.SampledFrom([]string{"", "One.", "Two."}).Draw(t, "detail")
	ch, ok := m.c.Finish(r)
	if !ok {
		t.Fatal("a fresh result was dropped")
	}
	if !m.settle(t, ch, ch.Kind != Checked) {
		return
	}
	bad := r.Outcome.Status.Failing()
	is.failures++
	if !bad {
		is.failures = 0
	}
	is.rechecking = false
	wasUp := is.kind == Healthy || is.kind == AuthRequired
	if !bad || r.Manual || !wasUp || is.failures >= m.after {
		is.kind = r.Outcome.Status.Kind
	}
	if ch.Kind != Checked {
		is.version = m.last
	}
	m.model[path] = is

	news := s.Health.Status != ch.After.Health.Status || s.Health.Detail != ch.After.Health.Detail || !s.Detected.Equal(ch.After.Detected) ||
		s.Discovered != ch.After.Discovered || !slices.EqualFunc(s.Tools, ch.After.Tools, Tool.equal)
	if (ch.Kind != Checked) != news {
		t.Fatalf("kind %d though there is news: %t", ch.Kind, news)
	}
}

// stale sends results and starts of checks that are over.
func (m *machine) stale(t *rapid.T) {
	path := drawPath.Draw(t, "path")
	generations := append([]uint64{0}, m.spent[path]...)
	generation := rapid.SampledFrom(generations).Draw(t, "generation")
	o := Outcome{Status: Status{Kind: Healthy}, At: m.tick(t)}
	if ch, ok := m.c.Finish(CheckResult{Path: path, Generation: generation, Outcome: o, Manual: true}); ok {
		t.Fatalf("a stale result planned %+v", ch)
	}
	if ch := m.c.BeginRecheck(path, generation); ch.Kind != Unchanged {
		t.Fatalf("a stale start planned %+v", ch)
	}
}

func (m *machine) ofNowhere(t *rapid.T) {
	path := drawPath.Draw(t, "path")
	if _, there := m.model[path]; there {
		t.Skip("registered")
	}
	_, get := m.c.Get(path)
	_, edit := m.c.Edit(path, Draft{}, m.now)
	_, on := m.c.SetEnabled(path, true, m.now)
	_, remove := m.c.Remove(path)
	for _, err := range []error{get, edit, on, remove} {
		if !errors.Is(err, ErrNotFound) {
			t.Fatalf("got %v, want ErrNotFound", err)
		}
	}
}
