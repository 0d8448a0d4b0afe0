// Package storage keeps services, their health and tools, sessions and the
// administrator's password in one SQLite database, and survives a crash at
// any moment.
//
// There is one method per domain event. Each is one transaction: when it
// returns nil the event is on the disk (WAL, synchronous=FULL), when it
// returns an error nothing changed. Repeating an event with the same version
// changes nothing more. An event older than what is stored is refused with
// [ErrStale].
//
// What a reader gets back is what was given, with these exceptions:
//   - times are UTC and cut to the microsecond, the precision of PostgreSQL's
//     timestamptz, and so is a latency;
//   - an empty list or an empty schema comes back as nil;
//   - Rechecking and Generation belong to a process and are not kept.
//
// Headers towards upstreams are sealed with the [secret.Box] of the Options, each
// for its service; a start with another key is refused.
//
// Text may hold any bytes, but for tags and protocol versions, which must be
// UTF-8. Versions go up to 2⁶³−1.
//
// [Store.Snapshot] makes a backup while others write. [Restore] makes one what the
// directory holds: it stages the new files in a folder, whose renaming decides,
// and Open finishes what was decided and removes what was not.
//
// No SQL type leaves the package, so that another database can stand behind
// the same methods; package storagetest holds what each of them must pass.
package storage
