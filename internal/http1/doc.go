// Package http1 serves plain requests of HTTP/1.1 (RFC 9112) on the goroutine
// of their connection, and leaves all others to net/http.
//
// A server of net/http reads ahead while a handler runs, to notice that the
// caller leaves: a goroutine, a read and two switches for every request. A
// gateway's handler waits for somebody else nearly every time, and so pays for
// that nearly every time. Here one begins to watch only once a request takes
// long.
//
// What is served here is what every parser understands the same way: see
// [Server]. At the first request of a connection that is anything else, the
// connection goes to the [net/http.Server], with all that was read of it, and
// stays there. So nothing is refused here, and no protocol but this one is
// spoken.
package http1
