package upstream

import (
	"context"
	"fmt"
	"net"
	"runtime/debug"
)

// dial connects, on a goroutine of its own: that takes a deep stack, which the
// caller's would keep for as long as a stream is open.
func (p *Pool) dial(ctx context.Context, address string) (conn net.Conn, err error) {
	done := make(chan struct{})
	var panicked any
	go func() {
		defer close(done)
		defer func() {
			if reason := recover(); reason != nil {
				panicked = fmt.Sprintf("%v\n%s", reason, debug.Stack())
			}
		}()
		conn, err = p.o.Dial(ctx, "tcp", address)
	}()
	<-done
	if panicked != nil {
		panic(panicked) // Where it costs one request, not the process.
	}
	return conn, err
}
