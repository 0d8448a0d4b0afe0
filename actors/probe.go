package actors

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/anthdm/hollywood/actor"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// A probe actor owns the schedule and the running check of one generation of
// one service, and nobody else touches either. It answers CheckService
// requests, which the registry actor hands on.

type (
	// checkDue: the timer that was armed with this number fired.
	checkDue struct{ armed uint64 }

	// checkEnded: the check with this number has a result. It is emptied once
	// heard: the engine holds on to an actor's last message, and the tools in
	// the results of all services are many.
	checkEnded struct {
		number  uint64
		outcome *registry.Outcome
	}

	// toolsChanged: the upstream says that its tools changed.
	toolsChanged struct{}
)

func (checkDue) expendable()     {}
func (checkEnded) expendable()   {}
func (toolsChanged) expendable() {}

// discoverEvery is which of the good checks lists the tools as well.
const discoverEvery = 10

// minDiscoveryGap is the least time from one discovery, be it in vain, to the
// next that the upstream itself asks for: one that announces changes without
// end costs no more.
const minDiscoveryGap = 2 * time.Second

// maxFollowers bounds those who wait for one check.
const maxFollowers = 1000

type probe struct {
	p          *probing
	registry   Ref
	self       Ref
	path       registry.Path
	generation uint64
	target     registry.Target
	watchTools bool
	// firstDelay is when the first check begins, after Started.
	firstDelay time.Duration

	timer *time.Timer
	// due is when the timer fires.
	due time.Time
	// suspected is when the last check was due that a suspicion brought forward.
	suspected time.Time
	// armed counts how often the timer was armed; a checkDue with another
	// number was on its way when the plan changed.
	armed uint64
	// running is the check in flight, or nil.
	running *run
	checks  uint64
	// sinceDiscovery counts the good checks from the last that listed the
	// tools on, that one included; at discoverEvery the next lists them. It
	// starts there.
	sinceDiscovery int
	// lastDiscovery is when tools were asked for last, be it in vain.
	lastDiscovery time.Time
	// rediscover is true from the upstream's word that its tools changed to
	// the start of the check that lists them.
	rediscover bool
	failures   int

	// stopWatch ends the standing connection, which goes where watched says,
	// or the tries to have one; nil before the first.
	stopWatch context.CancelFunc
	watched   registry.Detected
	// announced is true while a toolsChanged waits in the mailbox: an upstream
	// that says so a thousand times is heard once.
	announced atomic.Bool
}

// run is one check in flight.
type run struct {
	number   uint64
	cancel   context.CancelFunc
	discover bool
	manual   bool
	waiting  []*checkRequest
	// steps are what it did so far; replaced, never changed.
	steps []registry.Progress
}

func (b *probe) Receive(c *actor.Context) {
	switch m := c.Message().(type) {
	case actor.Started:
		b.self = Ref{engine: c.Engine(), pid: c.PID()}
		b.schedule(b.firstDelay)
	case checkDue:
		if b.running == nil && m.armed == b.armed {
			b.checkDue()
		}
	case *checkRequest:
		b.checkNow(m)
	case stepTold:
		b.tellStep(m)
	case checkEnded:
		b.end(m.number, *m.outcome)
		*m.outcome = registry.Outcome{}
	case toolsChanged:
		b.announced.Store(false)
		b.rediscover = true
		if b.running == nil {
			b.scheduleNext()
		}
	case upstreamSuspected:
		b.suspect()
	case actor.Stopped:
		b.stop()
	}
}

// checkDue begins the check that the schedule asks for, or leaves it out: a
// registry that waits for its disk is told no more than it can hear.
func (b *probe) checkDue() {
	if b.registry.Waiting() >= maxRoutineMailbox {
		b.scheduleNext()
		return
	}
	b.begin(false, nil)
}

// checkNow joins the check in flight if that will tell what is asked, or else
// replaces it: a person waits, the schedule does not.
func (b *probe) checkNow(r *checkRequest) {
	if b.running != nil && len(b.running.waiting) >= maxFollowers {
		r.fail(ErrOverloaded)
		return
	}
	waiting := []*checkRequest{r}
	if b.running != nil {
		if b.running.discover || !r.msg.Discover {
			b.running.waiting = append(b.running.waiting, r)
			r.msg.Follow.show(b.running.steps)
			if !b.running.manual {
				b.running.manual = true
				b.registry.tell(recheckStarted{b.path, b.generation})
			}
			return
		}
		b.running.cancel()
		waiting = append(b.running.waiting, r)
	}
	b.begin(r.msg.Discover, waiting)
	b.registry.tell(recheckStarted{b.path, b.generation})
}

