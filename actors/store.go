package actors

import (
	"context"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Store keeps what the registry decides, one method per kind of event. Each is durable
// when it returns nil, and changed nothing when it returns an error. The
// services' Version is to be kept along with them, and the highest ever seen.
type Store interface {
	// Load returns every service, and the highest version ever stored.
	Load(ctx context.Context) (services []*registry.Service, sequence uint64, err error)
	// Changed keeps changes that bring a version, all or none.
	Changed(ctx context.Context, changes ...registry.Change) error
	// ChecksRecorded keeps when services were last checked and how that
	// went, and checks for the history. Services that are gone or of another
	// version are passed over; so are the checks of services that are gone.
	ChecksRecorded(ctx context.Context, services []*registry.Service, history []registry.CheckRecord) error
	// History returns what is kept of a service's history. A change of status
	// is part of it once the event that brought it is kept.
	History(ctx context.Context, path registry.Path) (registry.History, error)
}

// Checker asks upstreams.
type Checker interface {
	// Check asks once, bounded in time; it returns soon after ctx ends. With
	// discover it lists the tools as well.
	Check(ctx context.Context, t registry.Target, discover bool) registry.Outcome
	// Watch calls changed once it listens, and then whenever the upstream says
	// that its tools changed. It holds a connection until that breaks or ctx
	// ends, and says why: with registry.ErrNoAnnouncements, wrapped, where it
	// is of no use to try again.
	Watch(ctx context.Context, t registry.Target, changed func()) error
}
