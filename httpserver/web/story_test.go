package web

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func drawHealth(t *testing.T, page HealthPage) string {
	t.Helper()
	page.Now = noon
	var b bytes.Buffer
	if err := newPages(t).Health(&b, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHealthOfANewService(t *testing.T) {
	off := ServiceCard{Path: "/a", Name: "A", Kind: "disabled", Since: noon.Add(-time.Minute)}
	got := drawHealth(t, HealthPage{Service: off, Story: Story{Changes: []PastChange{{At: off.Since, Kind: "disabled", First: true}}}})
	for _, want := range []string{
		"Switch the service on", "Registered:", "1 min ago</time>, until now", `<input type="hidden" name="enabled" value="on">`,
		"<dt>Last check</dt><dd>never</dd>", "<dt>Next check</dt><dd>none</dd>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, not := range []string{`class="plot"`, "/api/refresh", "Find out why"} {
		if strings.Contains(got, not) {
			t.Errorf("there is %q", not)
		}
	}

	on := off
	on.Enabled, on.Kind = true, "checking"
	if got := drawHealth(t, HealthPage{Service: on}); !strings.Contains(got, "The first is on its way") || !strings.Contains(got, "not planned yet") || !strings.Contains(got, `action="/api/refresh/a"`) {
		t.Error("an enabled service before its first check is shown like another")
	}
}

// The status of a check under way covers that of the service, which alone has a
// beginning.
func TestHealthWhileItIsChecked(t *testing.T) {
	story := Story{Changes: []PastChange{{At: noon.Add(-time.Hour), Kind: "healthy"}}}
	for kind, want := range map[string]bool{"checking": false, "healthy": true} {
		got := drawHealth(t, HealthPage{Service: ServiceCard{Path: "/a", Kind: kind, Enabled: true, Since: noon.Add(-time.Hour)}, Story: story})
		if strings.Contains(got, "verdict-since") != want {
			t.Errorf("%s: whether it says since when is %t", kind, !want)
		}
	}
}

func TestChangesTellWhatTheyChanged(t *testing.T) {
	v := newStory(Shell{Now: noon}, ServiceCard{}, storyWith("word"))
	if len(v.Recent) != shownChanges || len(v.Earlier) != 1 {
		t.Fatalf("%d recent changes, %d earlier ones", len(v.Recent), len(v.Earlier))
	}
	newest := v.Recent[0]
	if newest.Kind != "unhealthy" || newest.From != "healthy" || !newest.Until.IsZero() {
		t.Errorf("the newest is %+v", newest)
	}
	if before := v.Recent[1]; before.Lasted() != time.Hour || before.From != "unhealthy" {
		t.Errorf("the one before is %+v, and lasted %v", before, before.Lasted())
	}
	if oldest := v.Earlier[0]; !oldest.First || oldest.From != "" || oldest.Lasted() != 16*time.Hour {
		t.Errorf("the oldest is %+v, and lasted %v", oldest, oldest.Lasted())
	}
}

func TestChecksInWords(t *testing.T) {
	v := newChart(storyWith("word").Checks)
	if want := "2 healthy, 1 needs credentials, 1 not checked, 1 unhealthy. Half of the answers took 5 ms or less, the slowest 3.1 s."; v.Summary != want {
		t.Errorf("got %s", v.Summary)
	}
	if want := []string{"healthy", "auth-required", "error", "unhealthy"}; !slices.Equal(v.Kinds, want) {
		t.Errorf("the kinds are %q", v.Kinds)
	}
	if len(v.Rows) != 5 || v.Rows[0].Kind != "unhealthy" || v.Rows[3].Pause != 3*time.Hour-102*time.Second {
		t.Errorf("the rows are %+v", v.Rows)
	}
	if got := summaryOf([]PastCheck{{Kind: "healthy", Latency: time.Microsecond}}); got != "1 healthy. Half of the answers took less than 1 ms, the slowest <1 ms." {
		t.Errorf("got %s", got)
	}
	if got := summaryOf([]PastCheck{{Kind: "unhealthy"}}); got != "1 unhealthy. No answer was timed." {
		t.Errorf("got %s", got)
	}
}

// Each outcome has its own shape, whatever the colours.
func TestOutcomesDifferInShape(t *testing.T) {
	p := newPages(t)
	shapes := map[string]string{}
	for _, kind := range []string{"healthy", "unhealthy", "auth-required", "error"} {
		var b bytes.Buffer
		if err := p.sets["health"].ExecuteTemplate(&b, "dot", kind); err != nil {
			t.Fatal(err)
		}
		if other, ok := shapes[b.String()]; ok || b.Len() == 0 {
			t.Errorf("%s looks like %s: %s", kind, other, b.String())
		}
		shapes[b.String()] = kind
	}
}

func TestLengthsOfTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "0 s", 59 * time.Second: "59 s", time.Minute: "1 min", 47 * time.Hour: "47 h", 48 * time.Hour: "2 days",
	} {
		if got := since(noon, noon.Add(-d)); got != want {
			t.Errorf("since %v: %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		-time.Minute: "now", 900 * time.Millisecond: "now", 26 * time.Second: "in 26 s", 90 * time.Minute: "in 1 h",
	} {
		if got := due(noon, noon.Add(d)); got != want {
			t.Errorf("due in %v: %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{time.Microsecond: "<1 ms", 6500 * time.Microsecond: "7 ms", 999 * time.Millisecond: "999 ms", 999_999 * time.Microsecond: "1.0 s", 3100 * time.Millisecond: "3.1 s"} {
		if got := took(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
