// Package demo holds two real MCP servers to try the gateway with: weather,
// over streamable HTTP, and fininfo, over HTTP+SSE. Between them they are the
// newest and the oldest way of speaking MCP over HTTP.
//
// Their tools need no network and no key, and answer the same every time: the
// numbers are made up, and every answer says that it is sample data.
//
// [Start] runs both in this process, on loopback ports of their own, and each
// can be stopped and started again, so that a person can see one fail.
package demo
