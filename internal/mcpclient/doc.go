// Package mcpclient asks an upstream what it is, whether it answers, and what
// it offers.
//
// [Client.Check] finds out which of the three eras of MCP over HTTP an
// upstream belongs to, whether it answers as an MCP server, and, where asked,
// which tools it lists. [Client.Watch] holds a standing connection that hears
// notifications/tools/list_changed. [Client.Call] calls a tool. [Client.Examine]
// explains a URL to a person, and what they may have meant by it. All reach the
// network through a [Dialer], the one guarded way to an upstream.
//
// An upstream is not trusted. Time, bytes, events, pages and tools are bounded
// by [Limits]; text that is kept is cut and cleaned; no redirect and no
// endpoint event leads to another scheme, host or port; answers are never
// decompressed. For this reason the package speaks the protocol itself, over
// HTTP/1.1, and holds no connection and no goroutine once a call returns.
//
// A session that a check opens is always ended: with DELETE where the server
// gave an Mcp-Session-Id, be it in an error, and by closing the stream on
// HTTP+SSE. Most checks open none: a POST of server/discover makes a server of
// any streamable revision answer.
package mcpclient
