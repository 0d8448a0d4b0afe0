package actors

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"

	"github.com/anthdm/hollywood/actor"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The registry actor owns the catalog and the refs of the probes; nobody else
// changes either. Besides the requests it handles these messages of the probes
// and the clock.

type (
	// checkRequest is a CheckService on its way to the probe and back.
	checkRequest = request[CheckService, *registry.Service]

	// recheckStarted: a probe began a check that a person asked for.
	recheckStarted struct {
		path       registry.Path
		generation uint64
	}

	// checkFinished: a probe has a result, and some may wait for it.
	checkFinished struct {
		result  registry.CheckResult
		waiting []*checkRequest
	}

	// checkAbandoned: a probe was stopped while some waited.
	checkAbandoned struct{ waiting []*checkRequest }

	// flushChecks: write the batch of unchanged checks.
	flushChecks struct{}
)

func (m checkFinished) fail(err error)  { failAll(m.waiting, err) }
func (m checkAbandoned) fail(err error) { failAll(m.waiting, err) }
func (flushChecks) expendable()         {}
func (checkFinished) expendable()       {}
func (recheckStarted) expendable()      {}

func failAll(waiting []*checkRequest, err error) {
	for _, r := range waiting {
		r.fail(err)
	}
}

type registryActor struct {
	self        Ref
	catalog     *registry.Catalog
	store       Store
	broadcaster Ref
	probing     *probing
	onChange    func(before, after *registry.Service)
	log         *slog.Logger

	probes map[registry.Path]Ref
	// unsaved holds the newest result of each service whose checks changed
	// nothing since the last flush.
	unsaved map[registry.Path]*registry.Service
	// unrecorded are the checks since the last flush, for the history, in
	// their order.
	unrecorded []registry.CheckRecord
	// unsaveable is true from a failed flush to the next flushChecks.
	unsaveable bool
	// gathered are changes that are planned, and are not committed yet.
	gathered []gathered
}

func (a *registryActor) Receive(c *actor.Context) {
	// Reading sees what was answered for; all else comes after what was planned
	// before it.
	switch m := c.Message().(type) {
	case *request[GetService, *registry.Service]:
		m.respond(a.catalog.Get(m.msg.Path))
	case *request[ListServices, Listing]:
		m.respond(Listing{a.catalog.All(), a.catalog.Sequence()}, nil)
	case *request[CountServices, map[registry.StatusKind]int]:
		m.respond(a.catalog.CountByStatus(), nil)
	case *request[recentChecks, recent]:
		m.respond(a.recent(m.msg.path))
	case *request[RegisterService, *registry.Service]:
		a.gather(func() (registry.Change, error) { return a.catalog.Register(m.msg.Draft, now()) }, m.respond)
	case *request[ImportService, *registry.Service]:
		a.gather(func() (registry.Change, error) {
			return a.catalog.Import(m.msg.Draft, m.msg.Tools, m.msg.Enabled, now())
		}, m.respond)
	case *request[EditService, *registry.Service]:
		a.gather(func() (registry.Change, error) { return a.catalog.Edit(m.msg.Path, m.msg.Draft, now()) }, m.respond)
	case *request[SetEnabled, *registry.Service]:
		a.gather(func() (registry.Change, error) { return a.catalog.SetEnabled(m.msg.Path, m.msg.Enabled, now()) }, m.respond)
	case *request[RemoveService, *registry.Service]:
		a.gather(func() (registry.Change, error) { return a.catalog.Remove(m.msg.Path) }, m.respond)
	default:
		a.commitGathered()
		a.happened(c)
	}
}

// happened handles what is neither a reading nor a change that somebody asks
// for.
func (a *registryActor) happened(c *actor.Context) {
	switch m := c.Message().(type) {
	case actor.Started:
		a.start(c)
	case *checkRequest:
		a.check(m)
	case recheckStarted:
		a.publish(a.catalog.BeginRecheck(m.path, m.generation))
	case checkFinished:
		a.finish(m)
	case checkAbandoned:
		a.answer(m.waiting)
	case serviceSuspected:
		a.suspect(m)
	case flushChecks:
		a.unsaveable = false
		a.flush()
	case actor.Stopped:
		a.stop()
	}
}

// start tells everybody what is known and starts the probes of what is enabled,
// spread so that they do not all call at once.
func (a *registryActor) start(c *actor.Context) {
	a.self.engine, a.self.pid = c.Engine(), c.PID()
	loaded := a.catalog.All()
	for _, s := range loaded {
		a.onChange(nil, s)
	}
	a.broadcaster.tell(servicesLoaded{loaded})
	enabled := slices.DeleteFunc(slices.Clone(loaded), func(s *registry.Service) bool { return !s.Enabled })
	spread := a.probing.startSpread(len(enabled))
	for _, s := range enabled {
		a.probes[s.Path] = a.probing.start(a.self, s, spread)
	}
}

