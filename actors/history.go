package actors

import (
	"context"
	"slices"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The history of a service lies in storage, not in memory: of ten thousand
// services somebody looks at one. The registry actor holds only the checks that
// are not written yet, and reads nothing itself.

// maxUnrecorded bounds the checks that wait to be written while storage fails:
// a minute of ten thousand services. The older half goes first.
const maxUnrecorded = 20_000

type (
	// recentChecks answers with a service and those of its checks that storage
	// may not have yet; it fails with registry.ErrNotFound.
	recentChecks struct{ path registry.Path }

	recent struct {
		service *registry.Service
		checks  []registry.CheckRecord
	}
)

func (recentChecks) replies(recent) {}

// remember keeps the check that brought a change for the next batch. Those of a
// removed service are forgotten: the next one of its name counts from 1 again.
func (a *registryActor) remember(ch registry.Change) {
	if ch.After == nil {
		a.unrecorded = slices.DeleteFunc(a.unrecorded, func(c registry.CheckRecord) bool { return c.Path == ch.Path() })
		return
	}
	if ch.Check.Number == 0 {
		return
	}
	if len(a.unrecorded) >= maxUnrecorded {
		a.unrecorded = slices.Delete(a.unrecorded, 0, maxUnrecorded/2)
	}
	a.unrecorded = append(a.unrecorded, ch.Check)
}

func (a *registryActor) recent(path registry.Path) (recent, error) {
	s, err := a.catalog.Get(path)
	if err != nil {
		return recent{}, err
	}
	r := recent{service: s}
	for _, c := range a.unrecorded {
		if c.Path == path {
			r.checks = append(r.checks, c)
		}
	}
	return r, nil
}

// History is a service and all that is known of its past. It fails with
// [registry.ErrNotFound], as [Ask] does, or with storage's error.
func (s *System) History(ctx context.Context, path registry.Path) (*registry.Service, registry.History, error) {
	now, err := Ask(ctx, s.Registry, recentChecks{path})
	if err != nil {
		return nil, registry.History{}, err
	}
	// Asked first and read afterwards: a batch that is written in between is in
	// both, and none is in neither.
	h, err := s.store.History(ctx, path)
	if err != nil {
		return nil, registry.History{}, err
	}
	return now.service, h.With(now.checks), nil
}
