// Package gateway forwards MCP traffic to the upstreams of the registered
// services: /weather/mcp is all that a client needs to know, whatever the
// upstream's address, transport or revision of the protocol.
//
// It owns no state but counters. Who calls has been found out before; where a
// request goes is read from [Routes], which the registry's changes replace
// piece by piece. A request takes no lock and waits on no mailbox.
//
// Both sides are distrusted. A caller's secrets do not reach an upstream, nor
// can a caller leave the upstream's base path. What an upstream answers is
// powerless in a browser, cannot set anything for our origin, and cannot send
// a client anywhere else: redirects and the endpoint event of HTTP+SSE are
// rewritten or refused. Session ids are signed for one caller and one service.
package gateway
