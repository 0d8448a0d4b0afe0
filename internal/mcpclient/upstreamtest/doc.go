// Package upstreamtest makes upstreams for tests: real MCP servers of the
// three eras, made with the go-sdk and counting their sessions; imitations of
// other SDKs where those behave differently; and servers that mean harm.
//
// Every server listens on a loopback port of its own and is closed, with its
// sessions, when the test ends.
package upstreamtest
