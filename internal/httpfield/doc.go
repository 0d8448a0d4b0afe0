// Package httpfield reads the header fields of HTTP/1.1 messages (RFC 9112,
// section 5) that come one after the other over the same connection.
//
// Such messages repeat each other: an agent's requests differ in their length, a
// server's responses in that and the date. So what a line was read as is
// remembered for the next message, and the memory for its fields serves again.
//
// It reads plain fields only: names of letters, digits and dashes, values of
// printable ASCII, one line each. Whoever uses it leaves all other messages to
// net/http; so no message has two readings.
package httpfield
