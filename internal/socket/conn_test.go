package socket_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mcpgateway/mcpgateway/internal/socket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// connected gives both ends of a connection over loopback.
func connected(t *testing.T) (*socket.Conn, *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	far, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	near, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = near.Close()
		_ = far.Close()
	})
	return socket.New(near), far.(*net.TCPConn)
}

// What is much more than a socket takes at a time goes through in both
// directions at once.
func TestThroughAndBack(t *testing.T) {
	near, far := connected(t)
	text := make([]byte, 8<<20)
	_, _ = rand.Read(text)
	go func() { _, _ = io.Copy(far, far) }()
	go func() {
		if n, err := near.Write(text); n != len(text) || err != nil {
			t.Errorf("%d bytes written, %v", n, err)
		}
	}()
	got := make([]byte, len(text))
	if _, err := io.ReadFull(near, got); err != nil || !bytes.Equal(got, text) {
		t.Errorf("it came back otherwise: %v", err)
	}
}

func TestEnds(t *testing.T) {
	p := make([]byte, 10)
	t.Run("hung up", func(t *testing.T) {
		near, far := connected(t)
		if _, err := far.Write([]byte("last")); err != nil {
			t.Fatal(err)
		}
		_ = far.Close()
		if n, err := near.Read(p); string(p[:n]) != "last" || err != nil {
			t.Errorf("read %q, %v", p[:n], err)
		}
		if n, err := near.Read(p); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("read %d bytes, %v", n, err)
		}
	})
	t.Run("reset", func(t *testing.T) {
		near, far := connected(t)
		_ = far.SetLinger(0)
		_ = far.Close()
		if _, err := near.Read(p); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read: %v", err)
		}
		_, err := near.Write(p)
		if failed, ok := errors.AsType[*net.OpError](err); !ok || !errors.Is(err, syscall.EPIPE) || failed.Timeout() {
			t.Errorf("written: %v", err)
		}
	})
	t.Run("closed", func(t *testing.T) {
		near, _ := connected(t)
		failed := make(chan error)
		go func() {
			_, err := near.Read(p)
			failed <- err
		}()
		_ = near.Close()
		if err := <-failed; !errors.Is(err, net.ErrClosed) {
			t.Errorf("read: %v", err)
		}
		if _, err := near.Write(p); !errors.Is(err, net.ErrClosed) {
			t.Errorf("written: %v", err)
		}
		if near.Quiet() {
			t.Error("it is quiet")
		}
	})
}

// Deadlines hold for reads and writes, those under way included, and no longer
// than until they are moved.
func TestDeadlines(t *testing.T) {
	near, far := connected(t)
	p := make([]byte, 1<<20)
	_ = near.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	_, err := near.Read(p)
	if late, ok := errors.AsType[net.Error](err); !ok || !late.Timeout() || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read: %v", err)
	}
	_ = near.SetReadDeadline(time.Time{})
	if _, err := far.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if n, err := near.Read(p); n != 1 || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
	_ = near.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
	for err = nil; err == nil; {
		_, err = near.Write(p)
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("written: %v", err)
	}
}

func TestQuiet(t *testing.T) {
	near, far := connected(t)
	if !near.Quiet() {
		t.Error("nobody said anything")
	}
	if _, err := far.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 1)
	for near.Quiet() { // It is on its way.
		<-time.After(time.Millisecond)
	}
	if n, err := near.Read(p); n != 1 || err != nil || p[0] != 'x' {
		t.Errorf("looking took it: read %q, %v", p[:n], err)
	}
	if !near.Quiet() {
		t.Error("all was read")
	}
	_ = far.Close()
	for near.Quiet() {
		<-time.After(time.Millisecond)
	}
}

// Who waits takes nothing away.
func TestWait(t *testing.T) {
	near, far := connected(t)
	p := make([]byte, 10)
	for range 2 {
		go func() { _, _ = far.Write([]byte("hello")) }()
		if err := errors.Join(near.Wait(), near.Wait()); err != nil || near.Quiet() {
			t.Errorf("waited: %v", err)
		}
		if _, err := io.ReadFull(near, p[:5]); err != nil || string(p[:5]) != "hello" {
			t.Errorf("read %q, %v", p[:5], err)
		}
	}
	_ = far.Close()
	if err := near.Wait(); !errors.Is(err, io.EOF) {
		t.Errorf("hung up: %v", err)
	}
	if _, err := near.Read(p); !errors.Is(err, io.EOF) {
		t.Errorf("hung up: %v", err)
	}
}

// What is no socket works as it is.
func TestNoSocket(t *testing.T) {
	inner, far := net.Pipe()
	near := socket.New(inner)
	defer func() { _, _ = near.Close(), far.Close() }()
	go func() { _, _ = io.CopyN(far, far, 2) }()
	go func() { _, _ = near.Write([]byte("hi")) }()
	p := make([]byte, 2)
	if _, err := io.ReadFull(near, p); err != nil || string(p) != "hi" || !near.Quiet() {
		t.Errorf("read %q, %v", p, err)
	}
}

// Reads and writes cost no memory.
func TestNothingIsAllocated(t *testing.T) {
	near, far := connected(t)
	go func() { _, _ = io.Copy(far, far) }()
	p := make([]byte, 100)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := near.Write(p); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(near, p); err != nil {
			t.Fatal(err)
		}
		near.Quiet()
	}); n >= 1 {
		t.Errorf("%v allocations", n)
	}
}
