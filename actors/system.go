package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/anthdm/hollywood/actor"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// flushEvery is how often unchanged checks, and the history of all checks, are
// written. A crash loses at most the checks since; no change of a status is
// among them.
const flushEvery = 5 * time.Second

// Options is what a [System] needs; all but OnOutcome and OnChange are required.
type Options struct {
	Store   Store
	Checker Checker
	Rules   registry.Rules
	// Interval is the time between two checks of a service, before jitter.
	Interval time.Duration
	Logger   *slog.Logger
	// OnOutcome, if set, is told the outcome of every check, of several at a
	// time. It must not block.
	OnOutcome func(registry.Outcome)
	// OnChange, if set, is told what a service was and what it is now, never
	// two changes at a time and in their order: at the start every loaded
	// service, before Start returns, with a nil before; then each change once
	// it is durable and applied, and before whoever asked for it hears that it
	// is done; a removal with a nil after. Many a change concerns the health
	// only, and the routine checks are among them. It must neither block nor
	// panic: the registry waits for it.
	OnChange func(before, after *registry.Service)
}

// System is the running actors.
type System struct {
	// Registry answers RegisterService and the other requests about services.
	Registry Ref
	// Broadcaster answers Subscribe and the other requests about health.
	Broadcaster Ref

	engine      *actor.Engine
	store       Store
	probing     *probing
	deadLetters *atomic.Int64
	stopFlush   context.CancelFunc
	closing     atomic.Bool
	// closed is closed once closeErr is the result of the first Close.
	closed   chan struct{}
	closeErr error
}

// Start loads the services and begins to probe those that are enabled. It
// fails if they cannot be loaded. Close must follow.
func Start(ctx context.Context, o Options) (*System, error) {
	services, sequence, err := o.Store.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the services: %w", err)
	}
	engine, err := actor.NewEngine(actor.NewEngineConfig())
	if err != nil {
		return nil, fmt.Errorf("start the actor engine: %w", err)
	}
	s := &System{engine: engine, store: o.Store, deadLetters: new(atomic.Int64), closed: make(chan struct{})}
	s.probing = &probing{
		engine:         engine,
		checker:        o.Checker,
		interval:       o.Interval,
		unhealthyAfter: o.Rules.UnhealthyAfter,
		log:            o.Logger,
		onOutcome:      o.OnOutcome,
		slots:          make(chan struct{}, maxChecks),
	}
	onChange := o.OnChange
	if onChange == nil {
		onChange = func(_, _ *registry.Service) {}
	}
	graves := spawn(engine, o.Logger, &undertaker{o.Logger, s.deadLetters}, "undertaker", "1", 16, nil)
	engine.Subscribe(graves.pid)
	s.Broadcaster = spawn(engine, o.Logger, newBroadcaster(o.Logger), "broadcaster", "1", 1024, newMailbox())
	// The registry tells its own ref to the probes as it starts, so it needs
	// the mailbox beforehand.
	box := newMailbox()
	s.Registry = spawn(engine, o.Logger, &registryActor{
		self:        Ref{box: box},
		catalog:     registry.NewCatalog(o.Rules, services, sequence),
		store:       o.Store,
		broadcaster: s.Broadcaster,
		probing:     s.probing,
		onChange:    onChange,
		log:         o.Logger,
		probes:      make(map[registry.Path]Ref),
		unsaved:     make(map[registry.Path]*registry.Service),
	}, "registry", "1", 1024, box)
	flushing, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stopFlush = stop
	s.probing.background.Go(func() { s.flush(flushing) })
	return s, nil
}

// flush has the registry write its batch now and then, until ctx ends.
func (s *System) flush(ctx context.Context) {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if s.Registry.Waiting() < maxRoutineMailbox {
				s.Registry.tell(flushChecks{})
			}
		case <-ctx.Done():
			return
		}
	}
}

// DeadLetters is how many messages reached nobody that should have.
func (s *System) DeadLetters() int64 { return s.deadLetters.Load() }

// Close answers what was asked before, ends the probes, writes what is
// unsaved, tells the subscribers what is pending and ends them. It fails if
// ctx ends first; what then still runs stops by itself as soon as it can. Only
// the first call does anything; the others wait for its result.
func (s *System) Close(ctx context.Context) error {
	if !s.closing.Swap(true) {
		s.closeErr = s.close(ctx)
		close(s.closed)
		return s.closeErr
	}
	select {
	case <-s.closed:
		return s.closeErr
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// close goes along the way of the messages, so that each actor outlives those
// who tell it.
func (s *System) close(ctx context.Context) error {
	s.stopFlush()
	return errors.Join(
		s.stop(ctx, s.Registry),
		s.awaitProbing(ctx),
		s.stop(ctx, s.Broadcaster),
	)
}

// stop lets an actor handle what waits, and ends it.
func (s *System) stop(ctx context.Context, ref Ref) error {
	s.engine.Poison(ref.pid)
	select {
	case <-ref.box.gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the actor %s: %w", ref.pid.GetID(), context.Cause(ctx))
	}
}

// awaitProbing waits for the probes and their goroutines, which were told to
// end.
func (s *System) awaitProbing(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		s.probing.background.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the running checks: %w", context.Cause(ctx))
	}
}
