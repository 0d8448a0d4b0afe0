package peertest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// target is where a client finds a server.
type target struct {
	url string
	// token is sent as a bearer token, if there is one.
	token string
}

// RoundTrip adds the token to a request.
func (t target) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.token != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+t.token)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// transport is the go-sdk's, to a server at t.
func (t target) transport(kind string) mcp.Transport {
	client := &http.Client{Transport: t}
	if kind == sse {
		return &mcp.SSEClientTransport{Endpoint: t.url, HTTPClient: client}
	}
	return &mcp.StreamableClientTransport{Endpoint: t.url, HTTPClient: client}
}

// exerciseOver connects a go-sdk client of a revision and exercises it. A
// client that cannot connect reports that alone.
func exerciseOver(ctx context.Context, t mcp.Transport, revision string, skip []string) report {
	o := newObserver()
	s, err := o.client().Connect(ctx, t, &mcp.ClientSessionOptions{ProtocolVersion: revision})
	if err != nil {
		return report{"initialize": "error: " + err.Error()}
	}
	out := exercise(ctx, s, o, skip)
	out["close"] = fmt.Sprint(s.Close())
	return out
}

// without takes out of a report what differs between two addresses and says
// nothing.
func (r report) without(t target) report {
	out := maps.Clone(r)
	for step, outcome := range out {
		out[step] = strings.ReplaceAll(outcome, t.url, "URL")
	}
	return out
}

// failed are the steps that a report says failed.
func (r report) failed() []string {
	var out []string
	for _, step := range steps {
		if strings.HasPrefix(r[step], "error: ") {
			out = append(out, step)
		}
	}
	return out
}

// compare fails the test unless the client fared the same both ways, and
// failed, straight at the server, in the steps that are known to fail only.
func compare(tb testing.TB, direct, through report, fails ...string) {
	tb.Helper()
	fails = slices.DeleteFunc(fails, func(step string) bool { return direct[step] == "" })
	if failed := direct.failed(); !slices.Equal(fails, failed) {
		tb.Errorf("straight at the server, %q fail; want %q", failed, fails)
		for _, step := range direct.failed() {
			tb.Logf("%s: %s", step, direct[step])
		}
	}
	if diff := cmp.Diff(direct, through); diff != "" {
		tb.Errorf("it fares differently through the gateway (-direct +gateway):\n%s", diff)
	}
}
