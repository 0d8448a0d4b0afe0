package httpserver

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkSocketFanOut changes one service and waits until every socket has
// read the message about it.
func BenchmarkSocketFanOut(b *testing.B) {
	for _, sockets := range []int{100, 1000} {
		b.Run(fmt.Sprint(sockets), func(b *testing.B) {
			services := disabledServices(1)
			e := startSocketEdge(b, services, nil)
			var reading sync.WaitGroup
			var arrived atomic.Int64
			told := make(chan struct{}, 1)
			for range sockets {
				conn := e.rawSocket(b)
				reading.Go(func() { count(conn, &arrived, int64(sockets), told) })
			}
			<-told // The snapshots.
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				e.star(b, services[0].Path, i+1)
				<-told
			}
			b.StopTimer()
			e.stop()
			reading.Wait()
		})
	}
}

// count reads frames, all of a length between 126 and 65535 bytes, and tells
// when all have come.
func count(conn net.Conn, arrived *atomic.Int64, all int64, told chan<- struct{}) {
	buffer := make([]byte, 4<<10)
	for {
		if _, err := io.ReadFull(conn, buffer[:4]); err != nil || buffer[0] != 0x81 {
			return // The close frame, or the end.
		}
		length := int(buffer[2])<<8 | int(buffer[3])
		if _, err := io.ReadFull(conn, buffer[:length]); err != nil {
			return
		}
		if arrived.Add(1)%all == 0 {
			told <- struct{}{}
		}
	}
}
