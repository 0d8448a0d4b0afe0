// Package jsonrpc reads from a JSON-RPC message what the gateway counts it by,
// without decoding it.
package jsonrpc
