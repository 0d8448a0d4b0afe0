// Package actors owns all live state, on the hollywood actor engine.
//
// # Who owns what
//
// The registry actor owns the catalog. Every change is checked, written to
// storage, applied to the catalog, told to the probes and the broadcaster, and
// answered, in this order. Changes of different services that wait in the
// mailbox together are written together. If the write fails nothing changed and
// the caller gets the error.
//
// A probe actor, one per enabled service, owns the schedule and the running
// check of one upstream. The check itself runs in a goroutine that sends its
// result to its own actor; at most one is in flight. A probe belongs to one
// generation of its service: another upstream or another start gets another
// probe, and a result that arrives late is dropped by the catalog.
//
// The broadcaster actor owns the subscribers and what was last said of each
// path.
//
// # Order and loss
//
// Handlers ask, actors tell; no actor asks another. What one sender tells one
// actor arrives in the order it was told. A request is answered exactly once:
// with its result, with [ErrInternal] if handling it panicked, or with
// [ErrStopped] if its actor was gone. A panic in any actor is logged, and the
// actor goes on with its state as it was.
package actors
