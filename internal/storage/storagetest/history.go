package storagetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// checkNumber is a check that tells its number by everything in it.
func checkNumber(path registry.Path, n uint64) registry.CheckRecord {
	c := registry.CheckRecord{
		Path: path, Number: n, At: time.UnixMicro(1e15).UTC().Add(time.Duration(n) * time.Second),
		Status: registry.Status{Kind: registry.Healthy}, Latency: time.Duration(n) * time.Microsecond,
		Manual: n%3 == 0, Changed: n%5 == 0,
	}
	if n%2 == 0 {
		c.Status, c.Latency = registry.Status{Kind: registry.Unhealthy, Reason: fmt.Sprintf("HTTP %d", n)}, 0
	}
	return c
}

// testHistory: the last checks and the last changes are kept, each number as it
// was told first, as long as the service is there.
func testHistory(t *testing.T, db Database) {
	s, _ := db.Open(t)
	ctx := t.Context()
	svc := plain("/a", 1)
	version := svc.Version
	var want registry.History
	// enters has the service enter its next status, and says so twice: the
	// second time there is more to say of it.
	enters := func(kind registry.ChangeKind) {
		svc.Recorded.Changes++
		svc.Health.Since = time.UnixMicro(int64(svc.Recorded.Changes)).UTC()
		svc.Health.Status = registry.Status{Kind: registry.Error, Reason: fmt.Sprint(svc.Recorded.Changes)}
		svc.Health.Detail = "first"
		want.Changes = append(want.Changes, svc.Entered())
		want.Changes = want.Changes[max(0, len(want.Changes)-registry.MaxHistory):]
		must(t, s.Changed(ctx, Change(kind, svc)))
		version++
		svc.Version, svc.Health.Detail = version, "second"
		must(t, s.Changed(ctx, Change(registry.HealthChanged, svc)))
	}
	enters(registry.Registered)
	for _, kind := range []registry.ChangeKind{
		registry.Edited,
		registry.Switched,
		registry.ToolsDiscovered,
	} {
		enters(kind)
	}
	compare(t, s, "/a", want)

	// A full ring and some more, in batches that overlap: a batch whose answer
	// was lost is written again with the next.
	other := plain("/other", 1000)
	must(t, s.Changed(ctx, Change(registry.Registered, other)))
	for first := uint64(1); first <= 110; first += 10 {
		var batch []registry.CheckRecord
		for n := max(1, first-5); n < first+10; n++ {
			batch = append(batch, checkNumber("/a", n), checkNumber("/gone", n))
		}
		must(t, s.ChecksRecorded(ctx, nil, batch))
		enters(registry.HealthChanged)
	}
	// An old check that comes late displaces none.
	must(t, s.ChecksRecorded(ctx, nil, []registry.CheckRecord{checkNumber("/a", 3), checkNumber("/other", 1)}))
	for n := uint64(61); n <= 110; n++ {
		want.Checks = append(want.Checks, checkNumber("/a", n))
	}
	for range 2 * registry.MaxHistory {
		enters(registry.HealthChanged)
	}
	compare(t, s, "/a", want)
	must(t, s.Close())

	s, _ = open(t, db)
	compare(t, s, "/a", want)
	kept := registry.History{Checks: []registry.CheckRecord{checkNumber("/other", 1)}}
	compare(t, s, "/other", kept)
	must(t, s.Changed(ctx, Removal("/a", version+1000)))
	compare(t, s, "/a", registry.History{})
	compare(t, s, "/other", kept)

	// The next service of the path has a history of its own.
	again := plain("/a", version+2000)
	again.Recorded.Changes = 1
	must(t, s.Changed(ctx, Change(registry.Registered, again)))
	compare(t, s, "/a", registry.History{Changes: []registry.StatusChange{again.Entered()}})
}

// compare compares the history that the store holds.
func compare(t *testing.T, s Store, path registry.Path, want registry.History) {
	t.Helper()
	got, err := s.History(t.Context(), path)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the history of %s (-want +got):\n%s", path, diff)
	}
}
