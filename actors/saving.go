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

// save makes a planned change durable, or fails and has changed nothing.
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
	case registry.Unchanged, registry.Checked, registry.RecheckStarted, registry.RecheckEnded:
	}
	return nil
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
