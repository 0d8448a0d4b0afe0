package app

import "testing"

func TestHeapPercent(t *testing.T) {
	for live, want := range map[uint64]int{
		0: 10_000, 1: 10_000, 1 << 20: 3200, 16 << 20: 200, 32 << 20: 100, 33 << 20: 100, 1 << 40: 100,
	} {
		if got := heapPercent(live); got/10 != want/10 {
			t.Errorf("%d bytes: %d %%, want %d %%", live, got, want)
		}
	}
}
