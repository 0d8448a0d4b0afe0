package chart_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/httpserver/chart"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// every makes regular checks, half a minute apart, with these latencies; 0 is a
// failure without an answer.
func every(latencies ...time.Duration) []chart.Point {
	points := make([]chart.Point, len(latencies))
	for i, l := range latencies {
		points[i] = chart.Point{At: noon.Add(time.Duration(i) * 30 * time.Second), Latency: l, Failed: l == 0}
	}
	return points
}

func near(a, b chart.Percent) bool { return math.Abs(float64(a-b)) < 1e-9 }

func TestNothing(t *testing.T) {
	c := chart.Of(nil)
	if len(c.Marks)+len(c.Links)+len(c.Bands)+len(c.Breaks)+len(c.Ticks) != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestScale(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		latencies []time.Duration
		want      []string
	}{
		"nobody answered":         {[]time.Duration{0, 0}, nil},
		"all alike":               {[]time.Duration{3 * ms, 4 * ms}, []string{"100 ms", "10 ms", "1 ms"}},
		"very fast":               {[]time.Duration{1}, []string{"10 ms", "1 ms", "0.1 ms"}},
		"exactly a power":         {[]time.Duration{10 * ms}, []string{"1 s", "100 ms", "10 ms"}},
		"a timeout among them":    {[]time.Duration{3 * ms, 5 * time.Second}, []string{"10 s", "1 s", "100 ms", "10 ms", "1 ms"}},
		"longer than can be":      {[]time.Duration{time.Hour}, []string{"100 s", "10 s", "1 s"}},
		"from one end to another": {[]time.Duration{1, time.Hour}, []string{"100 s", "10 s", "1 s", "100 ms", "10 ms", "1 ms", "0.1 ms"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := chart.Of(every(c.latencies...))
			if alone := got.Silence > got.Ceiling; alone != (c.want == nil) {
				t.Errorf("checks without an answer stand at %v", got.Silence)
			}
			var labels []string
			for i, tick := range got.Ticks {
				labels = append(labels, tick.Label)
				if i > 0 && tick.Y <= got.Ticks[i-1].Y {
					t.Errorf("%s is not below %s", tick.Label, got.Ticks[i-1].Label)
				}
				if tick.Y <= got.Ceiling {
					t.Errorf("%s is where checks without an answer stand", tick.Label)
				}
			}
			if diff := cmp.Diff(c.want, labels); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Ten times as long is one tick higher, wherever on the scale.
func TestHeightIsLogarithmic(t *testing.T) {
	c := chart.Of(every(time.Millisecond, 10*time.Millisecond, 100*time.Millisecond, 30*time.Millisecond, 300*time.Millisecond))
	first, second := c.Marks[0].Y-c.Marks[1].Y, c.Marks[1].Y-c.Marks[2].Y
	if !near(first, second) || !near(first, c.Marks[3].Y-c.Marks[4].Y) || first <= 0 {
		t.Errorf("the steps are %v, %v and %v", first, second, c.Marks[3].Y-c.Marks[4].Y)
	}
	if !near(c.Marks[0].Y, c.Ticks[len(c.Ticks)-1].Y) {
		t.Errorf("1 ms stands at %v, its tick at %v", c.Marks[0].Y, c.Ticks[len(c.Ticks)-1].Y)
	}
}

// Slots are of one width, follow each other without a gap, and end at the right,
// however many there are.
func TestSlots(t *testing.T) {
	for _, n := range []int{1, 2, 29, 30, 31, 50} {
		c := chart.Of(every(make([]time.Duration, n)...))
		if len(c.Marks) != n {
			t.Fatalf("%d marks of %d checks", len(c.Marks), n)
		}
		last := c.Marks[n-1]
		if !near(last.Left+last.Width, 100) {
			t.Errorf("%d checks: the last ends at %v", n, last.Left+last.Width)
		}
		for i, m := range c.Marks {
			if !near(m.X, m.Left+m.Width/2) || i > 0 && !near(m.Left, c.Marks[i-1].Left+m.Width) || m.Left < -1e-9 {
				t.Errorf("%d checks: the slot of %d is %+v", n, i, m)
			}
		}
		if n <= 30 && !near(last.Width, chart.Percent(100.0/30)) {
			t.Errorf("%d checks: a slot is %v wide", n, last.Width)
		}
	}
}

func TestBandsAndLinks(t *testing.T) {
	const ms = time.Millisecond
	points := every(2*ms, 2*ms, 0, 0, 0, 2*ms, 0, 2*ms, 3*ms)
	points[3].Latency = 4 * ms // A failure may come with an answer.
	c := chart.Of(points)
	if len(c.Bands) != 2 || !near(c.Bands[0].Left, c.Marks[2].Left) || !near(c.Bands[0].Width, 3*c.Marks[0].Width) || !near(c.Bands[1].Width, c.Marks[0].Width) {
		t.Errorf("the bands are %+v", c.Bands)
	}
	want := []chart.Link{
		{X1: c.Marks[0].X, Y1: c.Marks[0].Y, X2: c.Marks[1].X, Y2: c.Marks[1].Y},
		{X1: c.Marks[7].X, Y1: c.Marks[7].Y, X2: c.Marks[8].X, Y2: c.Marks[8].Y},
	}
	if diff := cmp.Diff(want, c.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if c.Marks[2].Answered || c.Marks[2].Y != c.Silence || !c.Marks[3].Answered || c.Marks[3].Y <= c.Ceiling {
		t.Errorf("without an answer %+v, with one %+v", c.Marks[2], c.Marks[3])
	}
}

func TestBreaks(t *testing.T) {
	const ms = time.Millisecond
	points := every(2*ms, 2*ms, 2*ms, 0, 0, 2*ms)
	for i := 2; i < len(points); i++ {
		points[i].At = points[i].At.Add(3 * time.Hour)
	}
	for i := 4; i < len(points); i++ {
		points[i].At = points[i].At.Add(time.Hour)
	}
	c := chart.Of(points)
	if len(c.Breaks) != 2 || c.Breaks[0].Before != 2 || c.Breaks[0].Lasted != 3*time.Hour+30*time.Second || c.Breaks[1].Before != 4 {
		t.Fatalf("the breaks are %+v", c.Breaks)
	}
	if b := c.Breaks[0]; !near(b.Left, c.Marks[1].Left+c.Marks[1].Width) || !near(b.Left+b.Width, c.Marks[2].Left) || !near(b.X, b.Left+b.Width/2) {
		t.Errorf("the break is %+v between %+v and %+v", b, c.Marks[1], c.Marks[2])
	}
	// Nothing leads across a break: nobody knows what was meanwhile.
	if len(c.Links) != 1 || len(c.Bands) != 2 {
		t.Errorf("links %+v, bands %+v", c.Links, c.Bands)
	}
	if last := c.Marks[5]; !near(last.Left+last.Width, 100) {
		t.Errorf("the last slot is %+v", last)
	}
}

func TestWhatIsNoBreak(t *testing.T) {
	regular := every(1, 1, 1, 1)
	burst := every(1, 1, 1, 1, 1, 1, 1, 1)
	for i := range burst {
		if burst[i].Manual = i > 2; burst[i].Manual {
			burst[i].At = burst[2].At.Add(time.Duration(i) * time.Second)
		}
	}
	burst = append(burst, chart.Point{At: burst[7].At.Add(33 * time.Second), Latency: 1})
	quick := every(1, 1, 1)
	for i := range quick {
		quick[i].At = noon.Add(time.Duration(i*i) * 2 * time.Second)
	}
	backwards := every(1, 1)
	backwards[1].At = noon.Add(-time.Hour)
	for name, points := range map[string][]chart.Point{
		"regular checks": regular, "after a burst of manual ones": burst, "seconds apart": quick, "a clock that was set back": backwards, "two alone": every(1, 1),
	} {
		if c := chart.Of(points); len(c.Breaks) != 0 {
			t.Errorf("%s: breaks %+v", name, c.Breaks)
		}
	}
}

func TestPercent(t *testing.T) {
	if got := chart.Percent(100.0 / 3).String(); got != "33.33%" {
		t.Errorf("got %s", got)
	}
}
