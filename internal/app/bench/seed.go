package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// seedBatch is how many services are stored at a time.
const seedBatch = 500

// seed makes a data directory of n services, with toolsOfEach tools each, as
// if they had been registered, enabled and found healthy; those that are not
// enabled were disabled after that.
func (b *bench) seed(name string, n int, upstream string, enabled bool) (dir string, err error) {
	dir = b.path(name)
	store, err := storage.Open(b.ctx, storage.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	changes := make([]registry.Change, n)
	for i := range changes {
		s := seeded(i, upstream)
		if !enabled {
			s.Enabled, s.Health.Status = false, registry.Status{Kind: registry.Disabled}
		}
		changes[i] = registry.Change{Kind: registry.Registered, After: s, Version: s.Version}
	}
	for batch := range slices.Chunk(changes, seedBatch) {
		if err := store.Changed(b.ctx, batch...); err != nil {
			_ = store.Close()
			return "", err
		}
	}
	return dir, store.Close()
}

// seededPath is the path of a service.
func seededPath(i int) string { return fmt.Sprintf("/team%d/service-%05d", i%10, i) }

func seeded(i int, upstream string) *registry.Service {
	at := time.Now().UTC().Add(-time.Hour).Truncate(time.Microsecond)
	s := &registry.Service{
		Path: registry.Path(seededPath(i)), Name: fmt.Sprintf("Service %d", i), Description: "One of many.",
		Upstream: upstream, Tags: []string{"weather", "forecast"}, Stars: i % 5, License: "MIT",
		Enabled: true, Discovered: true, RegisteredAt: at, UpdatedAt: at,
		Version: uint64(i) + 1, //nolint:gosec // G115: never negative
		Health:  registry.Health{Status: registry.Status{Kind: registry.Healthy}, LastChecked: at, Since: at, Latency: time.Millisecond},
		Detected: registry.Detected{
			Transport: registry.StreamableHTTP, Endpoint: upstream, Versions: []string{"2025-11-25"}, ServerName: "bench", ServerVersion: "1",
		},
	}
	for j := range toolsOfEach {
		s.Tools = append(s.Tools, registry.Tool{
			Name: fmt.Sprintf("tool_%d", j), Description: toolDescription, InputSchema: json.RawMessage(toolSchema),
		})
	}
	return s
}
