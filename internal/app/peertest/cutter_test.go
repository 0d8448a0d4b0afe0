package peertest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// cutter stands in front of a server and breaks one connection each time that
// the notification of a certain progress passes, after passing it on: what a
// laptop's lid or a proxy's time limit does to a stream.
type cutter struct {
	// URL is the server's, by way of the cutter.
	URL string

	to   string
	cuts [][]byte
	made atomic.Int64
	wg   sync.WaitGroup
}

// newCutter cuts at progress cutAfter of each of the totals, in front of the
// server at to.
func newCutter(tb testing.TB, to string, totals ...int) *cutter {
	tb.Helper()
	u, err := url.Parse(to)
	if err != nil {
		tb.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	c := &cutter{URL: strings.Replace(to, u.Host, l.Addr().String(), 1), to: u.Host}
	for _, total := range totals {
		c.cuts = append(c.cuts, fmt.Appendf(nil, `"progress":%d,"total":%d`, cutAfter, total))
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.wg.Go(func() { c.pass(ctx, conn) })
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		cancel()
		c.wg.Wait()
	})
	return c
}

// Made is how often it has cut.
func (c *cutter) Made() int { return int(c.made.Load()) }

// pass joins a client's connection with one of its own until either ends.
func (c *cutter) pass(ctx context.Context, client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := new(net.Dialer).DialContext(ctx, "tcp", c.to)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	stop := context.AfterFunc(ctx, func() {
		_ = client.Close()
		_ = server.Close()
	})
	defer stop()
	c.wg.Go(func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	})
	c.answer(client, server)
}

// answer copies what the server says, up to the end of a message that is to be
// cut at. Such a message is shorter than tailSize.
func (c *cutter) answer(client io.Writer, server io.Reader) {
	const tailSize = 1 << 10
	var tail []byte // The end of what was copied.
	buf := make([]byte, 32<<10)
	for {
		n, err := server.Read(buf)
		seen := append(tail, buf[:n]...)
		end := c.end(seen)
		if end >= 0 {
			n = max(0, end-len(tail))
		}
		if _, writeErr := client.Write(buf[:n]); writeErr != nil || err != nil {
			return
		}
		if end >= 0 {
			c.made.Add(1)
			return
		}
		tail = append([]byte(nil), seen[max(0, len(seen)-tailSize):]...)
	}
}

// end is where a message ends that is to be cut at, or -1 if there is none in
// seen, or not yet all of it.
func (c *cutter) end(seen []byte) int {
	for _, at := range c.cuts {
		if i := bytes.Index(seen, at); i >= 0 {
			if j := bytes.Index(seen[i:], []byte("\n\n")); j >= 0 {
				return i + j + len("\n\n")
			}
		}
	}
	return -1
}
