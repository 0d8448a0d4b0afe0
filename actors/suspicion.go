package actors

import (
	"math/rand/v2"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Whoever carries traffic may find an upstream unreachable before its probe
// does. It says so, and the probe checks soon. That is all: the status follows
// from checks alone, by the same rules as ever.

type (
	// serviceSuspected: the upstream of a service gave no answer.
	serviceSuspected struct{ path registry.Path }

	// upstreamSuspected is the same, on its way to the probe.
	upstreamSuspected struct{}
)

func (serviceSuspected) expendable()  {}
func (upstreamSuspected) expendable() {}

const (
	// suspicionSpread is the time within which a suspected upstream is checked:
	// a host may be that of many services.
	suspicionSpread = time.Second
	// suspicionGap is the least time between two such checks of a service, since
	// a busy one is suspected with each request.
	suspicionGap = 5 * time.Second
	// maxSuspectMailbox is how many messages may wait for a suspicion still to be
	// passed on. The ordinary check comes anyway.
	maxSuspectMailbox = 100
)

// Suspect has the upstream of a service checked within a second, because it
// gave no answer. Nothing happens if the service is gone or disabled, a check
// runs or comes sooner anyway, the last that somebody's suspicion brought is
// less than 5 s ago (then it comes once they are over), or the service is known
// to be down. Suspect waits for nothing and may be called as often as one likes.
func (s *System) Suspect(path registry.Path) {
	if s.Registry.Waiting() < maxSuspectMailbox && !s.Registry.stopped() {
		s.Registry.tell(serviceSuspected{path})
	}
}

// suspect passes a suspicion on to the probe.
func (a *registryActor) suspect(m serviceSuspected) {
	if probe, ok := a.probes[m.path]; ok {
		probe.tell(upstreamSuspected{})
	}
}

// suspect brings the next check forward. Once the failures have made the service
// unhealthy, another one is no news.
func (b *probe) suspect() {
	if b.running != nil || b.failures >= b.p.unhealthyAfter {
		return
	}
	now := time.Now()
	at := now.Add(rand.N(suspicionSpread))
	if earliest := b.suspected.Add(suspicionGap); at.Before(earliest) {
		at = earliest
	}
	if at.Before(b.due) {
		b.suspected = at
		b.schedule(at.Sub(now))
	}
}
