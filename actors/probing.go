package actors

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/anthdm/hollywood/actor"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxChecks bounds the checks that run at once over all services, and with
// them the sockets; the rest wait for their turn. At the default timeout and
// interval it lets 6,000 services hang without holding up the others.
const maxChecks = 1024

// startRate is how many checks a second may begin while a process starts.
const startRate = 200

// probing is what all probes share; it is immutable but for the counters.
type probing struct {
	engine         *actor.Engine
	checker        Checker
	interval       time.Duration
	unhealthyAfter int
	log            *slog.Logger
	onOutcome      func(registry.Outcome)

	slots chan struct{}
	// background counts the probes and the goroutines of checks and watches.
	// Only the registry actor and those counted already add to it.
	background sync.WaitGroup
}

// start spawns the probe of a service. Its first check begins at a random
// moment of the spread.
func (p *probing) start(reg Ref, s *registry.Service, spread time.Duration) Ref {
	b := &probe{
		p:              p,
		registry:       reg,
		path:           s.Path,
		generation:     s.Generation,
		target:         s.Target(),
		watchTools:     s.WatchTools,
		sinceDiscovery: discoverEvery,
	}
	if spread > 0 {
		b.firstDelay = rand.N(spread)
	}
	p.background.Add(1)
	return spawn(p.engine, p.log, b, "probe", probeID(s), 16, nil)
}

// startSpread is the time over which n probes begin, at most the interval.
func (p *probing) startSpread(n int) time.Duration {
	return min(p.interval, time.Duration(n)*time.Second/startRate)
}

// nextDelay is the jittered time to the next check: the interval ±10 %, or a
// tenth of it, at least a second, while failures may still be a hiccup.
func (p *probing) nextDelay(failures int) time.Duration {
	d := p.interval
	if failures > 0 && failures < p.unhealthyAfter {
		d = min(d, max(time.Second, d/10))
	}
	return d*9/10 + rand.N(d/5+1)
}

// check runs one check in a goroutine and gives its outcome to done, exactly
// once. A check that panics is an outcome too. The log names the service's
// path, not the upstream, whose URL may hold a key.
func (p *probing) check(ctx context.Context, path registry.Path, t registry.Target, discover bool, done func(registry.Outcome)) {
	p.background.Go(func() {
		var o registry.Outcome
		defer func() {
			if reason := recover(); reason != nil {
				p.log.Error("a check panicked", "service", path, "reason", reason, "stack", string(debug.Stack()))
				o = registry.Outcome{
					Status: registry.Status{Kind: registry.Error, Reason: "internal error"},
					Detail: "The check itself failed; the log has the details.",
				}
			}
			o.At = now()
			done(o)
		}()
		select {
		case p.slots <- struct{}{}:
			defer func() { <-p.slots }()
		case <-ctx.Done():
			return
		}
		o = p.checker.Check(ctx, t, discover)
	})
}

// watch keeps a standing connection in a goroutine until ctx ends, with
// growing pauses between tries. It gives up on an upstream that announces
// nothing.
func (p *probing) watch(ctx context.Context, path registry.Path, t registry.Target, changed func()) {
	p.background.Go(func() {
		const least, most = time.Second, 5 * time.Minute
		for pause := least; ; pause = min(2*pause, most) {
			began := time.Now()
			err := p.watchOnce(ctx, path, t, changed)
			if ctx.Err() != nil {
				return
			}
			p.log.Debug("the connection that watches tools broke", "service", path, "error", err)
			if errors.Is(err, registry.ErrNoAnnouncements) {
				return
			}
			if time.Since(began) > most {
				pause = least
			}
			select {
			case <-time.After(pause/2 + rand.N(pause)):
			case <-ctx.Done():
				return
			}
		}
	})
}

// watchOnce watches until the connection breaks. A panic breaks it, too.
func (p *probing) watchOnce(ctx context.Context, path registry.Path, t registry.Target, changed func()) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			p.log.Error("watching tools panicked", "service", path, "reason", reason, "stack", string(debug.Stack()))
			err = ErrInternal
		}
	}()
	return p.checker.Watch(ctx, t, changed)
}

func (p *probing) observe(o registry.Outcome) {
	if p.onOutcome != nil {
		p.onOutcome(o)
	}
}
