package actors

import (
	"context"
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// upstreams is a Checker that answers as it is told, and remembers what it was
// asked.
type upstreams struct {
	mu      sync.Mutex
	scripts map[string]script
	calls   map[string][]call
	running map[string]int
	all     int
	// most is the greatest number of checks at once: of one upstream, of all.
	most    map[string]int
	mostAll int
	// listen is what Watch does; without it, Watch waits for the end.
	listen  func(ctx context.Context, t registry.Target, changed func()) error
	watches []call
}

// script answers one check.
type script func(ctx context.Context, c call) registry.Outcome

// call is one check or watch.
type call struct {
	at       time.Time
	n        int // The how many-eth of this upstream, from 1.
	target   registry.Target
	discover bool
	changed  func()
}

// refusing answers the checks whose number leaves this rest; the others find it
// healthy.
func refusing(every, rest int) script {
	return func(_ context.Context, c call) registry.Outcome {
		if c.n%every == rest {
			return refused
		}
		return healthy(c)
	}
}

func newUpstreams() *upstreams {
	return &upstreams{
		scripts: make(map[string]script),
		calls:   make(map[string][]call),
		running: make(map[string]int),
		most:    make(map[string]int),
	}
}

// at scripts the upstream of a service; "" is for all that have no script.
func (u *upstreams) at(path string, s script) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.scripts[upstreamOf(path)] = s
}

// asked lists the checks of a service's upstream so far.
func (u *upstreams) asked(path string) []call {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]call(nil), u.calls[upstreamOf(path)]...)
}

func (u *upstreams) watched() []call {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]call(nil), u.watches...)
}

func (u *upstreams) inFlight() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.all
}

// atOnce is the greatest number of checks that ran at once: of a service, and
// of all.
func (u *upstreams) atOnce(path string) (ofOne, ofAll int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.most[upstreamOf(path)], u.mostAll
}

func (u *upstreams) Check(ctx context.Context, t registry.Target, discover bool) registry.Outcome {
	u.mu.Lock()
	c := call{at: time.Now(), n: len(u.calls[t.Upstream]) + 1, target: t, discover: discover}
	u.calls[t.Upstream] = append(u.calls[t.Upstream], c)
	u.running[t.Upstream]++
	u.all++
	u.most[t.Upstream] = max(u.most[t.Upstream], u.running[t.Upstream])
	u.mostAll = max(u.mostAll, u.all)
	play := u.scripts[t.Upstream]
	if play == nil {
		play = u.scripts[upstreamOf("")]
	}
	u.mu.Unlock()
	defer func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.running[t.Upstream]--
		u.all--
	}()
	if play == nil {
		return healthy(c)
	}
	return play(ctx, c)
}

func (u *upstreams) Watch(ctx context.Context, t registry.Target, changed func()) error {
	u.mu.Lock()
	c := call{at: time.Now(), n: len(u.watches) + 1, target: t, changed: changed}
	u.watches = append(u.watches, c)
	listen := u.listen
	u.mu.Unlock()
	if listen != nil {
		return listen(ctx, t, changed)
	}
	<-ctx.Done()
	return ctx.Err()
}

var spoken = registry.Detected{Transport: registry.StreamableHTTP, Endpoint: "http://upstream/mcp"}

// healthy is a good answer, with the one tool "now" if tools were asked for.
func healthy(c call) registry.Outcome {
	o := registry.Outcome{Status: registry.Status{Kind: registry.Healthy}, Latency: time.Millisecond, Detected: spoken}
	if c.discover {
		o.Discovery = tools("now")
	}
	return o
}

func tools(names ...string) *registry.Discovery {
	d := &registry.Discovery{Tools: []registry.Tool{}}
	for _, n := range names {
		d.Tools = append(d.Tools, registry.Tool{Name: n})
	}
	return d
}

var (
	refused = registry.Outcome{Status: registry.Status{Kind: registry.Unhealthy, Reason: "connection refused"}}
	timeout = registry.Outcome{Status: registry.Status{Kind: registry.Unhealthy, Reason: "timeout"}}
)

// always answers the same.
func always(o registry.Outcome) script {
	return func(context.Context, call) registry.Outcome { return o }
}

// upTo answers well n times, and then as told.
func upTo(n int, o registry.Outcome) script {
	return func(_ context.Context, c call) registry.Outcome {
		if c.n <= n {
			return healthy(c)
		}
		return o
	}
}

// taking answers well after a while, unless it is cut short.
func taking(d time.Duration) script {
	return func(ctx context.Context, c call) registry.Outcome {
		select {
		case <-time.After(d):
			return healthy(c)
		case <-ctx.Done():
			return timeout
		}
	}
}

// hanging answers only when it is cut short.
func hanging(ctx context.Context, _ call) registry.Outcome {
	<-ctx.Done()
	return timeout
}

// forgetful is a Checker whose upstreams are all healthy, and which remembers
// nothing.
type forgetful struct{}

func (forgetful) Check(_ context.Context, _ registry.Target, discover bool) registry.Outcome {
	return healthy(call{discover: discover})
}

func (forgetful) Watch(ctx context.Context, _ registry.Target, _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}
