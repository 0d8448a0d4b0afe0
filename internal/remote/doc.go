// Package remote is a client of a running gateway, for the command line: it
// reads the services and their tools over the API, and calls tools at
// /{service_path}/mcp as an agent would.
//
// Descriptions, schemas and results come from upstreams and are hostile. What
// is read of them is bounded, and [Printable], [Line] and [JSON] make of them
// what a terminal can be shown.
package remote
