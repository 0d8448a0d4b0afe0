//go:build unix && !linux

package socket

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// silence tells whether something can be read from a connection, without
// waiting or reading. One goroutine at a time uses it.
type silence struct {
	raw  syscall.RawConn // Nil where there is no socket, and so nothing to tell.
	look func(fd uintptr)
	poll [1]unix.PollFd
	loud bool
}

func (s *silence) of(n net.Conn) {
	c, ok := n.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	s.raw = raw
	s.look = func(fd uintptr) {
		s.poll[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN} //nolint:gosec // Descriptors are small.
		n, err := unix.Poll(s.poll[:], 0)
		s.loud = n != 0 || err != nil && err != unix.EINTR
	}
}

// holds says whether the upstream has neither hung up nor said anything.
func (s *silence) holds() bool {
	if s.raw == nil {
		return true
	}
	return s.raw.Control(s.look) == nil && !s.loud
}
