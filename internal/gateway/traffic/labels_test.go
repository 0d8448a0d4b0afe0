package traffic

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"weak"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// calls calls a tool a number of times.
func (c *Counter) calls(tool string, times int) {
	for range times {
		c.Begin()
		c.End(time.Now(), Exchange{Method: methodCallTool, Tool: tool})
	}
}

// counted are the labels of a counter's tools, with their numbers.
func (c *Counter) counted() map[string]uint64 {
	got := map[string]uint64{other: c.open().calls.otherTools.Load()}
	for name, n := range c.tools.labelled() {
		got[name] = n.Load()
	}
	return got
}

func expect(t *testing.T, c *Counter, want map[string]uint64) {
	t.Helper()
	got := c.counted()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%.20q was counted %d times, want %d", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("there are %d labels, want %d", len(got), len(want))
	}
}

// Tools are large, and may be replaced by others of the same names.
func TestToolsAreNotHeld(t *testing.T) {
	c := NewBoard().Counter(weather)
	list := named("forecast", "history")
	c.SetTools(list)
	c.calls("forecast", 1)
	held := weak.Make(&list[0])
	runtime.GC()
	if held.Value() != nil {
		t.Error("they are")
	}
	expect(t, c, map[string]uint64{"forecast": 1, other: 0})
}

func TestOnlyToolsOfTheListHaveLabels(t *testing.T) {
	b := NewBoard()
	c := b.Counter(weather)
	c.calls("forecast", 1) // The list is not known.
	c.SetTools(named("forecast", "history", "uncalled"))
	c.calls("forecast", 2)
	c.calls("history", 3)
	c.calls("no such tool", 4)
	c.calls("", 5)
	expect(t, c, map[string]uint64{"forecast": 2, "history": 3, other: 10})

	c.SetTools(named("history", "new"))
	c.calls("forecast", 1)
	c.calls("history", 1)
	c.calls("new", 1)
	expect(t, c, map[string]uint64{"history": 4, "new": 1, other: 11})
	if b.labels != 2 {
		t.Errorf("%d labels are given, want 2", b.labels)
	}
	c.SetTools(nil)
	c.calls("history", 1)
	expect(t, c, map[string]uint64{other: 12})
	if b.labels != 0 {
		t.Errorf("%d labels are given, want none", b.labels)
	}
}

func TestNamesThatMakeNoLabel(t *testing.T) {
	c := NewBoard().Counter(weather)
	long := strings.Repeat("x", maxLabelBytes+1)
	c.SetTools(named(other, "", "\xff", long, long[1:]))
	for _, name := range []string{other, "", "\xff", long, long[1:]} {
		c.calls(name, 1)
	}
	expect(t, c, map[string]uint64{long[1:]: 1, other: 4})
}

func TestLabelsOfAServiceAreBounded(t *testing.T) {
	c := NewBoard().Counter(weather)
	names := make([]string, 3*maxServiceLabels)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	c.SetTools(named(names...))
	for _, name := range slices.Backward(names) { // Those that are called first count.
		c.calls(name, 1)
	}
	got := c.counted()
	if len(got) != maxServiceLabels+1 || got["299"] != 1 || got[other] != 2*maxServiceLabels {
		t.Errorf("%d labels, %d others", len(got)-1, got[other])
	}
}

func TestLabelsOverAllAreBounded(t *testing.T) {
	b := NewBoard()
	names := make([]string, maxServiceLabels)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	list := named(names...)
	full := func(service int) *Counter {
		c := b.Counter(registry.Path("/" + strconv.Itoa(service)))
		c.SetTools(list)
		for _, name := range names {
			c.calls(name, 1)
		}
		return c
	}
	for service := range maxLabels / maxServiceLabels {
		full(service)
	}
	expect(t, full(-1), map[string]uint64{other: maxServiceLabels})
	b.Forget("/0")
	if got := full(-2).counted(); len(got) != maxServiceLabels+1 {
		t.Errorf("there are %d labels for the next service, want %d", len(got)-1, maxServiceLabels)
	}
}

func TestMethodsAreBounded(t *testing.T) {
	if !slices.IsSorted(knownMethods[:]) {
		t.Error("the methods are not sorted; they could not be found")
	}
	if slices.Contains(knownMethods[:], methodCallTool) {
		t.Error("tools/call would be counted twice")
	}
	c := NewBoard().Counter(weather)
	for _, method := range []string{"ping", "ping", "Ping", "x/y", strings.Repeat("x", 1<<20), "other", ""} {
		c.Begin()
		c.End(time.Now(), Exchange{Method: method, Tool: "ignored"})
	}
	i, _ := slices.BinarySearch(knownMethods[:], "ping")
	if l := c.open(); l.calls.known[i].Load() != 2 || l.calls.otherMethods.Load() != 4 || l.calls.otherTools.Load() != 0 {
		t.Errorf("ping %d, others %d, tools %d", l.calls.known[i].Load(), l.calls.otherMethods.Load(), l.calls.otherTools.Load())
	}
}
