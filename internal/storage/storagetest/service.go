package storagetest

import (
	"encoding/json"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// text is what an upstream may say. NUL is left out: PostgreSQL's text has
// none, and the domain lets none through.
var text = rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != 0 }), 0, 40, -1)

// moments have the precision that a storage keeps, and are sometimes unset.
var moments = rapid.Custom(func(t *rapid.T) time.Time {
	if rapid.IntRange(0, 4).Draw(t, "unset") == 0 {
		return time.Time{}
	}
	return time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "µs")).UTC()
})

// schemas are JSON objects or absent.
var schemas = rapid.Custom(func(t *rapid.T) json.RawMessage {
	if rapid.Bool().Draw(t, "absent") {
		return nil
	}
	return json.RawMessage(fmt.Sprintf(`{"type":"object","title":%q}`, rapid.StringMatching(`[a-z ü"]{0,20}`).Draw(t, "title")))
})

var tools = rapid.Custom(func(t *rapid.T) registry.Tool {
	return registry.Tool{
		Name:         text.Draw(t, "name"),
		Title:        text.Draw(t, "title"),
		Description:  text.Draw(t, "description"),
		InputSchema:  schemas.Draw(t, "input"),
		OutputSchema: schemas.Draw(t, "output"),
		Annotations:  schemas.Draw(t, "annotations"),
	}
})

var healths = rapid.Custom(func(t *rapid.T) registry.Health {
	return registry.Health{
		Status: registry.Status{
			Kind: rapid.SampledFrom([]registry.StatusKind{
				registry.Disabled, registry.Checking, registry.Healthy,
				registry.Unhealthy, registry.AuthRequired, registry.Error,
			}).Draw(t, "kind"),
			Reason: text.Draw(t, "reason"),
		},
		Detail:      text.Draw(t, "detail"),
		LastChecked: moments.Draw(t, "last checked"),
		Since:       moments.Draw(t, "since"),
		Latency:     time.Duration(rapid.IntRange(0, 1e8).Draw(t, "latency")) * time.Microsecond,
		Failures:    rapid.IntRange(0, 1e6).Draw(t, "failures"),
	}
})

var recorded = rapid.Custom(func(t *rapid.T) registry.Recorded {
	count := rapid.Uint64Range(0, 1e9)
	return registry.Recorded{Checks: count.Draw(t, "checks"), Changes: count.Draw(t, "changes")}
})

var detections = rapid.Custom(func(t *rapid.T) registry.Detected {
	return registry.Detected{
		Transport:     rapid.SampledFrom([]registry.Transport{"", registry.StreamableHTTP, registry.HTTPSSE}).Draw(t, "transport"),
		Endpoint:      text.Draw(t, "endpoint"),
		Stateless:     rapid.Bool().Draw(t, "stateless"),
		Versions:      some(t, text, 3, "versions"),
		ServerName:    text.Draw(t, "server name"),
		ServerVersion: text.Draw(t, "server version"),
	}
})

var headers = rapid.Custom(func(t *rapid.T) registry.Headers {
	names := rapid.SampledFrom([]string{"Authorization", "X-Api-Key", "Cookie"})
	values := rapid.StringMatching(`[!-~]([ -~]{0,40}[!-~])?`)
	return registry.RestoreHeaders(rapid.MapOfN(names, values, 0, 3).Draw(t, "headers"))
})

// some draws a list of at most n, nil when it is empty, as a storage gives it
// back.
func some[T any](t *rapid.T, g *rapid.Generator[T], n int, label string) []T {
	if items := rapid.SliceOfN(g, 0, n).Draw(t, label); len(items) > 0 {
		return items
	}
	return nil
}

// service draws everything of a service but its path and version.
func service(t *rapid.T) registry.Service {
	return registry.Service{
		Name:            text.Draw(t, "name"),
		Description:     text.Draw(t, "description"),
		Upstream:        text.Draw(t, "upstream"),
		Tags:            some(t, text, 3, "tags"),
		DeclaredTools:   rapid.IntRange(0, 1e6).Draw(t, "declared tools"),
		Stars:           rapid.IntRange(0, 1e6).Draw(t, "stars"),
		IsPython:        rapid.Bool().Draw(t, "python"),
		License:         text.Draw(t, "license"),
		WatchTools:      rapid.Bool().Draw(t, "watch"),
		UpstreamHeaders: headers.Draw(t, "headers"),
		Enabled:         rapid.Bool().Draw(t, "enabled"),
		Health:          healths.Draw(t, "health"),
		Detected:        detections.Draw(t, "detected"),
		Tools:           some(t, tools, 4, "tools"),
		Discovered:      rapid.Bool().Draw(t, "discovered"),
		Recorded:        recorded.Draw(t, "recorded"),
		RegisteredAt:    moments.Draw(t, "registered"),
		UpdatedAt:       moments.Draw(t, "updated"),
	}
}
