package actors

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/anthdm/hollywood/actor"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The registry actor owns the catalog and the refs of the probes; nobody else
// changes either.

type (
	// RegisterService adds a service, disabled. The answer is the service;
	// the failures are *registry.InvalidError, registry.ErrConflict and
	// storage's.
	RegisterService struct{ Draft registry.Draft }

	// ImportService adds a service as another registry kept it, with its
	// tools and its switch. Answer and failures are RegisterService's.
	ImportService struct {
		Draft   registry.Draft
		Tools   []registry.Tool
		Enabled bool
	}

	// EditService changes what the draft names. The answer is the service;
	// the failures are *registry.InvalidError, registry.ErrNotFound and
	// storage's.
	EditService struct {
		Path  registry.Path
		Draft registry.Draft
	}

	// SetEnabled switches a service. The answer is the service; the failures
	// are registry.ErrNotFound and storage's.
	SetEnabled struct {
		Path    registry.Path
		Enabled bool
	}

	// RemoveService ends a service. The answer is the service as it was; the
	// failures are registry.ErrNotFound and storage's.
	RemoveService struct{ Path registry.Path }

	// CheckService checks an enabled service now, with Discover its tools as
	// well, and answers with the service once the result is in. The failures
	// are registry.ErrNotFound and registry.ErrDisabled.
	CheckService struct {
		Path     registry.Path
		Discover bool
	}

	// GetService answers with a service, or fails with registry.ErrNotFound.
	GetService struct{ Path registry.Path }

	// CountServices answers with the number of services by status.
	CountServices struct{}

	// ListServices answers with all services.
	ListServices struct{}

	// Listing is every service by path, and the version of the newest change.
	Listing struct {
		Services []*registry.Service
		Sequence uint64
	}
)

func (RegisterService) replies(*registry.Service) {}
func (ImportService) replies(*registry.Service)   {}
func (EditService) replies(*registry.Service)     {}
func (SetEnabled) replies(*registry.Service)      {}
func (RemoveService) replies(*registry.Service)   {}
func (CheckService) replies(*registry.Service)    {}
func (GetService) replies(*registry.Service)      {}
func (ListServices) replies(Listing)              {}

func (CountServices) replies(map[registry.StatusKind]int) {}

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

// storeTimeout bounds one write to storage, and so a step of the mailbox.
const storeTimeout = 10 * time.Second

// maxUnsaved is how many unchanged checks are gathered before they are
// written, whether or not it is time.
const maxUnsaved = 512

type registryActor struct {
	self        Ref
	catalog     *registry.Catalog
	store       Store
	broadcaster Ref
	probing     *probing
	log         *slog.Logger

	probes map[registry.Path]Ref
	// unsaved holds the newest result of each service whose checks changed
	// nothing since the last flush.
	unsaved map[registry.Path]*registry.Service
	// unsaveable is true from a failed flush to the next flushChecks.
	unsaveable bool
	stopped    bool
}

func (a *registryActor) Receive(c *actor.Context) {
	switch m := c.Message().(type) {
	case actor.Started:
		a.start(c)
	case *request[RegisterService, *registry.Service]:
		m.respond(a.commit(a.catalog.Register(m.msg.Draft, now())))
	case *request[ImportService, *registry.Service]:
		m.respond(a.commit(a.catalog.Import(m.msg.Draft, m.msg.Tools, m.msg.Enabled, now())))
	case *request[EditService, *registry.Service]:
		m.respond(a.commit(a.catalog.Edit(m.msg.Path, m.msg.Draft, now())))
	case *request[SetEnabled, *registry.Service]:
		m.respond(a.commit(a.catalog.SetEnabled(m.msg.Path, m.msg.Enabled, now())))
	case *request[RemoveService, *registry.Service]:
		m.respond(a.commit(a.catalog.Remove(m.msg.Path)))
	case *checkRequest:
		a.check(m)
	case *request[GetService, *registry.Service]:
		m.respond(a.catalog.Get(m.msg.Path))
	case *request[ListServices, Listing]:
		m.respond(Listing{a.catalog.All(), a.catalog.Sequence()}, nil)
	case *request[CountServices, map[registry.StatusKind]int]:
		m.respond(a.catalog.CountByStatus(), nil)
	case recheckStarted:
		a.publish(a.catalog.BeginRecheck(m.path, m.generation))
	case checkFinished:
		a.finish(m)
	case checkAbandoned:
		a.answer(m.waiting)
	case flushChecks:
		a.unsaveable = false
		a.flush()
	case *request[stopProbing, struct{}]:
		a.stop()
		m.respond(struct{}{}, nil)
	}
}

