package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
	"github.com/mcpgateway/mcpgateway/internal/storage/storagetest"
)

// crashDir, when set, makes the test binary the victim of TestKill.
const crashDir = "STORAGE_CRASH_DIR"

// TestKill kills a process that writes, again and again, and expects to find
// every event that it acknowledged, of the one event that it may have been at
// all or nothing, and nothing else.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	script := newScript()
	for range 20 {
		acknowledged := runAndKill(t, dir, 1+rand.IntN(60))
		s := mustOpen(t, dir)
		got, sequence, err := s.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if sequence != acknowledged && sequence != acknowledged+1 {
			t.Fatalf("acknowledged %d, found %d", acknowledged, sequence)
		}
		if diff := cmp.Diff(script.stateAfter(sequence), got); diff != "" {
			t.Fatalf("after %d events (-want +got):\n%s", sequence, diff)
		}
		for _, svc := range got {
			h, err := s.History(t.Context(), svc.Path)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(h.Changes); svc.Recorded.Changes > 0 && (n == 0 || h.Changes[n-1] != svc.Entered()) {
				t.Fatalf("%s: the history ends with %+v, want %+v", svc.Path, h.Changes, svc.Entered())
			}
		}
		// The session is stored before its event is acknowledged.
		for _, version := range []uint64{1, acknowledged} {
			if _, found, err := s.Sessions().Find(strconv.FormatUint(version, 10)); !found || err != nil {
				t.Fatalf("session %d: %v %v", version, found, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// runAndKill starts a victim, kills it some time after it acknowledged so many
// events, and returns the last one that it did.
func runAndKill(t *testing.T, dir string, events int) (last uint64) {
	t.Helper()
	victim := exec.CommandContext(t.Context(), os.Args[0])
	victim.Env = append(os.Environ(), crashDir+"="+dir)
	victim.Stderr = os.Stderr
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		if last, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
			t.Errorf("the victim said %q", lines.Text())
		}
		if n == events {
			// What it says until it is dead still counts.
			if err := victim.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := victim.Wait(); err == nil || victim.ProcessState.ExitCode() >= 0 {
		t.Fatalf("the victim ended by itself: %v", err)
	}
	return last
}

// writeUntilKilled plays the script from where the database stands, and says
// the version of each event when it is stored.
func writeUntilKilled(dir string) int {
	ctx := context.Background()
	s, err := storage.Open(ctx, options(dir))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, version, err := s.Load(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	script := newScript()
	script.stateAfter(version)
	// Bounded, should nobody kill it.
	for range 100_000 {
		version++
		err := s.Sessions().Commit(strconv.FormatUint(version, 10), []byte("data"), time.Now().Add(time.Hour))
		if err == nil {
			err = script.step(version)(ctx, s)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(version)
	}
	return 0
}

// script is an endless sequence of events that is the same for everybody.
type script struct {
	played uint64
	state  map[registry.Path]*registry.Service
}

func newScript() *script {
	return &script{state: make(map[registry.Path]*registry.Service)}
}

// stateAfter plays on to the version and returns what a store must hold then.
func (s *script) stateAfter(version uint64) []*registry.Service {
	for s.played < version {
		s.step(s.played + 1)
	}
	var services []*registry.Service
	for _, path := range slices.Sorted(maps.Keys(s.state)) {
		services = append(services, s.state[path])
	}
	return services
}

// step applies the event of the version to the state and returns how to say it
// to a store.
func (s *script) step(version uint64) func(context.Context, *storage.Store) error {
	s.played = version
	random := rand.New(rand.NewPCG(version, 1))
	path := registry.Path(fmt.Sprintf("/service/%d", random.IntN(12)))
	svc := &registry.Service{Path: path, Name: "first", RegisteredAt: time.UnixMicro(1e15).UTC()}
	if old := s.state[path]; old != nil {
		*svc = *old
	}
	svc.Version = version
	known := s.state[path] != nil
	s.state[path] = svc
	if !known {
		return func(ctx context.Context, st *storage.Store) error {
			return st.Changed(ctx, storagetest.Change(registry.Registered, svc))
		}
	}
	switch random.IntN(5) {
	case 0:
		svc.Description = fmt.Sprintf("edit %d", version)
		svc.UpstreamHeaders = registry.RestoreHeaders(map[string]string{"X-Api-Key": svc.Description})
		return func(ctx context.Context, st *storage.Store) error {
			return st.Changed(ctx, storagetest.Change(registry.Edited, svc))
		}
	case 1:
		svc.Enabled = !svc.Enabled
		return func(ctx context.Context, st *storage.Store) error {
			return st.Changed(ctx, storagetest.Change(registry.Switched, svc))
		}
	case 2:
		svc.Health.Failures = int(version)
		svc.Health.Since = time.UnixMicro(int64(version)).UTC()
		svc.Recorded.Changes++
		return func(ctx context.Context, st *storage.Store) error {
			return st.Changed(ctx, storagetest.Change(registry.HealthChanged, svc))
		}
	case 3:
		svc.Discovered, svc.Tools = true, nil
		for i := range random.IntN(20) {
			svc.Tools = append(svc.Tools, registry.Tool{Name: fmt.Sprintf("tool %d of %d", i, version)})
		}
		return func(ctx context.Context, st *storage.Store) error {
			return st.Changed(ctx, storagetest.Change(registry.ToolsDiscovered, svc))
		}
	default:
		delete(s.state, path)
		return func(ctx context.Context, st *storage.Store) error {
			return st.Changed(ctx, storagetest.Removal(path, version))
		}
	}
}
