package main

import (
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	r := &report{machine: "A machine.", notes: []string{"wrk is missing"}}
	r.ratio("calls/s", 0.8049, "≥ 0.8", whole(1234567), whole(999))
	r.table("Calls", "", "p50").row("ours", short(1500*time.Microsecond))
	const want = `A machine.

Note: wrk is missing.

|  | ratio | aim | ours | beside |
|---|---|---|---|---|
| calls/s | 0.80 | ≥ 0.8 | 1,234,567 | 999 |

### Calls

|  | p50 |
|---|---|
| ours | 1.50 ms |
`
	if got := r.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		999 * time.Microsecond: "999 µs", 9990 * time.Microsecond: "9.99 ms", 12345 * time.Microsecond: "12.3 ms",
		234 * time.Millisecond: "234 ms", 1250 * time.Millisecond: "1.25 s",
	} {
		if got := short(d); got != want {
			t.Errorf("%d is %q, want %q", d, got, want)
		}
	}
}

func TestPercentile(t *testing.T) {
	values := make([]int, 200)
	for i := range values {
		values[i] = 200 - i
	}
	if p50, p99 := percentile(values, 50), percentile(values, 99); p50 != 101 || p99 != 199 {
		t.Errorf("p50 %d, p99 %d", p50, p99)
	}
	if got := percentile([]float64(nil), 50); got != 0 {
		t.Errorf("the median of nothing is %v", got)
	}
	if got := over([]float64{1, 8, 9}, []float64{2, 2, 3}); got != 3 {
		t.Errorf("the median of the ratios is %v, want 3", got)
	}
}
