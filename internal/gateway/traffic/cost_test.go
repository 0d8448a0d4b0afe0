package traffic

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// heapOf is how much memory what fill made keeps.
func heapOf(fill func() any) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := fill()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
}

// The package's comment says what a service costs.
func TestMemoryOfAService(t *testing.T) {
	const services = 10_000
	list := named("one", "two", "three")
	paths := make([]registry.Path, services)
	for i := range paths {
		paths[i] = registry.Path("/" + strconv.Itoa(i))
	}
	for name, c := range map[string]struct {
		use   func(*Counter)
		bytes uint64
	}{
		"idle": {func(*Counter) {}, 256},
		"busy in every slot": {func(c *Counter) {
			for i := range slots {
				c.Begin()
				c.End(c.board.start.Add(time.Duration(i)*slotLength), Exchange{})
			}
		}, 8 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			each := heapOf(func() any {
				b := NewBoard()
				for _, path := range paths {
					counter := b.Counter(path)
					counter.SetTools(list)
					c.use(counter)
				}
				return b
			}) / services
			if t.Logf("%d bytes", each); each > c.bytes {
				t.Errorf("a service costs %d bytes, want at most %d", each, c.bytes)
			}
		})
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	c := NewBoard().Counter(weather)
	c.SetTools(named("forecast"))
	now := time.Now()
	if n := testing.AllocsPerRun(100, func() { exchange(c, now) }); n != 0 {
		t.Errorf("an exchange allocates %v times", n)
	}
}

func exchange(c *Counter, now time.Time) {
	c.Begin()
	c.End(now, Exchange{Method: methodCallTool, Tool: "forecast", Latency: 5 * time.Millisecond, Received: 200, Sent: 1000})
}

func BenchmarkExchange(b *testing.B) {
	c := NewBoard().Counter(weather)
	c.SetTools(named("forecast"))
	now := time.Now()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			exchange(c, now)
		}
	})
}

func BenchmarkSummary(b *testing.B) {
	board := NewBoard()
	c := board.Counter(weather)
	for i := range slots {
		exchange(c, board.start.Add(time.Duration(i)*slotLength))
	}
	for b.Loop() {
		board.Summary(weather)
	}
}
