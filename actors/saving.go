package actors

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The registry actor's way to storage: changes at once, unchanged checks in
// batches.

// storeTimeout bounds one write to storage, and so a step of the mailbox.
const storeTimeout = 10 * time.Second

// maxUnsaved is how many unchanged checks are gathered before they are
// written, whether or not it is time.
const maxUnsaved = 512

// save makes planned changes durable, all of them, or fails and has changed
// nothing.
func (a *registryActor) save(changes ...registry.Change) error {
	changes = slices.DeleteFunc(changes, func(ch registry.Change) bool { return !ch.Kind.Lasting() })
	if len(changes) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	return a.store.Changed(ctx, changes...)
}

// flush writes the unchanged checks, and all checks into the history. What
// cannot be written now is tried again with the next batch.
func (a *registryActor) flush() {
	if len(a.unsaved) == 0 && len(a.unrecorded) == 0 {
		return
	}
	batch := slices.Collect(maps.Values(a.unsaved))
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := a.store.ChecksRecorded(ctx, batch, a.unrecorded); err != nil {
		a.unsaveable = true
		a.log.Error("the times of checks could not be stored", "services", len(batch), "error", err)
		return
	}
	clear(a.unsaved)
	clear(a.unrecorded)
	a.unrecorded = a.unrecorded[:0]
}
