package httpserver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// manyServices have ten tools and two tags each; every tenth is not in ASCII.
func manyServices(n int) []*registry.Service {
	services := make([]*registry.Service, n)
	for i := range services {
		name := fmt.Sprint("Service ", i)
		if i%10 == 0 {
			name = fmt.Sprint("Météo ", i)
		}
		tools := make([]registry.Tool, 10)
		for j := range tools {
			tools[j] = registry.Tool{Name: fmt.Sprintf("tool_%d_%d", i, j), Description: strings.Repeat("Some words about it. ", 20)}
		}
		services[i] = &registry.Service{
			Path: registry.Path(fmt.Sprintf("/team%d/s%d", i%7, i)), Name: name, Description: "What it is good for. " + name,
			Upstream: "http://localhost:8000/mcp", Tags: []string{fmt.Sprint("Team ", i%7), "all"}, Tools: tools,
			Enabled: i%3 == 0, UpdatedAt: time.Unix(int64(i), 0),
		}
	}
	return services
}

func BenchmarkFinding(b *testing.B) {
	s := &Server{o: Options{Traffic: func(registry.Path) (registry.Traffic, bool) { return registry.Traffic{Requests: 1}, true }}}
	for _, n := range []int{2000, 10_000} {
		services := manyServices(n)
		for name, find := range map[string]web.Find{
			"all":     {},
			"words":   {Query: "meteo good tool_10"},
			"traffic": {Sort: web.SortTraffic},
		} {
			b.Run(fmt.Sprintf("%s of %d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s.found(services, find)
				}
			})
		}
		b.Run(fmt.Sprintf("facets of %d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				facetsOf(services)
			}
		})
		b.Run(fmt.Sprintf("tools of %d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				searchTools(services, "words 1999")
			}
		})
	}
}
