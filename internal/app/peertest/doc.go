// Package peertest holds tests that put clients and servers which nobody here
// wrote to work on both sides of the gateway: the go-sdk in each era, from npm
// the TypeScript SDK, the Inspector and mcp-remote, and the official
// conformance suites.
//
// Everything is done twice, straight at the server and through the gateway.
// What a client sees must be the same, word for word.
package peertest
