package gateway

import (
	"cmp"
	"context"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxOpen bounds the exchanges of one service at a time. Each costs two
// connections; a service whose clients all stall must leave some to others.
const maxOpen = 4096

// suspectEvery is the least time between two reports that an upstream fails.
const suspectEvery = time.Second

// route is how one service is reached. It is immutable but for its state.
type route struct {
	path    registry.Path
	enabled bool
	// registered is the upstream's URL as it was given.
	registered string
	// upstream is the registered URL, base its escaped path without a slash at
	// the end, origin what a redirect or an endpoint must not leave.
	upstream *url.URL
	base     string
	origin   string
	// address is the upstream's host:port if it is reached in clear, and empty
	// where TLS or a name in other letters than ASCII's asks for more.
	address string
	// mcp is the MCP endpoint, nil where the upstream speaks HTTP+SSE only;
	// sse is the endpoint of that transport.
	mcp, sse *url.URL
	headers  registry.Headers
	counter  *traffic.Counter
	// life ends once the service is disabled, removed or served by another
	// upstream: streams that would last end with it.
	life context.Context
	end  context.CancelFunc
	*state
}

// state is what a service's routes share, the replaced ones too.
type state struct {
	open      atomic.Int64
	suspected atomic.Int64 // In nanoseconds since 1970.
}

// newRoute makes the route of s in place of an earlier one, if there is any.
func newRoute(s *registry.Service, earlier *route, counter *traffic.Counter) *route {
	r := &route{path: s.Path, enabled: s.Enabled, registered: s.Upstream, headers: s.UpstreamHeaders, counter: counter}
	if earlier != nil {
		r.state = earlier.state
	} else {
		r.state = new(state)
	}
	if r.continues(earlier) {
		r.life, r.end = earlier.life, earlier.end
	} else {
		r.life, r.end = context.WithCancel(context.Background())
	}
	counter.SetTools(s.Tools)
	upstream, err := url.Parse(s.Upstream)
	if err != nil {
		r.enabled = false // The registry takes no such URL.
		return r
	}
	r.upstream = upstream
	r.base = strings.TrimSuffix(upstream.EscapedPath(), "/")
	r.origin = originOf(upstream)
	if upstream.Scheme == "http" && isASCII(upstream.Host) {
		r.address = net.JoinHostPort(upstream.Hostname(), cmp.Or(upstream.Port(), "80"))
	}
	r.mcp = upstream
	switch {
	case strings.HasSuffix(r.base, "/sse"):
		r.sse = upstream
	default:
		r.sse = r.below("/sse", "")
	}
	endpoint, err := url.Parse(s.Detected.Endpoint)
	if err != nil || originOf(endpoint) != r.origin {
		return r
	}
	switch s.Detected.Transport {
	case registry.HTTPSSE:
		r.mcp, r.sse = nil, endpoint
	case registry.StreamableHTTP:
		r.mcp = endpoint
	}
	return r
}

// continues says whether what goes on by way of the earlier route may go on.
func (r *route) continues(earlier *route) bool {
	return earlier != nil && earlier.enabled && r.enabled && earlier.registered == r.registered
}

// sameRoute says whether two states of a service are routed the same way.
func sameRoute(a, b *registry.Service) bool {
	return a.Enabled == b.Enabled && a.Upstream == b.Upstream &&
		a.Detected.Transport == b.Detected.Transport && a.Detected.Endpoint == b.Detected.Endpoint &&
		a.UpstreamHeaders.Equal(b.UpstreamHeaders) && sameNames(a.Tools, b.Tools)
}

// sameNames compares the names of tools, in their order.
func sameNames(a, b []registry.Tool) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) == 0 || &a[0] == &b[0] {
		return true
	}
	for i := range a {
		if a[i].Name != b[i].Name {
			return false
		}
	}
	return true
}

// target is where a request with the tail and the query goes. The tail is
// clean; see [checkPath]. It fails with a *[MethodError].
func (r *route) target(method, tail, query string) (*url.URL, error) {
	switch tail {
	case "", "/", "/mcp":
		if r.mcp != nil {
			return withQuery(r.mcp, query), nil
		}
		if method != "GET" {
			return nil, &MethodError{Allowed: []string{"GET"}, Stream: string(r.path) + "/sse"}
		}
		return withQuery(r.sse, query), nil
	case "/sse":
		return withQuery(r.sse, query), nil
	}
	return r.below(tail, query), nil
}

// below is a URL below the registered one; tail begins with a slash.
func (r *route) below(tail, query string) *url.URL {
	escaped := r.base + tail
	u := *r.upstream
	u.RawPath = escaped
	u.Path, _ = url.PathUnescape(escaped) // Both halves come from parsed URLs.
	return withQuery(&u, query)
}

// withQuery adds the caller's query to that of a URL, which is not changed.
func withQuery(u *url.URL, query string) *url.URL {
	if query == "" {
		return u
	}
	with := *u
	if with.RawQuery != "" {
		query = with.RawQuery + "&" + query
	}
	with.RawQuery = query
	return &with
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// originOf is a URL's scheme, host and port (RFC 6454), in one spelling.
func originOf(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = "80"
		if scheme == "https" {
			port = "443"
		}
	}
	return scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// enter counts an exchange in, unless too many are open.
func (s *state) enter() bool {
	if s.open.Add(1) > maxOpen {
		s.open.Add(-1)
		return false
	}
	return true
}

func (s *state) leave() { s.open.Add(-1) }

// suspect says whether it is time to report the upstream again. A clock that was
// put back keeps nobody waiting for the time that it had been.
func (s *state) suspect(now time.Time) bool {
	last := s.suspected.Load()
	since := now.UnixNano() - last
	return (since < 0 || since >= int64(suspectEvery)) && s.suspected.CompareAndSwap(last, now.UnixNano())
}
