package app

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapRoom is how much garbage may gather, in bytes, before it is collected:
// while little is alive, the runtime would collect many times a second for the
// sake of a few megabytes.
const heapRoom = 32 << 20

// TuneHeap lets garbage gather up to 32 MiB, or to half of what is alive,
// whichever is more: the runtime's own rule costs most where it matters least,
// and takes twice the memory where there is much. GOGC, if set, is left as it is, and GOMEMLIMIT holds in any case. It
// is for a process that is a server, once.
func TuneHeap() {
	if os.Getenv("GOGC") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	percent := 100
	type sentinel struct{ _ [16]byte }
	var collected func(*sentinel)
	collected = func(s *sentinel) {
		metrics.Read(live)
		if p := heapPercent(live[0].Value.Uint64()); p < percent*9/10 || p > percent*11/10 {
			percent = p
			debug.SetGCPercent(p)
		}
		runtime.SetFinalizer(s, collected) // Until the next collection.
	}
	collected(new(sentinel))
}

// heapPercent is the GOGC that leaves the room, with so many bytes alive.
func heapPercent(live uint64) int {
	const least = heapRoom / 100                       // No more than 10,000 %.
	return int(max(50, 100*heapRoom/max(live, least))) //nolint:gosec // Between 50 and 10,000.
}