// commit makes a planned change so, on disk first, and answers with the
// service. It takes the results of a planning method, error and all.
func (a *registryActor) commit(ch registry.Change, err error) (*registry.Service, error) {
	if err != nil {
		return nil, err
	}
	if err := a.save(ch); err != nil {
		return nil, err
	}
	return a.published(ch), nil
}

// published is the service after a change that is on disk, once everybody knows.
func (a *registryActor) published(ch registry.Change) *registry.Service {
	a.publish(ch)
	a.report(ch)
	if ch.After == nil {
		return ch.Before
	}
	return ch.After
}

// publish applies a change that is on disk, or needs not be, and tells
// everybody whom it concerns.
func (a *registryActor) publish(ch registry.Change) {
	if ch.Kind == registry.Unchanged {
		return
	}
	a.catalog.Apply(ch)
	if ch.Kind == registry.Checked {
		a.unsaved[ch.Path()] = ch.After
	} else if ch.Kind.Lasting() {
		delete(a.unsaved, ch.Path())
	}
	a.remember(ch)
	// Before the broadcaster: who hears of a service finds its route.
	a.onChange(ch.Before, ch.After)
	a.follow(ch)
	if ch.After == nil {
		a.broadcaster.tell(serviceRemoved{ch.Before, ch.Version})
		return
	}
	a.broadcaster.tell(serviceChanged{ch.After})
	if max(len(a.unsaved), len(a.unrecorded)) >= maxUnsaved && !a.unsaveable {
		a.flush()
	}
}

// follow stops and starts the probe where the change asks for another one.
func (a *registryActor) follow(ch registry.Change) {
	var before, after uint64
	if ch.Before != nil {
		before = ch.Before.Generation
	}
	if ch.After != nil {
		after = ch.After.Generation
	}
	if before == after {
		return
	}
	if probe, ok := a.probes[ch.Path()]; ok {
		delete(a.probes, ch.Path())
		probe.engine.Poison(probe.pid)
	}
	if after != 0 {
		a.probes[ch.Path()] = a.probing.start(a.self, ch.After, 0)
	}
}

// check hands the request on to the probe, which owns the check.
func (a *registryActor) check(r *checkRequest) {
	s, err := a.catalog.Get(r.msg.Path)
	if err != nil {
		r.respond(nil, err)
		return
	}
	probe, ok := a.probes[r.msg.Path]
	if !ok {
		r.respond(nil, fmt.Errorf("check %s: %w", s.Path, registry.ErrDisabled))
		return
	}
	probe.tell(r)
}

// finish takes a check's result in. One that cannot be stored is dropped: the
// next check brings it again, and until then the service shows as it was.
func (a *registryActor) finish(m checkFinished) {
	if ch, ok := a.catalog.Finish(m.result); ok {
		if _, err := a.commit(ch, nil); err != nil {
			a.log.Error("a check's result is lost until the next check", "service", m.result.Path, "error", err)
			a.publish(a.catalog.EndRecheck(m.result.Path, m.result.Generation))
			m.fail(err)
			return
		}
	}
	a.answer(m.waiting)
}

// report logs that a service came, went, or entered another status: a warning
// if somebody should look at it. Who wanted that is in the access log.
func (a *registryActor) report(ch registry.Change) {
	switch {
	case ch.Kind == registry.Unchanged:
		return
	case ch.Before == nil:
		a.log.Info("a service was registered", "service", ch.Path(), "status", ch.After.Health.Status.String())
		return
	case ch.After == nil:
		a.log.Info("a service was removed", "service", ch.Path())
		return
	}
	before, after := ch.Before.Health.Status, ch.After.Health.Status
	if before == after {
		return
	}
	level := slog.LevelInfo
	if after.Failing() {
		level = slog.LevelWarn
	}
	a.log.Log(context.Background(), level, "a service changed its status",
		"service", ch.Path(), "from", before.String(), "to", after.String())
}

// answer tells those who waited for a check how the service stands now.
func (a *registryActor) answer(waiting []*checkRequest) {
	for _, r := range waiting {
		r.respond(a.catalog.Get(r.msg.Path))
	}
}

// stop ends all probes and writes what is still unsaved.
func (a *registryActor) stop() {
	for _, probe := range a.probes {
		probe.engine.Poison(probe.pid)
	}
	clear(a.probes)
	a.flush()
}

func probeID(s *registry.Service) string {
	return string(s.Path) + "#" + strconv.FormatUint(s.Generation, 10)
}
