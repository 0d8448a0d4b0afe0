package mcpclient

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// examineTime bounds an examination, but for up to two seconds in which it
// ends what it began.
const examineTime = 12 * time.Second

// Examine looks at a URL as a check would, then, where that fails, at what
// somebody may have meant instead, and explains what it found. It never fails:
// what went wrong is in the verdict. What an earlier check detected is not
// asked for.
//
// It takes at most twelve seconds, or until ctx is done, and then up to two to
// end a session; each address that it tries gets at most the client's timeout.
// It calls no tool, leaves no session and no connection behind, and sends the
// target's headers to the target's origin only.
func (c *Client) Examine(ctx context.Context, t registry.Target) registry.Examination {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	x := &examination{client: c, trace: &trace{most: maxSteps, thorough: true}, target: t}
	x.first = x.look(ctx, t)
	if other, why := x.otherScheme(); other != "" && ctx.Err() == nil {
		// Another scheme is another origin, which gets no credentials.
		x.second, x.why = x.look(ctx, registry.Target{Upstream: other}), why
	}
	r := x.report(time.Now())
	redactExamination(&r, t.Headers)
	r.Took = time.Since(began)
	return r
}

// examination is one call of Examine.
type examination struct {
	client *Client
	trace  *trace
	target registry.Target
	// first is what the URL's own origin showed, second the same host by the
	// other scheme, if there was a reason to look there, which why tells.
	first, second *sight
	why           string
}

// sight is what one origin showed.
type sight struct {
	// upstream is the URL that was asked.
	upstream *url.URL
	// failure is why the URL itself would not do; nil where it does.
	failure *failure
	// at is where something answered after all, beyond where a check looks;
	// empty otherwise. locked is true where it asks for credentials.
	at     string
	locked bool

	detected registry.Detected
	tools    *registry.Discovery
	// detail says why the tools are not, or not all, there.
	detail  string
	latency time.Duration
	// secure is true once a handshake of TLS got as far as a certificate.
	secure bool
}

// met says whether an MCP server answered.
func (s *sight) met() bool { return s != nil && s.detected.Transport != "" }

// look asks a URL as a check does and then, where it only seems to be the wrong
// one, its neighbours.
func (x *examination) look(ctx context.Context, t registry.Target) *sight {
	s := &sight{}
	k, err := x.client.newTalk(ctx, t)
	if err != nil {
		s.failure, _ = errors.AsType[*failure](err)
		return s
	}
	k.trace, s.upstream = x.trace, k.upstream
	x.trace.tls = nil
	err = s.meet(ctx, k, k.detect)
	if f, ok := errors.AsType[*failure](err); ok {
		s.failure = f
		if !f.final && x.trace.refused == nil && !f.wantsTLS() {
			s.search(ctx, k)
		}
	}
	s.latency, s.secure = k.latency, x.trace.tls != nil
	k.close(ctx)
	return s
}

// meet finds a server and lists its tools, in the time of a check.
func (s *sight) meet(ctx context.Context, k *talk, find func(context.Context) (found, error)) error {
	ctx, cancel := context.WithTimeout(ctx, k.client.timeout)
	defer cancel()
	hit, err := find(ctx)
	if err != nil {
		return err
	}
	s.tools, s.detail = k.discoverTools(ctx, hit.peer)
	s.detected = hit.detected()
	return nil
}

// search tries the neighbours of a URL that is no MCP endpoint.
func (s *sight) search(ctx context.Context, k *talk) {
	for _, at := range neighbours(k.upstream) {
		attempt := func(ctx context.Context) (found, error) {
			return k.tryStreamable(ctx, at.String(), registry.Detected{})
		}
		if endsWith(at, "sse") {
			attempt = func(ctx context.Context) (found, error) { return k.trySSE(ctx, at.String()) }
		}
		err := s.meet(ctx, k, attempt)
		if err == nil {
			s.at = s.detected.Endpoint
			return
		}
		f, ok := errors.AsType[*failure](err)
		if !ok {
			return
		}
		k.trace.failed(f)
		if f.status.Kind == registry.AuthRequired && (endsWith(at, "mcp") || endsWith(at, "sse")) {
			s.at, s.locked = at.String(), true
			return
		}
		if k.trace.last().Status == 0 || ctx.Err() != nil {
			return
		}
	}
}
