package mcpclient

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// patient is a client whose timeout no test should reach.
func patient() *Client {
	return New(Options{Timeout: 30 * time.Second, Version: "test", Elsewhere: true})
}

// eventually polls until ok; what it waits for happens in another goroutine of
// a real server.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("never came true: %s", what)
		case <-tick.C:
		}
	}
}

func names(d *registry.Discovery) []string {
	if d == nil {
		return nil
	}
	out := []string{}
	for _, tool := range d.Tools {
		out = append(out, tool.Name)
	}
	return out
}

type era struct {
	name   string
	start  func(testing.TB, ...string) *upstreamtest.Upstream
	want   registry.Detected
	newest string
}

func eras() []era {
	return []era{
		{"stateless", upstreamtest.Stateless, registry.Detected{Transport: registry.StreamableHTTP, Stateless: true}, "2026-07-28"},
		{"stateful", upstreamtest.Stateful, registry.Detected{Transport: registry.StreamableHTTP}, "2025-11-25"},
		{"sse", upstreamtest.SSE, registry.Detected{Transport: registry.HTTPSSE}, "2024-11-05"},
	}
}

func TestCheckDetectsAndDiscoversEachEra(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t, "alpha", "beta")
			for _, url := range []string{up.URL, up.Origin(), up.Origin() + "/"} {
				out := patient().Check(t.Context(), registry.Target{Upstream: url}, true)
				if out.Status.Kind != registry.Healthy {
					t.Fatalf("check of %s: %s (%s)", url, out.Status, out.Detail)
				}
				got := out.Detected
				if len(got.Versions) == 0 || got.Versions[0] != e.newest {
					t.Errorf("versions %q, want %s first", got.Versions, e.newest)
				}
				got.Versions = nil
				want := e.want
				want.Endpoint, want.ServerName, want.ServerVersion = up.URL, "upstreamtest", "1.2.3"
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("detected of %s (-want +got):\n%s", url, diff)
				}
				if diff := cmp.Diff([]string{"alpha", "beta"}, names(out.Discovery)); diff != "" {
					t.Errorf("tools of %s (-want +got):\n%s\n%s", url, diff, out.Detail)
				}
				if out.Latency <= 0 || out.At.IsZero() {
					t.Errorf("latency %v at %v", out.Latency, out.At)
				}
			}
			eventually(t, "no session is left", func() bool { return up.Live() == 0 })
		})
	}
}

// A second check costs one request and, but for HTTP+SSE, no session.
func TestCheckOfAKnownUpstreamIsCheap(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t, "alpha")
			first := patient().Check(t.Context(), registry.Target{Upstream: up.Origin()}, true)
			opened, requests := up.Initialized(), up.Requests()
			second := patient().Check(t.Context(), registry.Target{Upstream: up.Origin(), Detected: first.Detected}, false)
			if second.Status.Kind != registry.Healthy {
				t.Fatalf("%s (%s)", second.Status, second.Detail)
			}
			if diff := cmp.Diff(first.Detected, second.Detected); diff != "" {
				t.Errorf("what was detected changed (-first +second):\n%s", diff)
			}
			if got := up.Requests() - requests; got != 1 {
				t.Errorf("%d requests, want 1", got)
			}
			if got := up.Initialized() - opened; got != 0 {
				t.Errorf("%d sessions opened, want none", got)
			}
			if second.Discovery != nil {
				t.Error("tools were listed, which nobody asked for")
			}
		})
	}
}

// An upstream that was replaced by one of another era is detected anew.
func TestCheckDetectsAnewWhenTheEraChanged(t *testing.T) {
	for _, e := range eras() {
		for _, before := range eras() {
			t.Run(before.name+" to "+e.name, func(t *testing.T) {
				up := e.start(t, "alpha")
				old := before.want
				old.Endpoint = up.Origin() + "/old"
				out := patient().Check(t.Context(), registry.Target{Upstream: up.URL, Detected: old}, true)
				if out.Status.Kind != registry.Healthy || out.Detected.Endpoint != up.URL || len(names(out.Discovery)) != 1 {
					t.Errorf("%s (%s), detected %+v", out.Status, out.Detail, out.Detected)
				}
				// The same endpoint, but another era than remembered.
				old.Endpoint = up.URL
				out = patient().Check(t.Context(), registry.Target{Upstream: up.URL, Detected: old}, true)
				if out.Status.Kind != registry.Healthy || out.Detected.Transport != e.want.Transport ||
					out.Detected.Stateless != e.want.Stateless || len(names(out.Discovery)) != 1 {
					t.Errorf("%s (%s), detected %+v", out.Status, out.Detail, out.Detected)
				}
			})
		}
	}
}

