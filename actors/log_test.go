package actors

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// An upstream's URL may hold a key in its query. The log names the service.
func TestLogKeepsTheUpstreamToItself(t *testing.T) {
	for name, c := range map[string]struct {
		answer script
		listen func() error
		want   string
	}{
		"a check panics": {func(context.Context, call) registry.Outcome { panic("unheard-of answer") }, nil, "a check panicked"},
		"a watch panics": {nil, func() error { panic("unheard-of event") }, "watching tools panicked"},
		"a watch breaks": {nil, func() error { return errors.New("broken pipe") }, "watches tools broke"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			inWorld(t, func(_ *testing.T, w *world) {
				w.upstreams.at("", c.answer)
				if c.listen != nil {
					w.upstreams.listen = func(context.Context, registry.Target, func()) error { return c.listen() }
				}
				d := draft("/a")
				d.Upstream, d.WatchTools = new("http://upstream/a?key=hunter2"), new(true)
				mustAsk(w, w.Registry, RegisterService{d})
				w.enable("/a")
				time.Sleep(interval)
				w.disable("/a")
			}, func(o *Options) {
				o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			said := log.String()
			if !strings.Contains(said, c.want) || !strings.Contains(said, "service=/a") || strings.Contains(said, "hunter2") {
				t.Errorf("logged:\n%s", said)
			}
		})
	}
}

// TestLogTellsOfServices: whoever reads only the log learns what is switched on
// and off, what fails and when it comes back, once each.
func TestLogTellsOfServices(t *testing.T) {
	var log bytes.Buffer
	inWorld(t, func(_ *testing.T, w *world) {
		w.register("/a")
		w.enable("/a")
		time.Sleep(3 * interval)
		w.upstreams.at("/a", always(timeout))
		time.Sleep(5 * interval)
		w.upstreams.at("/a", nil)
		time.Sleep(3 * interval)
		w.disable("/a")
		w.disable("/a") // No change.
		mustAsk(w, w.Registry, RemoveService{"/a"})
	}, func(o *Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	var told []string
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "a service ") {
			told = append(told, line)
		}
	}
	wants := []string{
		`level=INFO msg="a service was registered" service=/a status=disabled`,
		`level=INFO msg="a service changed its status" service=/a from=disabled to=checking`,
		`level=INFO msg="a service changed its status" service=/a from=checking to=healthy`,
		`level=WARN msg="a service changed its status" service=/a from=healthy to="unhealthy: timeout"`,
		`level=INFO msg="a service changed its status" service=/a from="unhealthy: timeout" to=healthy`,
		`level=INFO msg="a service changed its status" service=/a from=healthy to=disabled`,
		`level=INFO msg="a service was removed" service=/a`,
	}
	for i, want := range wants {
		if i >= len(told) || !strings.Contains(told[i], want) || len(told) != len(wants) {
			t.Fatalf("want %s as line %d of %d, told:\n%s", want, i+1, len(wants), strings.Join(told, ""))
		}
	}
}
