package httpserver_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// What a check says of a failure is part of the record, though the status
// stays.
func TestETagChangesWithTheDetail(t *testing.T) {
	var detail atomic.Pointer[string]
	detail.Store(new("Nobody listens."))
	e := newEdge(t, setup{check: func(context.Context, registry.Target, bool) registry.Outcome {
		return registry.Outcome{Status: registry.Status{Kind: registry.Unhealthy, Reason: "HTTP 500"}, Detail: *detail.Load()}
	}})
	c := e.signedIn(t)
	c.register("/weather")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	for _, target := range []string{"/api/server_details/weather", "/api/server_details/all"} {
		detail.Store(new("Nobody listens."))
		c.post("/api/refresh/weather").is(http.StatusOK)
		tag := c.get(target).is(http.StatusOK).header.Get("ETag")
		c.post("/api/refresh/weather").is(http.StatusOK)
		c.with("If-None-Match", tag).get(target).is(http.StatusNotModified)
		detail.Store(new("The disk is full."))
		c.post("/api/refresh/weather").is(http.StatusOK)
		c.with("If-None-Match", tag).get(target).is(http.StatusOK)
		if got := c.record("/weather").Health; *got.Detail != "The disk is full." {
			t.Errorf("the record says %q", *got.Detail)
		}
	}
}

// Another version of the program may write the same services otherwise.
func TestETagChangesWithTheProgram(t *testing.T) {
	tags := func(version string) (one, all string) {
		e := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.Version = version }})
		c := e.signedIn(t)
		c.register("/weather")
		one = c.get("/api/server_details/weather").is(http.StatusOK).header.Get("ETag")
		return one, c.get("/api/server_details/all").is(http.StatusOK).header.Get("ETag")
	}
	one, all := tags("v1.0.0")
	if sameOne, sameAll := tags("v1.0.0"); sameOne != one || sameAll != all {
		t.Errorf("one version gives %s and %s, %s and %s", one, sameOne, all, sameAll)
	}
	if otherOne, otherAll := tags("v1.0.1"); otherOne == one || otherAll == all {
		t.Errorf("another version gives %s and %s as well", otherOne, otherAll)
	}
}
