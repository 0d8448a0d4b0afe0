package soaktest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"time"
)

// beginRaw begins what no HTTP client does.
func (w *world) beginRaw() {
	w.works(200*time.Millisecond, w.halfRequest)
	w.works(200*time.Millisecond, w.halfRequest)
	w.works(100*time.Millisecond, w.pipeline)
	w.works(100*time.Millisecond, w.slowReader)
}

// dial connects to the server, or not: it may be down.
func (w *world) dial() (net.Conn, bool) {
	conn, err := net.DialTimeout("tcp", w.address, patience)
	if err != nil {
		return nil, false
	}
	w.raws.Add(1)
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn, true
}

func (w *world) rawCall(u *moody, ticket string, size int) []byte {
	content, _ := json.Marshal(callOf(ticket, size))
	return fmt.Appendf(nil, "POST %s/mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"+
		"Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		u.path, w.token, len(content), content)
}

// halfRequest sends part of a request, and later leaves.
func (w *world) halfRequest(r *rand.Rand) {
	conn, ok := w.dial()
	if !ok {
		return
	}
	defer func() { _ = conn.Close() }()
	text := w.rawCall(w.any(r), w.ticket(), 10)
	_, _ = conn.Write(text[:r.IntN(len(text))])
	select {
	case <-time.After(time.Duration(r.Int64N(int64(2 * time.Second)))):
	case <-w.working.Done():
	}
	if tcp, ok := conn.(*net.TCPConn); ok && r.IntN(2) == 0 {
		_ = tcp.SetLinger(0) // A reset, as of a machine that fell over.
	}
}

// pipeline sends several calls at once. Their answers come in order, and each
// is that of its own call.
func (w *world) pipeline(r *rand.Rand) {
	conn, ok := w.dial()
	if !ok {
		return
	}
	defer func() { _ = conn.Close() }()
	u := w.any(r)
	up, epoch := w.up()
	steady, changes := u.steady()
	var all []byte
	tickets := make([]string, 2+r.IntN(7))
	for i := range tickets {
		tickets[i] = w.ticket()
		all = append(all, w.rawCall(u, tickets[i], r.IntN(20_000))...)
	}
	go func() { _, _ = conn.Write(all) }()
	in := bufio.NewReader(conn)
	for _, ticket := range tickets {
		res, err := http.ReadResponse(in, nil)
		var content []byte
		if err == nil {
			// To close the body would be to read on, and some have no end.
			content, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
		}
		if err == nil && res.StatusCode == http.StatusOK && bytes.Contains(content, []byte(ticket+" ")) {
			w.answered.Store(ticket, u)
			continue
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			w.t.Errorf("pipelined %s to %s hung", ticket, u.path)
		}
		_, epochNow := w.up()
		_, changesNow := u.steady()
		if up && steady && epoch == epochNow && changes == changesNow {
			w.t.Errorf("pipelined %s of a sound upstream: %.300s, %v", ticket, content, err)
		}
		return
	}
}

// slowReader asks for much and takes little of it at a time.
func (w *world) slowReader(r *rand.Rand) {
	conn, ok := w.dial()
	if !ok {
		return
	}
	defer func() { _ = conn.Close() }()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10)
	}
	_, _ = conn.Write(w.rawCall(w.any(r), w.ticket(), 8<<20))
	room := make([]byte, 4<<10)
	_ = conn.SetReadDeadline(time.Now().Add(time.Second)) // It leaves then, too.
	for range r.IntN(50) {
		if _, err := conn.Read(room); err != nil {
			return
		}
		time.Sleep(10 * time.Millisecond) // Slowness is what it is here for.
	}
}
