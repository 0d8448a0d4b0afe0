package registry

import (
	"slices"
	"strings"
	"time"
)

// CheckResult is an [Outcome] and what it belongs to.
type CheckResult struct {
	Path       Path
	Generation uint64
	Outcome    Outcome
	// Manual is true for a check that a person asked for: its result counts
	// at once.
	Manual bool
	// Next is when the next check is due; zero when that is not known.
	Next time.Time
}

// BeginRecheck plans that a manual check of a service shows as checking until
// its result is in. A start that belongs to a removed or disabled service or
// to an older generation plans nothing.
func (c *Catalog) BeginRecheck(path Path, generation uint64) Change {
	before, ok := c.services[path]
	if !ok || before.Generation != generation || generation == 0 || before.Status().Kind == Checking {
		return Change{Kind: Unchanged, Before: before, After: before}
	}
	after := *before
	after.Rechecking = true
	return Change{Kind: RecheckStarted, Before: before, After: &after}
}

// EndRecheck plans that a service no longer shows as checking although the
// result of its manual check is lost: it shows as it was known before. It
// plans nothing where no recheck of this generation is under way.
func (c *Catalog) EndRecheck(path Path, generation uint64) Change {
	before, ok := c.services[path]
	if !ok || before.Generation != generation || !before.Rechecking {
		return Change{Kind: Unchanged, Before: before, After: before}
	}
	after := *before
	after.Rechecking = false
	return Change{Kind: RecheckEnded, Before: before, After: &after}
}

// Finish plans what follows from a check's result. A result that belongs to a
// removed or disabled service, an older upstream or an older start plans
// nothing: ok is false, and the change is empty.
//
// One failed check does not turn a service that is up: that takes
// [Rules.UnhealthyAfter] in a row, or a manual check. One good check is
// enough the other way.
func (c *Catalog) Finish(r CheckResult) (ch Change, ok bool) {
	before, found := c.services[r.Path]
	if !found || before.Generation != r.Generation || r.Generation == 0 {
		return Change{}, false
	}
	after := *before
	after.Health = c.nextHealth(before.Health, r)
	// One check runs at a time, so any result ends a manual check, be it lost.
	after.Rechecking = false
	after.Steps, after.NextCheck = r.Outcome.Steps, r.Next
	record := after.record(r, before)
	if r.Outcome.Status.Kind == Healthy {
		after.Detected = r.Outcome.Detected
	}
	kind := Checked
	if after.Health.Status != before.Health.Status || !after.Detected.Equal(before.Detected) ||
		!sameCause(after.Health.Detail, before.Health.Detail) {
		kind = HealthChanged
	}
	if d := r.Outcome.Discovery; d != nil && !(before.Discovered && sameTools(d.Tools, before.Tools)) {
		after.Tools, after.Discovered = d.Tools, true
		kind = ToolsDiscovered
	}
	if kind == Checked {
		// What is shown changes with a version only.
		after.Health.Detail = before.Health.Detail
		return Change{Kind: Checked, Before: before, After: &after, Check: record}, true
	}
	ch = c.plan(kind, before, &after)
	ch.Check = record
	return ch, true
}

// nextHealth applies the hysteresis.
func (c *Catalog) nextHealth(h Health, r CheckResult) Health {
	o, failures := r.Outcome, h.Failures
	h.LastChecked, h.Latency = o.At, o.Latency
	if !o.Status.Failing() {
		h.Failures = 0
	} else {
		h.Failures++
	}
	if o.Status.Failing() && !r.Manual && h.Status.Up() && h.Failures < c.rules.UnhealthyAfter {
		h.Detail = "The last check failed (" + o.Status.String() + "); another follows soon."
		return h
	}
	if h.Status.Kind != o.Status.Kind {
		h.Since = o.At
	}
	if o.Status.Kind == Healthy && h.Status == o.Status && failures == 0 && o.Discovery == nil && o.Detail == "" {
		// A check that did not ask for the tools: what the last that did had to
		// say of them still holds.
		return h
	}
	h.Status, h.Detail = o.Status, o.Detail
	return h
}

// sameTools compares two lists whatever their order: some servers list their
// tools in another one each time.
func sameTools(a, b []Tool) bool {
	byName := func(a, b Tool) int { return strings.Compare(a.Name, b.Name) }
	return slices.EqualFunc(slices.SortedStableFunc(slices.Values(a), byName), slices.SortedStableFunc(slices.Values(b), byName), Tool.equal)
}
