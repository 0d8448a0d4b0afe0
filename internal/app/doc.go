// Package app is the one place that knows everyone: it wires storage, actors,
// the MCP client and the HTTP edge into a process, and takes them down in
// reverse order. It also has what the command line does besides serving.
package app
