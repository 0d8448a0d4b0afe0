package storage_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
	"github.com/mcpgateway/mcpgateway/internal/storage/storagetest"
)

// fill stores n services of 10 tools of about 1 KB each.
func fill(b *testing.B, s *storage.Store, n int) []*registry.Service {
	b.Helper()
	services := make([]*registry.Service, n)
	for i := range services {
		svc := sample(i)
		if err := s.Changed(b.Context(), storagetest.Change(registry.Registered, svc)); err != nil {
			b.Fatal(err)
		}
		services[i] = svc
	}
	return services
}

func sample(i int) *registry.Service {
	at := time.UnixMicro(1e15).UTC()
	svc := &registry.Service{
		Path: registry.Path(fmt.Sprintf("/team/service-%05d", i)), Name: "A service", Version: uint64(i + 1),
		Description: strings.Repeat("what it does ", 20), Upstream: "http://localhost:8000/mcp",
		Tags: []string{"weather", "forecast"}, Enabled: true, Discovered: true, RegisteredAt: at, UpdatedAt: at,
		Health: registry.Health{Status: registry.Status{Kind: registry.Healthy}, LastChecked: at, Since: at, Latency: time.Millisecond},
		Detected: registry.Detected{
			Transport: registry.StreamableHTTP, Endpoint: "http://localhost:8000/mcp",
			Versions: []string{"2025-11-25"}, ServerName: "weather", ServerVersion: "1.0",
		},
	}
	for j := range 10 {
		svc.Tools = append(svc.Tools, registry.Tool{
			Name: fmt.Sprintf("tool_%d", j), Description: strings.Repeat("what the tool does ", 15),
			InputSchema: json.RawMessage(`{"type":"object","properties":{"text":{"type":"string","description":"` +
				strings.Repeat("an argument ", 50) + `"}}}`),
		})
	}
	return svc
}

func BenchmarkLoad(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	defer s.Close()
	fill(b, s, 10_000)
	for b.Loop() {
		services, _, err := s.Load(b.Context())
		if err != nil || len(services) != 10_000 || len(services[9_999].Tools) != 10 {
			b.Fatal(len(services), err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := mustOpen(b, dir)
	fill(b, s, 10_000)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := mustOpen(b, dir).Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHealthChanged(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	defer s.Close()
	svc := fill(b, s, 1)[0]
	for b.Loop() {
		svc.Version++
		if err := s.Changed(b.Context(), storagetest.Change(registry.HealthChanged, svc)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkToolsDiscovered(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	defer s.Close()
	svc := fill(b, s, 1)[0]
	for b.Loop() {
		svc.Version++
		if err := s.Changed(b.Context(), storagetest.Change(registry.ToolsDiscovered, svc)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChecksRecorded(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	defer s.Close()
	services := fill(b, s, 1000)
	history := make([]registry.CheckRecord, len(services))
	for n := uint64(1); b.Loop(); n++ {
		for i, svc := range services {
			svc.Recorded.Checks = n
			history[i] = registry.CheckRecord{
				Path: svc.Path, Number: n, At: svc.Health.LastChecked, Status: svc.Health.Status, Latency: svc.Health.Latency,
			}
		}
		if err := s.ChecksRecorded(b.Context(), services, history); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPing(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	defer s.Close()
	for b.Loop() {
		if err := s.Ping(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFindSession(b *testing.B) {
	s := mustOpen(b, b.TempDir())
	defer s.Close()
	if err := s.Sessions().Commit("token", []byte("data"), time.Now().Add(time.Hour)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, found, err := s.Sessions().FindCtx(b.Context(), "token"); !found || err != nil {
			b.Fatal(err)
		}
	}
}