// start tells the broadcaster what is known and starts the probes of what is
// enabled, spread so that they do not all call at once.
func (a *registryActor) start(c *actor.Context) {
	a.self.engine, a.self.pid = c.Engine(), c.PID()
	services := a.catalog.All()
	a.broadcaster.tell(servicesLoaded{services})
	spread := a.probing.startSpread(len(services))
	for _, s := range services {
		if s.Enabled {
			a.probes[s.Path] = a.probing.start(a.self, s, spread)
		}
	}
}

// commit makes a planned change so, on disk first, and answers with the
// service. It takes the results of a planning method, error and all.
func (a *registryActor) commit(ch registry.Change, err error) (*registry.Service, error) {
	if err != nil {
		return nil, err
	}
	if err := a.save(ch); err != nil {
		return nil, fmt.Errorf("store the change of %s: %w", ch.Path(), err)
	}
	a.publish(ch)
	if ch.After == nil {
		return ch.Before, nil
	}
	return ch.After, nil
}

func (a *registryActor) save(ch registry.Change) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	switch ch.Kind {
	case registry.Registered:
		return a.store.ServiceRegistered(ctx, ch.After)
	case registry.Edited:
		return a.store.ServiceEdited(ctx, ch.After)
	case registry.Switched:
		return a.store.ServiceSwitched(ctx, ch.After)
	case registry.Removed:
		return a.store.ServiceRemoved(ctx, ch.Path(), ch.Version)
	case registry.HealthChanged:
		return a.store.HealthChanged(ctx, ch.After)
	case registry.ToolsDiscovered:
		return a.store.ToolsDiscovered(ctx, ch.After)
	case registry.Unchanged, registry.Checked, registry.RecheckStarted:
	}
	return nil
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
	} else if ch.Kind != registry.RecheckStarted {
		delete(a.unsaved, ch.Path())
	}
	a.follow(ch)
	if ch.After == nil {
		a.broadcaster.tell(serviceRemoved{ch.Before, ch.Version})
		return
	}
	a.broadcaster.tell(serviceChanged{ch.After})
	if len(a.unsaved) >= maxUnsaved && !a.unsaveable {
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
	if after != 0 && !a.stopped {
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
// next check brings it again.
func (a *registryActor) finish(m checkFinished) {
	if ch, ok := a.catalog.Finish(m.result); ok {
		if _, err := a.commit(ch, nil); err != nil {
			a.log.Error("a check's result is lost until the next check", "service", m.result.Path, "error", err)
			m.fail(err)
			return
		}
	}
	a.answer(m.waiting)
}

// answer tells those who waited for a check how the service stands now.
func (a *registryActor) answer(waiting []*checkRequest) {
	for _, r := range waiting {
		r.respond(a.catalog.Get(r.msg.Path))
	}
}

// flush writes the unchanged checks. What cannot be written now is tried
// again with the next batch.
func (a *registryActor) flush() {
	if len(a.unsaved) == 0 {
		return
	}
	batch := make([]*registry.Service, 0, len(a.unsaved))
	for _, s := range a.unsaved {
		batch = append(batch, s)
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := a.store.ChecksRecorded(ctx, batch); err != nil {
		a.unsaveable = true
		a.log.Error("the times of checks could not be stored", "services", len(batch), "error", err)
		return
	}
	clear(a.unsaved)
}

// stop ends all probes and writes what is still unsaved. Reads and writes are
// served on, unprobed, until the actor itself is stopped.
func (a *registryActor) stop() {
	a.stopped = true
	for path, probe := range a.probes {
		delete(a.probes, path)
		probe.engine.Poison(probe.pid)
	}
	a.flush()
}

// now is the time as the record shows it: UTC, to the millisecond.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func typeName(v any) string { return fmt.Sprintf("%T", v) }

func probeID(s *registry.Service) string {
	return string(s.Path) + "#" + strconv.FormatUint(s.Generation, 10)
}
