package app

import "testing"

func TestHeapPercent(t *testing.T) {
	for live, want := range map[uint64]int{
		0: 10_000, 1: 10_000, 1 << 20: 3200, 16 << 20: 200, 32 << 20: 100, 64 << 20: 50, 65 << 20: 50, 1 << 40: 50,
	} {
		if got := heapPercent(live); got/10 != want/10 {
			t.Errorf("%d bytes: %d %%, want %d %%", live, got, want)
		}
	}
}
