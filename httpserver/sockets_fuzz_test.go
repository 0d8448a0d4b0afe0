package httpserver

import (
	"bytes"
	"io"
	"net"
	"testing"
)

// FuzzSocketInput sends any bytes over a socket and hangs up. That socket ends,
// what it was told until then is in whole frames of ours, and another one goes on.
func FuzzSocketInput(f *testing.F) {
	for _, sent := range [][]byte{
		nil, frame(0x81, []byte("hi")), frame(0x88, nil), frame(0x88, []byte{0x03, 0xe8}), frame(0x89, []byte("ping")), frame(0x8a, nil),
		append(frame(0x01, []byte("a")), frame(0x80, []byte("b"))...), append(frame(0x01, []byte("a")), frame(0x89, []byte("b"))...),
		[]byte("\x81\x02hi"), []byte("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"), frame(0xc1, []byte("hi")), frame(0x80, nil), frame(0x83, nil),
		frame(0x81, bytes.Repeat([]byte("a"), 600)), []byte("GET / HTTP/1.1\r\n\r\n"), frame(0x81, []byte("\xff\xfe")),
	} {
		f.Add(sent)
	}
	services := disabledServices(1)
	e := startSocketEdge(f, services, nil)
	l := e.listen(f)
	stars := 0
	f.Fuzz(func(t *testing.T, sent []byte) {
		conn := e.rawSocket(t)
		if _, err := conn.Write(sent); err == nil {
			_ = conn.(*net.TCPConn).CloseWrite()
		} // Otherwise it is being cut off already.
		heard, _ := io.ReadAll(io.LimitReader(conn, 1<<20)) // It may end with a reset.
		for len(heard) > 0 {
			head, length := 2, int(heard[1]&0x7f)
			switch {
			case heard[0]&0x70 != 0 || len(heard) > 1 && heard[1]&0x80 != 0:
				t.Fatalf("after %q came the frame %q", sent, heard)
			case length == 126 && len(heard) >= 4:
				head, length = 4, int(heard[2])<<8|int(heard[3])
			}
			if len(heard) < head+length {
				break // It was cut off.
			}
			heard = heard[head+length:]
		}
		if err := l.err(); err != nil {
			t.Fatalf("%q ended another's socket: %v", sent, err)
		}
		stars++
		if stars%50 == 1 { // It costs a while.
			e.star(t, services[0].Path, stars)
			e.agree(t, l)
			eventually(t, func() bool { return e.sockets.open() == 1 }, func() string { return "sockets are left" })
		}
	})
}
