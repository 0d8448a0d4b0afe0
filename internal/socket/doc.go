// Package socket reads and writes TCP connections with less ado than package
// net.
//
// Before each read and write, package net tells the scheduler that the goroutine
// may be away for long, and in a process that was idle it wakes the monitor, a
// thread that then looks around every 20 µs. Sockets do not block: what they do
// takes microseconds. To a gateway that forwards a message now and then the
// telling costs more than the message.
//
// Waiting, deadlines and closing are package net's. On other systems than Linux
// all is.
package socket