func TestCheckWithoutToolsCapability(t *testing.T) {
	for _, e := range eras() {
		t.Run(e.name, func(t *testing.T) {
			up := e.start(t)
			out := patient().Check(t.Context(), registry.Target{Upstream: up.URL}, true)
			if out.Status.Kind != registry.Healthy || out.Discovery == nil || len(out.Discovery.Tools) != 0 {
				t.Errorf("%s (%s), discovery %+v", out.Status, out.Detail, out.Discovery)
			}
		})
	}
}

func TestCheckOfOtherSDKsEndsEverySession(t *testing.T) {
	for name, kind := range map[string]upstreamtest.Kind{
		"TypeScript": upstreamtest.TypeScript,
		"Python":     upstreamtest.Python,
		"old Go":     upstreamtest.OldGo,
	} {
		t.Run(name, func(t *testing.T) {
			up := upstreamtest.Imitate(t, kind)
			var known registry.Detected
			for _, discover := range []bool{false, true, false} {
				for _, url := range []string{up.URL, strings.TrimSuffix(up.URL, "/mcp")} {
					out := patient().Check(t.Context(), registry.Target{Upstream: url, Detected: known}, discover)
					if out.Status.Kind != registry.Healthy || out.Detected.Endpoint != up.URL {
						t.Fatalf("%s (%s), detected %+v", out.Status, out.Detail, out.Detected)
					}
					if discover && !cmp.Equal(names(out.Discovery), []string{"imitated"}) {
						t.Errorf("tools %v (%s)", names(out.Discovery), out.Detail)
					}
					known = out.Detected
				}
			}
			if up.Live() != 0 {
				t.Errorf("%d of %d sessions are left", up.Live(), up.Opened())
			}
			if kind == upstreamtest.TypeScript && up.Opened() != 2 {
				t.Errorf("%d sessions were opened; only the two discoveries need one", up.Opened())
			}
		})
	}
}

// The check is given up while the server has made a session and not said so.
// Were the client not to wait for the answer, it would see the cancellation
// before the answer in nearly every round.
func TestCancelledCheckLeavesNoSession(t *testing.T) {
	for name, kind := range map[string]upstreamtest.Kind{"TypeScript": upstreamtest.TypeScript, "old Go": upstreamtest.OldGo} {
		t.Run(name, func(t *testing.T) {
			for range 20 {
				ctx, cancel := context.WithCancel(t.Context())
				up := upstreamtest.ImitateSlow(t, kind, func(*http.Request) { cancel() })
				patient().Check(ctx, registry.Target{Upstream: up.URL}, true)
				if up.Opened() != 1 || up.Live() != 0 {
					t.Fatalf("%d sessions opened, %d left", up.Opened(), up.Live())
				}
			}
		})
	}
}

// The check is given up at each request of a discovery in turn.
func TestCheckCancelledAnywhereLeavesNoSession(t *testing.T) {
	for _, e := range eras() {
		for at := 1; at <= 5; at++ {
			t.Run(fmt.Sprint(e.name, " at request ", at), func(t *testing.T) {
				up := e.start(t, "alpha")
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var n atomic.Int64
				front := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if n.Add(1) == int64(at) {
						cancel()
					}
					up.ServeHTTP(w, r)
				}))
				path := strings.TrimPrefix(up.URL, up.Origin())
				patient().Check(ctx, registry.Target{Upstream: front + path}, true)
				eventually(t, "no session is left", func() bool { return up.Live() == 0 })
			})
		}
	}
}

func TestCancelledCheckReturns(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := upstreamtest.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	out := patient().Check(ctx, registry.Target{Upstream: url}, true)
	if out.Status.String() != "error: cancelled" {
		t.Errorf("status %s (%s)", out.Status, out.Detail)
	}
}
