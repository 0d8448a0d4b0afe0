package registry

import "testing"

// The detail is part of the record: another one is a change, which brings a
// version.
func TestAnotherDetailIsAChange(t *testing.T) {
	c, s := with(t, 3, true)
	check := func(what string, o Outcome, kind ChangeKind, detail string) {
		t.Helper()
		ch, ok := c.Finish(CheckResult{Path: s.Path, Generation: s.Generation, Outcome: o})
		if !ok || ch.Kind != kind || ch.After.Health.Detail != detail {
			t.Fatalf("%s: kind %d, want %d, %q", what, ch.Kind, kind, ch.After.Health.Detail)
		}
		if (ch.Version == s.Version+1) != (kind != Checked) {
			t.Fatalf("%s: version %d after %d", what, ch.Version, s.Version)
		}
		c.Apply(ch)
		s = ch.After
	}
	good := Outcome{Status: Status{Kind: Healthy}, Detected: modern}
	said := func(o Outcome, detail string) Outcome { o.Detail = detail; return o }
	bad := failed("HTTP 500")

	check("up", good, HealthChanged, "")
	check("and up", good, Checked, "")
	once := "The last check failed (unhealthy: HTTP 500); another follows soon."
	check("one failure", bad, HealthChanged, once)
	check("another", bad, Checked, once)
	check("and up again", good, HealthChanged, "")
	check("no list", said(good, "No list."), HealthChanged, "No list.")
	check("no list again", said(good, "No list."), Checked, "No list.")
	check("a check without a list", good, Checked, "No list.")
	listed := good
	listed.Discovery = &Discovery{}
	check("listed", listed, ToolsDiscovered, "")
	check("cut", said(listed, "Cut."), HealthChanged, "Cut.")
	check("listed whole", listed, HealthChanged, "")

	more := said(listed, "Cut to 2.")
	check("cut to 2", more, HealthChanged, "Cut to 2.")
	more.Discovery, more.Detail = &Discovery{Tools: []Tool{{Name: "a"}}}, "Cut to 1."
	check("cut to 1", more, ToolsDiscovered, "Cut to 1.")

	check("one failure", bad, HealthChanged, once)
	check("another", bad, Checked, once)
	first := "HTTP 500 (request 3f2a-81 failed at 09:37:43)"
	check("down", said(bad, first), HealthChanged, first)
	check("for the same cause", said(bad, "HTTP 500 (request 77b1-04 failed at 09:38:13)"), Checked, first)
	other := "HTTP 500 (the disk is full)"
	check("for another cause", said(bad, other), HealthChanged, other)
}

func TestSameCause(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"", "", true},
		{"", "x", false},
		{"", "7", false},
		{"took 12ms", "took 9ms", true},
		{"took 12ms", "took long", false},
		{"took 12ms", "it took 12ms", false},
		{"HTTP 404 Not Found", "HTTP 405 Method Not Allowed", false},
	} {
		if got := sameCause(c.a, c.b); got != c.same || sameCause(c.b, c.a) != got {
			t.Errorf("sameCause(%q, %q) = %t", c.a, c.b, got)
		}
	}
}
