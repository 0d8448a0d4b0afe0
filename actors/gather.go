package actors

import (
	"context"
	"errors"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// A commit costs the wait for a disk, however little it writes. So the registry
// actor plans the changes that it finds in its mailbox one after the other, and
// commits them together once it has come to the end of what was waiting. They
// are of different services: then each is planned as though it were alone. None
// is applied, told of or answered before it is on disk.

// maxGathered bounds the changes that are committed together.
const maxGathered = 128

// commitGathered: what waited with the first gathered change has been seen.
type commitGathered struct{}

// gathered is a change that somebody asked for and waits to be committed.
type gathered struct {
	plan    func() (registry.Change, error)
	change  registry.Change
	respond func(*registry.Service, error)
}

// gather plans a change and has it committed with others.
func (a *registryActor) gather(plan func() (registry.Change, error), respond func(*registry.Service, error)) {
	ch, err := plan()
	if len(a.gathered) > 0 && (err != nil || a.hasGathered(ch.Path())) {
		// It may depend on what was gathered.
		a.commitGathered()
		ch, err = plan()
	}
	if err != nil {
		respond(nil, err)
		return
	}
	if ch.Kind == registry.Unchanged {
		respond(ch.After, nil)
		return
	}
	ch = ch.Behind(len(a.gathered))
	a.gathered = append(a.gathered, gathered{plan, ch, respond})
	switch len(a.gathered) {
	case 1:
		a.self.tell(commitGathered{})
	case maxGathered:
		a.commitGathered()
	}
}

func (a *registryActor) hasGathered(path registry.Path) bool {
	for i := range a.gathered {
		if a.gathered[i].change.Path() == path {
			return true
		}
	}
	return false
}

// commitGathered commits what was gathered. If that fails as a whole, each
// change is tried by itself, so that none fails for another; but a disk that
// hangs is not asked a hundred times.
func (a *registryActor) commitGathered() {
	batch := a.gathered
	if len(batch) == 0 {
		return
	}
	a.gathered = nil
	// Whoever is answered already hears no more.
	defer func() {
		for _, g := range batch {
			g.respond(nil, ErrInternal)
		}
	}()
	changes := make([]registry.Change, len(batch))
	for i, g := range batch {
		changes[i] = g.change
	}
	err := a.save(changes...)
	for _, g := range batch {
		switch {
		case err == nil:
			g.respond(a.published(g.change), nil)
		case len(batch) == 1, errors.Is(err, context.DeadlineExceeded):
			g.respond(nil, err)
		default:
			g.respond(a.commit(g.plan()))
		}
	}
}
