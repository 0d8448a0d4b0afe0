package registry

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// failed is the outcome of a check that failed.
func failed(reason string) Outcome {
	return Outcome{Status: Status{Unhealthy, reason}, Detail: "Why: " + reason + ".", At: noon.Add(time.Minute)}
}

func TestHysteresis(t *testing.T) {
	// A step is a check: its outcome, by name, and whether it is manual; and
	// the status after it.
	type step struct {
		outcome string
		manual  bool
		status  string
	}
	outcomes := map[string]Outcome{
		"ok":      {Status: Status{Kind: Healthy}, Latency: time.Millisecond, Detected: modern},
		"auth":    {Status: Status{Kind: AuthRequired}, Latency: time.Millisecond},
		"timeout": failed("timeout"),
		"refused": failed("connection refused"),
		"blocked": {Status: Status{Error, "blocked address"}},
	}
	for _, tt := range []struct {
		name  string
		after int
		steps []step
	}{
		{"first result good", 2, []step{{"ok", false, "healthy"}}},
		{"first result bad flips at once", 2, []step{{"timeout", false, "unhealthy: timeout"}}},
		{"first result bad, after 3", 3, []step{{"timeout", false, "unhealthy: timeout"}}},
		{"first result auth", 2, []step{{"auth", false, "auth-required"}}},
		{"first result error", 2, []step{{"blocked", false, "error: blocked address"}}},
		{"the second flips", 2, []step{{"ok", false, "healthy"}, {"timeout", false, "healthy"}, {"timeout", false, "unhealthy: timeout"}}},
		{"after 1 the first flips", 1, []step{{"ok", false, "healthy"}, {"timeout", false, "unhealthy: timeout"}}},
		{"after 3 the third flips", 3, []step{
			{"ok", false, "healthy"}, {"timeout", false, "healthy"}, {"refused", false, "healthy"}, {"timeout", false, "unhealthy: timeout"},
		}},
		{"a good one starts the count anew", 2, []step{
			{"ok", false, "healthy"}, {"timeout", false, "healthy"}, {"ok", false, "healthy"}, {"timeout", false, "healthy"}, {"timeout", false, "unhealthy: timeout"},
		}},
		{"auth starts the count anew", 2, []step{
			{"ok", false, "healthy"}, {"timeout", false, "healthy"}, {"auth", false, "auth-required"}, {"timeout", false, "auth-required"}, {"timeout", false, "unhealthy: timeout"},
		}},
		{"one good check is enough", 3, []step{{"timeout", false, "unhealthy: timeout"}, {"timeout", false, "unhealthy: timeout"}, {"ok", false, "healthy"}}},
		{"another reason shows at once", 2, []step{{"timeout", false, "unhealthy: timeout"}, {"refused", false, "unhealthy: connection refused"}}},
		{"an error counts as a failure", 2, []step{{"ok", false, "healthy"}, {"blocked", false, "healthy"}, {"timeout", false, "unhealthy: timeout"}}},
		{"a manual one flips at once", 3, []step{{"ok", false, "healthy"}, {"timeout", true, "unhealthy: timeout"}}},
		{"a manual one flips back at once", 3, []step{{"timeout", false, "unhealthy: timeout"}, {"ok", true, "healthy"}}},
		{"0 is as 1", 0, []step{{"ok", false, "healthy"}, {"timeout", false, "unhealthy: timeout"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, s := with(t, tt.after, true)
			at := noon
			for i, step := range tt.steps {
				o := outcomes[step.outcome]
				at = at.Add(time.Minute)
				o.At = at
				before := s
				s = finish(t, c, s, o, step.manual)
				if got := s.Status().String(); got != step.status {
					t.Fatalf("after step %d (%s) it is %s, want %s", i, step.outcome, got, step.status)
				}
				if s.Health.LastChecked != at || s.Health.Latency != o.Latency {
					t.Errorf("step %d: checked at %s with %s, want %s with %s", i, s.Health.LastChecked, s.Health.Latency, at, o.Latency)
				}
				since := before.Health.Since
				if before.Health.Status.Kind != s.Health.Status.Kind {
					since = at
				}
				if s.Health.Since != since {
					t.Errorf("step %d: since %s, want %s", i, s.Health.Since, since)
				}
				flipped := s.Version != before.Version
				if changes := before.Health.Status != s.Health.Status || before.Health.Detail != s.Health.Detail || !before.Detected.Equal(s.Detected); flipped != changes {
					t.Errorf("step %d: version %d after %d, though changed is %t", i, s.Version, before.Version, changes)
				}
			}
		})
	}
}

func TestFirstFailureIsExplained(t *testing.T) {
	c, s := checked(t, 2)
	s = finish(t, c, s, failed("timeout"), false)
	if s.Health.Failures != 1 || !strings.Contains(s.Health.Detail, "unhealthy: timeout") {
		t.Errorf("got %+v", s.Health)
	}
	s = finish(t, c, s, failed("timeout"), false)
	if s.Health.Failures != 2 || s.Health.Detail != "Why: timeout." {
		t.Errorf("got %+v", s.Health)
	}
	s = finish(t, c, s, Outcome{Status: Status{Kind: Healthy}, At: noon, Detected: modern}, false)
	if s.Health.Failures != 0 || s.Health.Detail != "" {
		t.Errorf("got %+v", s.Health)
	}
}

func TestCheckWithoutNewsIsNoChange(t *testing.T) {
	c, s := checked(t, 2)
	at := noon.Add(time.Hour)
	ch, ok := c.Finish(CheckResult{Path: s.Path, Generation: s.Generation, Outcome: Outcome{
		Status: Status{Kind: Healthy}, At: at, Latency: time.Second, Detected: modern,
		Discovery: &Discovery{Tools: slices.Clone(s.Tools)},
	}})
	if !ok || ch.Kind != Checked || ch.Version != 0 || ch.After.Version != s.Version {
		t.Fatalf("got %+v, %t", ch, ok)
	}
	c.Apply(ch)
	got, _ := c.Get(s.Path)
	if got.Health.LastChecked != at || got.Health.Latency != time.Second || c.Sequence() != s.Version || c.All()[0] != got {
		t.Errorf("got %+v, sequence %d", got.Health, c.Sequence())
	}
}

func TestDetectedIsKept(t *testing.T) {
	c, s := checked(t, 1)
	if s = finish(t, c, s, failed("timeout"), false); !s.Detected.Equal(modern) {
		t.Errorf("a failure left %+v", s.Detected)
	}
	if s = finish(t, c, s, Outcome{Status: Status{Kind: AuthRequired}}, false); !s.Detected.Equal(modern) {
		t.Errorf("a request for credentials left %+v", s.Detected)
	}
	base := finish(t, c, s, Outcome{Status: Status{Kind: Healthy}, Detected: modern}, false)
	for name, change := range map[string]func(*Detected){
		"transport":  func(d *Detected) { d.Transport = HTTPSSE },
		"endpoint":   func(d *Detected) { d.Endpoint = "http://h" },
		"stateless":  func(d *Detected) { d.Stateless = false },
		"versions":   func(d *Detected) { d.Versions = []string{"2025-11-25"} },
		"name":       func(d *Detected) { d.ServerName = "x" },
		"of version": func(d *Detected) { d.ServerVersion = "2" },
	} {
		d := modern
		change(&d)
		ch, ok := c.Finish(CheckResult{Path: base.Path, Generation: base.Generation, Outcome: Outcome{Status: Status{Kind: Healthy}, Detected: d}})
		if !ok || ch.Kind != HealthChanged || !ch.After.Detected.Equal(d) {
			t.Errorf("another %s: %+v", name, ch)
		}
	}
}

func TestRecheck(t *testing.T) {
	c, s := checked(t, 2)
	ch := c.BeginRecheck(s.Path, s.Generation)
	if ch.Kind != RecheckStarted || ch.Version != 0 || ch.After.Status().Kind != Checking || ch.After.Health.Status.Kind != Healthy {
		t.Fatalf("got %+v", ch)
	}
	c.Apply(ch)
	if again := c.BeginRecheck(s.Path, s.Generation); again.Kind != Unchanged {
		t.Errorf("begun twice: %+v", again)
	}
	got := finish(t, c, s, Outcome{Status: Status{Kind: Healthy}, At: noon.Add(time.Hour), Detected: modern}, true)
	if got.Rechecking || got.Status().Kind != Healthy || got.Version != s.Version {
		t.Errorf("after a result without news: %+v", got)
	}

	c.Apply(c.BeginRecheck(s.Path, s.Generation))
	if got = finish(t, c, s, failed("timeout"), true); got.Rechecking || got.Status().String() != "unhealthy: timeout" {
		t.Errorf("after a bad result: %s", got.Status())
	}
	// The result of a manual check may be lost. The next check ends it.
	c.Apply(c.BeginRecheck(s.Path, s.Generation))
	if got = finish(t, c, s, failed("timeout"), false); got.Rechecking {
		t.Error("the recheck never ends")
	}
}

func TestEndRecheck(t *testing.T) {
	c, s := checked(t, 2)
	for name, ch := range map[string]Change{
		"none runs":       c.EndRecheck(s.Path, s.Generation),
		"no such service": c.EndRecheck("/none", s.Generation),
	} {
		if ch.Kind != Unchanged {
			t.Errorf("%s: %+v", name, ch)
		}
	}
	c.Apply(c.BeginRecheck(s.Path, s.Generation))
	if ch := c.EndRecheck(s.Path, s.Generation+1); ch.Kind != Unchanged {
		t.Errorf("of another generation: %+v", ch)
	}
	ch := c.EndRecheck(s.Path, s.Generation)
	if ch.Kind != RecheckEnded || ch.Version != 0 || ch.Kind.Lasting() || ch.After.Version != s.Version {
		t.Fatalf("got %+v", ch)
	}
	c.Apply(ch)
	if got, _ := c.Get(s.Path); got.Rechecking || got.Status() != s.Status() {
		t.Errorf("it is %s, want %s", got.Status(), s.Status())
	}
}

func TestRecheckThatMayNotBegin(t *testing.T) {
	c, s := with(t, 2, true)
	for name, ch := range map[string]Change{
		"no such service":   c.BeginRecheck("/none", s.Generation),
		"other generation":  c.BeginRecheck(s.Path, s.Generation+1),
		"generation 0":      c.BeginRecheck(s.Path, 0),
		"checking as it is": c.BeginRecheck(s.Path, s.Generation),
	} {
		if ch.Kind != Unchanged {
			t.Errorf("%s: %+v", name, ch)
		}
		c.Apply(ch)
	}
	c, s = with(t, 2, false)
	if ch := c.BeginRecheck(s.Path, s.Generation); ch.Kind != Unchanged {
		t.Errorf("disabled: %+v", ch)
	}
}

func TestStaleResultsAreDropped(t *testing.T) {
	good := Outcome{Status: Status{Kind: Healthy}, At: noon, Detected: modern}
	dropped := func(t *testing.T, c *Catalog, path Path, generation uint64) {
		t.Helper()
		before := c.All()
		ch, ok := c.Finish(CheckResult{Path: path, Generation: generation, Outcome: good, Manual: true})
		if ok || ch != (Change{}) {
			t.Errorf("got %+v, %t; want it dropped", ch, ok)
		}
		c.Apply(ch)
		if !slices.Equal(before, c.All()) {
			t.Error("the catalog changed")
		}
	}
	t.Run("unknown", func(t *testing.T) {
		c, s := checked(t, 2)
		dropped(t, c, "/none", s.Generation)
	})
	t.Run("disabled", func(t *testing.T) {
		c, s := checked(t, 2)
		apply(t, c)(c.SetEnabled(s.Path, false, noon))
		dropped(t, c, s.Path, s.Generation)
		dropped(t, c, s.Path, 0)
	})
	t.Run("off and on", func(t *testing.T) {
		c, s := checked(t, 2)
		apply(t, c)(c.SetEnabled(s.Path, false, noon))
		apply(t, c)(c.SetEnabled(s.Path, true, noon))
		dropped(t, c, s.Path, s.Generation)
	})
	t.Run("another upstream", func(t *testing.T) {
		c, s := checked(t, 2)
		apply(t, c)(c.Edit(s.Path, Draft{Upstream: new("http://h")}, noon))
		dropped(t, c, s.Path, s.Generation)
	})
	t.Run("watched", func(t *testing.T) {
		c, s := checked(t, 2)
		apply(t, c)(c.Edit(s.Path, Draft{WatchTools: new(true)}, noon))
		dropped(t, c, s.Path, s.Generation)
	})
	t.Run("removed", func(t *testing.T) {
		c, s := checked(t, 2)
		apply(t, c)(c.Remove(s.Path))
		dropped(t, c, s.Path, s.Generation)
	})
	t.Run("registered again", func(t *testing.T) {
		c, s := checked(t, 2)
		apply(t, c)(c.Remove(s.Path))
		apply(t, c)(c.Register(weather(), noon))
		apply(t, c)(c.SetEnabled(s.Path, true, noon))
		dropped(t, c, s.Path, s.Generation)
	})
}

func TestDiscovery(t *testing.T) {
	first := []Tool{{
		Name: "now", Title: "Now", Description: "The weather now.", InputSchema: json.RawMessage(`{"type":"object"}`),
		OutputSchema: json.RawMessage(`{"type":"string"}`), Annotations: json.RawMessage(`{"readOnlyHint":true}`),
	}, {Name: "later"}}
	change := func(f func([]Tool) []Tool) []Tool { return f(slices.Clone(first)) }
	for _, tt := range []struct {
		name  string
		tools []Tool
		news  bool
	}{
		{"same", slices.Clone(first), false},
		{"name", change(func(ts []Tool) []Tool { ts[0].Name = "today"; return ts }), true},
		{"title", change(func(ts []Tool) []Tool { ts[0].Title = "Today"; return ts }), true},
		{"description", change(func(ts []Tool) []Tool { ts[1].Description = "x"; return ts }), true},
		{"schema", change(func(ts []Tool) []Tool { ts[0].InputSchema = json.RawMessage(`{}`); return ts }), true},
		{"no schema", change(func(ts []Tool) []Tool { ts[0].InputSchema = nil; return ts }), true},
		{"output schema", change(func(ts []Tool) []Tool { ts[0].OutputSchema = nil; return ts }), true},
		{"annotations", change(func(ts []Tool) []Tool { ts[0].Annotations = nil; return ts }), true},
		{"order", change(func(ts []Tool) []Tool { slices.Reverse(ts); return ts }), false},
		{"one fewer", first[:1], true},
		{"one more", append(slices.Clone(first), Tool{Name: "x"}), true},
		{"none", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, s := with(t, 2, true)
			outcome := func(tools []Tool) Outcome {
				return Outcome{Status: Status{Kind: Healthy}, At: noon, Detected: modern, Discovery: &Discovery{Tools: tools}}
			}
			s = finish(t, c, s, outcome(first), false)
			ch, ok := c.Finish(CheckResult{Path: s.Path, Generation: s.Generation, Outcome: outcome(tt.tools)})
			if !ok || (ch.Kind == ToolsDiscovered) != tt.news || (ch.Version == s.Version+1) != tt.news {
				t.Errorf("got %+v, want news: %t", ch, tt.news)
			}
			want := first // What is no news is kept as it was.
			if tt.news {
				want = tt.tools
			}
			if diff := cmp.Diff(want, ch.After.Tools); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFirstDiscoveryCountsEvenIfEmpty(t *testing.T) {
	c := newCatalog(2)
	d := weather()
	d.NumTools = new(3)
	apply(t, c)(c.Register(d, noon))
	s := apply(t, c)(c.SetEnabled("/weather", true, noon))
	o := Outcome{Status: Status{Kind: Healthy}, At: noon, Detected: modern}
	if s = finish(t, c, s, o, false); s.NumTools() != 3 || s.Discovered {
		t.Errorf("before any discovery: %d tools", s.NumTools())
	}
	o.Discovery = &Discovery{}
	ch, _ := c.Finish(CheckResult{Path: s.Path, Generation: s.Generation, Outcome: o})
	if ch.Kind != ToolsDiscovered || ch.After.NumTools() != 0 || !ch.After.Discovered {
		t.Errorf("got kind %d, %d tools", ch.Kind, ch.After.NumTools())
	}
	c.Apply(ch)
	if again, _ := c.Finish(CheckResult{Path: s.Path, Generation: s.Generation, Outcome: o}); again.Kind != Checked {
		t.Errorf("the same again is kind %d, want Checked", again.Kind)
	}
}

func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		status      Status
		text        string
		up, failing bool
	}{
		{Status{Kind: Disabled}, "disabled", false, false},
		{Status{Kind: Checking}, "checking", false, false},
		{Status{Kind: Healthy}, "healthy", true, false},
		{Status{Unhealthy, "HTTP 502"}, "unhealthy: HTTP 502", false, true},
		{Status{Kind: AuthRequired}, "auth-required", true, false},
		{Status{Error, "blocked address"}, "error: blocked address", false, true},
	} {
		if s := tt.status; s.String() != tt.text || s.Up() != tt.up || s.Failing() != tt.failing {
			t.Errorf("%+v: %q, up %t, failing %t", s, s.String(), s.Up(), s.Failing())
		}
	}
}
