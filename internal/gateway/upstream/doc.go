// Package upstream sends requests to upstreams over HTTP/1.1 (RFC 9112), on
// connections that the sending goroutine writes and reads itself.
//
// [net/http.Transport] gives each connection two goroutines and hands requests
// and responses over to them, which for the small messages of MCP costs more
// than the messages. Here nothing is handed over: a request is one write, and
// the header of its response is parsed, by the standard library, where it is
// waited for. What this cannot do, such as TLS, HTTP/2 and bodies that are not
// in memory, remains the transport's.
package upstream
