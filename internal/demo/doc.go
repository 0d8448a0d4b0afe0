// Package demo holds two real MCP servers to try the gateway with: weather,
// over streamable HTTP, and fininfo, over HTTP+SSE. Between them they are the
// newest and the oldest way of speaking MCP over HTTP.
//
// Their tools need no network and no key, and answer the same every time: the
// numbers are made up, and every answer says that it is sample data.
//
// [Start] runs both in this process, on loopback ports of their own; [Serve]
// runs one on a listener of the caller's, for a process of its own that a
// person can kill.
package demo
