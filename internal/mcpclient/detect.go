package mcpclient

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// found is an upstream that answered as MCP.
type found struct {
	peer     peer
	detected func() registry.Detected
}

// find asks the upstream, first where and how it answered before. Where it no
// longer does, though it can be reached, its era is asked anew.
func (k *talk) find(ctx context.Context, t registry.Target) (found, error) {
	if at, err := parseUpstream(t.Detected.Endpoint); err == nil && originOf(at) == k.origin {
		hit, err := k.confirm(ctx, t.Detected)
		if f, ok := errors.AsType[*failure](err); ok {
			k.trace.failed(f)
		}
		if err == nil || isFinal(err) {
			return hit, err
		}
	}
	return k.detect(ctx)
}

// confirm asks with one request whether the upstream is still what it was.
func (k *talk) confirm(ctx context.Context, known registry.Detected) (found, error) {
	if known.Transport == registry.HTTPSSE {
		s, err := k.openSSE(ctx, known.Endpoint, k.timeLeft(ctx), false)
		if err != nil {
			return found{}, err
		}
		s.hello = remembered(known)
		return found{s, s.detected}, nil
	}
	return k.tryStreamable(ctx, known.Endpoint, known)
}

// detect asks at the registered URL and below it. Streamable HTTP comes first,
// since a server that offers both transports means the newer one; only where
// the URL itself ends in /sse does the older one come before another guess.
func (k *talk) detect(ctx context.Context) (found, error) {
	at := k.upstream.String()
	post := func(url string) func() (found, error) {
		return func() (found, error) { return k.tryStreamable(ctx, url, registry.Detected{}) }
	}
	get := func(url string) func() (found, error) {
		return func() (found, error) { return k.trySSE(ctx, url) }
	}
	attempts := []func() (found, error){post(at)}
	if endsWith(k.upstream, "sse") {
		attempts = append(attempts, get(at), post(below(k.upstream, "mcp")))
	} else {
		if !endsWith(k.upstream, "mcp") {
			attempts = append(attempts, post(below(k.upstream, "mcp")))
		}
		attempts = append(attempts, get(at), get(below(k.upstream, "sse")))
	}
	var tried failures
	for _, attempt := range attempts {
		hit, err := attempt()
		if err == nil {
			return hit, nil
		}
		f, ok := errors.AsType[*failure](err)
		if !ok {
			return found{}, err
		}
		if k.trace.failed(f); f.final {
			return found{}, err
		}
		tried = append(tried, f)
	}
	return found{}, tried.verdict()
}

// tryStreamable asks a URL for streamable HTTP. A server that refuses
// server/discover in its own words, not those of JSON-RPC, may still be one
// that wants initialize first: it is asked, and its session ended.
func (k *talk) tryStreamable(ctx context.Context, url string, known registry.Detected) (found, error) {
	s := &streamable{k: k, endpoint: url}
	a, err := s.discover(ctx)
	if err != nil {
		return found{}, err
	}
	refusal := a.refused()
	switch {
	case refusal.final:
		return found{}, refusal
	case a.message != nil:
		s.learn(a, known)
	case a.mayInitialize():
		if err := s.initialize(ctx); isFinal(err) {
			return found{}, err
		} else if err != nil {
			return found{}, refusal
		}
	default:
		return found{}, refusal
	}
	s.hello = s.hello.or(remembered(known))
	return found{s, s.detected}, nil
}

// mayInitialize says whether a refusal without a message leaves it open that a
// POST of initialize would be answered at the same URL.
func (a *answer) mayInitialize() bool {
	switch a.status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone, http.StatusNotImplemented:
		return false
	}
	return a.status >= http.StatusBadRequest && a.media != "text/html"
}

// trySSE asks a URL for HTTP+SSE. It takes at most half of the time that is
// left: a server of another kind may open a stream and never say anything.
func (k *talk) trySSE(ctx context.Context, url string) (found, error) {
	s, err := k.openSSE(ctx, url, k.timeLeft(ctx)/2, false)
	if f, ok := errors.AsType[*failure](err); ok && ctx.Err() == nil && f.status.Reason == "timeout" {
		f.final = false
		return found{}, f
	}
	if err != nil {
		return found{}, err
	}
	return found{s, s.detected}, nil
}

// remembered is what a server said of itself in an earlier check.
func remembered(d registry.Detected) hello {
	return hello{versions: d.Versions, name: d.ServerName, version: d.ServerVersion}
}

// or fills what h does not say from an earlier hello.
func (h hello) or(earlier hello) hello {
	if len(h.versions) == 0 {
		h.versions = earlier.versions
	}
	if h.name == "" {
		h.name, h.version = earlier.name, earlier.version
	}
	return h
}

// isFinal says whether no other address of the upstream would do better.
func isFinal(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.final
}

// timeLeft is the time until ctx's deadline. Without one, as in the handshake
// of a call, it is the client's timeout.
func (k *talk) timeLeft(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline)
	}
	return k.client.timeout
}
