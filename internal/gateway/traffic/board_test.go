package traffic

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const weather = registry.Path("/weather")

// carry counts an exchange that is over.
func carry(c *Counter, e Exchange) {
	c.Begin()
	c.End(time.Now(), e)
}

func TestSummaryOfTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBoard()
		c := b.Counter(weather)
		if _, ok := b.Summary(weather); ok {
			t.Error("there is a summary before any traffic")
		}
		outcomes := []Outcome{OK, ClientError, ServerError, Unreachable, Timeout, Refused, Cancelled}
		for _, o := range outcomes {
			carry(c, Exchange{Outcome: o, Latency: 40 * time.Millisecond})
		}
		c.OpenStream(2)
		c.OpenStream(-1)
		got, ok := b.Summary(weather)
		if !ok || got.Requests != 7 || got.Errors != 3 || got.OpenStreams != 1 {
			t.Errorf("summary = %+v, %v, want 7 requests, 3 errors, 1 open stream", got, ok)
		}

		time.Sleep(window - time.Nanosecond)
		if got, _ := b.Summary(weather); got.Requests != 7 {
			t.Errorf("just before the window's end there are %d requests, want 7", got.Requests)
		}
		time.Sleep(slotLength + time.Nanosecond)
		if got, ok := b.Summary(weather); !ok || got != (registry.Traffic{OpenStreams: 1}) {
			t.Errorf("after the window the summary is %+v, %v, want nothing but an open stream", got, ok)
		}
	})
}

func TestEveryMomentOfTheWindowCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBoard()
		c := b.Counter(weather)
		for second := range 1000 {
			carry(c, Exchange{})
			got, _ := b.Summary(weather)
			least := min(int64(second+1), int64(window/time.Second))
			most := least + int64(slotLength/time.Second)
			if got.Requests < least || got.Requests > most {
				t.Fatalf("after %d s there are %d requests, want %d to %d", second, got.Requests, least, most)
			}
			time.Sleep(time.Second)
		}
	})
}

func TestLateExchangeCountsInItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBoard()
		c := b.Counter(weather)
		then := time.Now()
		time.Sleep(window / 2)
		carry(c, Exchange{})
		c.End(then, Exchange{})
		if got, _ := b.Summary(weather); got.Requests != 2 {
			t.Errorf("there are %d requests, want 2", got.Requests)
		}
		time.Sleep(3 * window / 4)
		carry(c, Exchange{})
		c.End(then, Exchange{}) // Its slot is another's by now.
		if got, _ := b.Summary(weather); got.Requests != 2 {
			t.Errorf("there are %d requests, want 2", got.Requests)
		}
	})
}

func TestCounterIsTheSameUntilForgotten(t *testing.T) {
	b := NewBoard()
	c := b.Counter(weather)
	c.Begin()
	if b.Counter(weather) != c {
		t.Error("the second counter is another")
	}
	b.Forget(weather)
	b.Forget(weather)
	if _, ok := b.Summary(weather); ok {
		t.Error("there is a summary of a service that was removed")
	}
	c.End(time.Now(), Exchange{Method: methodCallTool, Tool: "forecast"})
	if b.Counter(weather) == c {
		t.Error("a new service under the old path has the old counter")
	}
}
