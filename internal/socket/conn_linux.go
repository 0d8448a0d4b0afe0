package socket

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"
)

// Conn is a connection. At a time one goroutine may read, look whether it is
// quiet, or both in turn, and one may write; any may close it and set deadlines.
type Conn struct {
	net.Conn

	ahead
	raw     syscall.RawConn // Nil where there is no socket: then all is the Conn's.
	in, out transfer
	look    func(fd uintptr)
	loud    bool
}

// transfer is a read or a write that is under way.
type transfer struct {
	try   func(fd uintptr) (done bool)
	bytes []byte
	n     int
	errno syscall.Errno
}

// New makes a Conn of a connection that nobody else reads or writes.
func New(n net.Conn) *Conn {
	c := &Conn{Conn: n}
	s, ok := n.(*net.TCPConn)
	if !ok {
		return c
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return c
	}
	c.raw = raw
	c.in.try = func(fd uintptr) bool { return c.in.call(syscall.SYS_READ, fd) }
	c.out.try = func(fd uintptr) bool { return c.out.call(syscall.SYS_WRITE, fd) }
	c.look = c.peek
	return c
}

// call makes the system call, and says whether there is a result. Where there is
// none, it is made again once the socket is ready.
func (t *transfer) call(number, fd uintptr) bool {
	for {
		n, _, errno := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(unsafe.SliceData(t.bytes))), uintptr(len(t.bytes))) //nolint:gosec // G103: as syscall.Read and syscall.Write do.
		switch errno {
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			t.n, t.errno = int(n), errno
			return true
		}
	}
}

// end is how many bytes it was, if there is no error.
func (t *transfer) end(c net.Conn, name string, err error) (int, error) {
	t.bytes = nil
	if err == nil && t.errno != 0 {
		err = &net.OpError{Op: name, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: os.NewSyscallError(name, t.errno)}
	}
	if err != nil {
		return 0, err
	}
	return t.n, nil
}

// Read reads what there is, or waits for something.
func (c *Conn) Read(p []byte) (int, error) {
	if n := c.take(p); n > 0 {
		return n, nil
	}
	if c.raw == nil || len(p) == 0 {
		return c.Conn.Read(p)
	}
	c.in.bytes = p
	n, err := c.in.end(c.Conn, "read", c.raw.Read(c.in.try))
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

// Write writes all of it, or fails.
func (c *Conn) Write(p []byte) (wrote int, err error) {
	if c.raw == nil {
		return c.Conn.Write(p)
	}
	for wrote < len(p) {
		c.out.bytes = p[wrote:]
		n, err := c.out.end(c.Conn, "write", c.raw.Write(c.out.try))
		wrote += n
		if err != nil {
			return wrote, err
		}
	}
	return wrote, nil
}

// Quiet says, without waiting, whether the peer has neither hung up nor sent
// anything that was not read. Where nobody can tell it is true.
func (c *Conn) Quiet() bool {
	if c.held || c.raw == nil {
		return !c.held
	}
	return c.raw.Control(c.look) == nil && !c.loud
}

// peek looks at the next byte and leaves it where it is.
func (c *Conn) peek(fd uintptr) {
	var b [1]byte
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&b)), 1, syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0) //nolint:gosec // G103: as syscall.Recvfrom does.
	c.loud = errno != syscall.EAGAIN && errno != syscall.EINTR
}
