// Package hostiletest holds the tests that attack the gateway over raw sockets,
// from both sides: callers who want off a service's base path or into somebody
// else's connection, and upstreams who want to reach through to the caller. Each
// file is one kind of attack; the package has nothing to import.
package hostiletest
