package httpserver_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestRecordsShowTraffic(t *testing.T) {
	carried := map[registry.Path]registry.Traffic{
		"/busy":  {Requests: 512, Errors: 3, P50: 8440 * time.Microsecond, P99: 2 * time.Second, OpenStreams: 2},
		"/quiet": {OpenStreams: 1},
	}
	var more atomic.Int64
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.Traffic = func(path registry.Path) (registry.Traffic, bool) {
			t, ok := carried[path]
			t.Requests += more.Load()
			return t, ok
		}
	}})
	c := e.signedIn(t)
	want := map[string]*gen.Traffic{
		"/busy":  {Requests: 512, Errors: 3, P50Ms: new(8.4), P99Ms: new(2000.0), OpenStreams: 2},
		"/quiet": {OpenStreams: 1},
		"/never": nil,
	}
	for path := range want {
		c.register(path)
	}
	var all gen.ServiceMap
	decode(t, []byte(c.get("/api/server_details/all").is(http.StatusOK).body), &all)
	for path, traffic := range want {
		if diff := cmp.Diff(traffic, c.record(path).Traffic); diff != "" {
			t.Errorf("the record of %s (-want +got):\n%s", path, diff)
		}
		if diff := cmp.Diff(traffic, all[path].Traffic); diff != "" {
			t.Errorf("%s in the list (-want +got):\n%s", path, diff)
		}
	}

	if r := e.program(t, auth.ScopeGateway).record("/busy"); r.Traffic != nil {
		t.Errorf("an agent sees %+v", r.Traffic)
	}

	tag := c.get("/api/server_details/busy").header.Get("ETag")
	more.Add(1)
	if got := c.record("/busy").Traffic.Requests; got != 513 {
		t.Errorf("after one more request there are %d", got)
	}
	if again := c.get("/api/server_details/busy").header.Get("ETag"); again != tag {
		t.Errorf("traffic changed the entity tag from %s to %s", tag, again)
	}
}
