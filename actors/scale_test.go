package actors

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// An idle service holds no goroutine and little memory.
func TestIdleServicesAreCheap(t *testing.T) {
	const services = 2000
	stored := taken(services)
	synctest.Test(t, func(t *testing.T) {
		before, goroutines := heap(), runtime.NumGoroutine()
		w := newWorld(t, func(o *Options) {
			o.Store, o.Checker = stored, forgetful{}
		})
		time.Sleep(2 * interval) // All have been checked, and again.
		w.settle()
		// The ticker of the flushes is one; timers of the runtime may be others.
		if n := runtime.NumGoroutine() - goroutines; n > 10 {
			t.Errorf("%d goroutines for %d idle services", n, services)
		}
		per := float64(heap()-before) / services
		t.Logf("%.0f bytes a service", per)
		if per > 10<<10 {
			t.Errorf("%.0f bytes a service, want 10 KiB at most", per)
		}
	})
}

// heap is the memory in use, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
