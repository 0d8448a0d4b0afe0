package actors

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Of a check that found the tools as they were, nothing stays but its time: each
// of ten thousand probes would hold a list.
func TestToolsFoundAgainAreNotKept(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		var again weak.Pointer[registry.Tool]
		w.upstreams.at("/a", func(_ context.Context, c call) registry.Outcome {
			o := healthy(c)
			if c.discover {
				o.Discovery = tools("a", "b")
				again = weak.Make(&o.Discovery.Tools[0])
			}
			return o
		})
		w.enabled("/a")
		first := mustAsk(w, w.Registry, CheckService{Path: "/a", Discover: true})
		known := again
		mustAsk(w, w.Registry, CheckService{Path: "/a", Discover: true})
		s := w.get("/a") // The last that the registry's actor heard.
		if &s.Tools[0] != &first.Tools[0] || again == known {
			t.Fatal("the tools were not found again, as they were")
		}
		runtime.GC()
		if again.Value() != nil {
			t.Error("the tools that were found again are still there")
		}
	})
}
