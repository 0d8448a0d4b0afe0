// Package registry is the domain: what a service is, what may happen to it,
// and what follows from each event.
//
// It holds no goroutine, no clock, no lock and does no I/O. [Catalog] is the
// state machine that the registry actor drives; every other type is a value.
// A *[Service] is immutable once a catalog hands it out: a change makes a new
// one, so any number of readers may share it without a copy.
package registry