// begin starts a check in a goroutine of its own, manual if somebody waits. It
// lists the tools if that is asked for or due.
func (b *probe) begin(discover bool, waiting []*checkRequest) {
	b.checks++
	discover = discover || b.rediscover || b.sinceDiscovery >= discoverEvery
	if discover {
		b.rediscover = false
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.running = &run{
		number:   b.checks,
		cancel:   cancel,
		discover: discover,
		manual:   len(waiting) > 0,
		waiting:  waiting,
	}
	number, self := b.checks, b.self
	for _, r := range waiting {
		r.msg.Follow.show(nil) // What a check did that this one replaces is no part of it.
	}
	ctx = registry.WithProgress(ctx, func(p registry.Progress) { self.tell(stepTold{number, p}) })
	b.p.check(ctx, b.path, b.target, discover, func(o registry.Outcome) {
		self.tell(checkEnded{number, &o})
	})
}

// end learns from a result, arranges the next check, and reports both to the
// registry. The result of a check that was replaced is nothing.
func (b *probe) end(number uint64, o registry.Outcome) {
	r := b.running
	if r == nil || r.number != number {
		return
	}
	r.cancel()
	b.running = nil
	if r.discover {
		b.lastDiscovery = time.Now()
	}
	switch {
	case o.Discovery != nil:
		b.sinceDiscovery = 1
	case r.discover:
		b.sinceDiscovery = discoverEvery // The next check tries again.
	case o.Status.Kind == registry.Healthy && b.sinceDiscovery < discoverEvery:
		b.sinceDiscovery++
	}
	if o.Status.Kind == registry.Healthy {
		b.target.Detected = o.Detected
		b.watch()
	}
	if o.Status.Failing() {
		b.failures++
	} else {
		b.failures = 0
	}
	b.scheduleNext()
	b.registry.tell(checkFinished{
		result: registry.CheckResult{
			Path:       b.path,
			Generation: b.generation,
			Outcome:    o,
			Manual:     r.manual,
			Next:       b.due.UTC().Truncate(time.Millisecond),
		},
		waiting: r.waiting,
	})
	b.p.observe(o)
}

// scheduleNext arms the timer for the next check that is due by itself.
func (b *probe) scheduleNext() {
	if b.rediscover {
		b.schedule(max(0, minDiscoveryGap-time.Since(b.lastDiscovery)))
		return
	}
	b.schedule(b.p.nextDelay(b.failures))
}

// schedule arms the timer anew; there is never more than one.
func (b *probe) schedule(after time.Duration) {
	if b.timer != nil {
		b.timer.Stop()
	}
	b.armed++
	b.due = time.Now().Add(after)
	number, self := b.armed, b.self
	b.timer = time.AfterFunc(after, func() { self.tell(checkDue{number}) })
}

// watch holds the standing connection of a service that asked for one, from
// the first good check on, and makes it anew when a check found the upstream
// to be another than it was: elsewhere, or an upgrade that may announce what
// the old one did not.
func (b *probe) watch() {
	if !b.watchTools {
		return
	}
	to := b.target.Detected
	if b.stopWatch != nil {
		if b.watched.Equal(to) {
			return
		}
		b.stopWatch()
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.stopWatch, b.watched = cancel, to
	b.p.watch(ctx, b.path, b.target, b.announce)
}

// announce passes on that the upstream's tools changed, from the goroutine
// that watches.
func (b *probe) announce() {
	if !b.announced.Swap(true) {
		b.self.tell(toolsChanged{})
	}
}

// stop ends all that the probe started. Those who wait get the service as it
// stands.
func (b *probe) stop() {
	defer b.p.background.Done()
	if b.timer != nil {
		b.timer.Stop()
	}
	if b.stopWatch != nil {
		b.stopWatch()
	}
	if b.running != nil {
		b.running.cancel()
		if len(b.running.waiting) > 0 {
			b.registry.tell(checkAbandoned{b.running.waiting})
		}
		b.running = nil
	}
}

// recovered ends a check that nobody may be following any more and goes back
// to the schedule.
func (b *probe) recovered() {
	if b.running != nil {
		b.running.cancel()
		if b.running.discover {
			b.sinceDiscovery = discoverEvery
		}
		failAll(b.running.waiting, ErrInternal)
		b.running = nil
	}
	b.scheduleNext()
}
