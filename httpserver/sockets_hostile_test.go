package httpserver

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"
)

// frame is a masked frame of a client (RFC 6455, section 5.2), its mask zero.
func frame(first byte, payload []byte) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	default:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// TestSocketHostileClients sends what no client should. Only the socket that
// does so may end.
func TestSocketHostileClients(t *testing.T) {
	t.Parallel()
	services := disabledServices(1)
	e := startSocketEdge(t, services, nil)
	l := e.listen(t)
	attacks := []struct {
		name  string
		bytes []byte
	}{
		{"garbage", bytes.Repeat([]byte("\xff\x00garbage"), 500)},
		{"an unmasked frame", []byte("\x81\x02hi")},
		{"a frame of 8 EiB", []byte("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00")},
		{"a negative length", []byte("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00")},
		{"a large message", frame(0x81, bytes.Repeat([]byte("a"), socketReadLimit+1))},
		{"a large message in pieces", append(frame(0x01, bytes.Repeat([]byte("a"), socketReadLimit)), frame(0x80, []byte("a"))...)},
		{"a long ping", frame(0x89, bytes.Repeat([]byte("a"), 126))},
		{"a reserved opcode", frame(0x83, nil)},
		{"a compressed frame nobody agreed on", frame(0xc1, []byte("hi"))},
		{"a continuation of nothing", frame(0x80, []byte("hi"))},
		{"a close frame of a forbidden code", frame(0x88, []byte{0x03, 0xed})},
		{"a flood of messages", bytes.Repeat(frame(0x81, []byte("hello")), 10*heardAtOnce)},
		{"a flood of empty messages", bytes.Repeat(frame(0x82, nil), 10*heardAtOnce)},
		{"a flood of pings", bytes.Repeat(frame(0x89, []byte("are you there")), 10*heardAtOnce)},
		{"a flood of pongs", bytes.Repeat(frame(0x8a, nil), 10*heardAtOnce)},
	}
	for _, a := range attacks {
		conn := e.rawSocket(t)
		go func() { _, _ = conn.Write(a.bytes) }() // It fails as the server closes.
		if !ends(conn) {
			t.Errorf("%s: the socket goes on", a.name)
		}
	}
	eventually(t, func() bool { return e.sockets.open() == 1 && e.broadcastStats(t).Subscribers == 1 },
		func() string { return "the hostile sockets are there still" })
	e.star(t, services[0].Path, 1)
	e.agree(t, l)
	if err := l.err(); err != nil {
		t.Errorf("the peaceful socket ended: %v", err)
	}
}

// ends reads until the server closes, or a deadline of the connection passes.
func ends(conn net.Conn) bool {
	_, err := io.Copy(io.Discard, conn)
	if err, ok := err.(net.Error); ok && err.Timeout() { //nolint:errorlint // As package net returns it.
		return false
	}
	return true
}

// TestSocketTalkative says what a client may say, and is served on.
func TestSocketTalkative(t *testing.T) {
	t.Parallel()
	services := disabledServices(1)
	e := startSocketEdge(t, services, nil)
	conn, _ := e.dial(t, nil)
	pong := make(chan string, 1)
	conn.SetPongHandler(func(data string) error {
		pong <- data
		return nil
	})
	for _, kind := range []int{1, 2} { // Text and binary.
		if err := conn.WriteMessage(kind, bytes.Repeat([]byte("a"), socketReadLimit)); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.WriteControl(9, []byte("well?"), time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	l := fold(t, conn)
	select {
	case data := <-pong:
		if data != "well?" {
			t.Errorf("the pong says %q", data)
		}
	case <-time.After(patience):
		t.Error("a ping was not answered")
	}
	e.star(t, services[0].Path, 1)
	e.agree(t, l)
}

// TestSocketSlowClient has one client that reads nothing. It is cut, and the
// others miss nothing.
func TestSocketSlowClient(t *testing.T) {
	t.Parallel()
	services := disabledServices(600)
	e := startSocketEdge(t, services, func(o *Options) {
		o.socketBounds = defaultSocketBounds
		o.socketBounds.queue = 16
		o.socketBounds.writeWait = 10 * patience // Its queue must be what ends it.
	})
	slow := e.rawSocket(t)
	listeners := []*listener{e.listen(t), e.listen(t), e.listen(t)}
	round := 0
	eventually(t, func() bool {
		round++
		for _, s := range services {
			e.star(t, s.Path, round)
		}
		e.agree(t, listeners...)
		return e.broadcastStats(t).FailedSends == 1
	}, func() string { return "the slow client was never cut" })
	eventually(t, func() bool { return e.sockets.open() == 3 }, func() string { return "the slow client is counted still" })
	if !ends(slow) {
		t.Error("the slow client's connection is open")
	}
	e.star(t, services[0].Path, 0)
	e.agree(t, listeners...)
	if stats := e.broadcastStats(t); stats.Subscribers != 3 || stats.FailedSends != 1 {
		t.Errorf("%+v", stats)
	}
}

// TestSocketStalledWrite has a queue that never fills: the time that a write
// takes must end the client then.
func TestSocketStalledWrite(t *testing.T) {
	t.Parallel()
	services := disabledServices(600)
	e := startSocketEdge(t, services, func(o *Options) {
		o.socketBounds = defaultSocketBounds
		o.socketBounds.queue = 10_000
		o.socketBounds.writeWait = 100 * time.Millisecond
	})
	e.rawSocket(t)
	round := 0
	eventually(t, func() bool {
		round++
		for _, s := range services {
			e.star(t, s.Path, round)
		}
		return e.sockets.stalled.Load() == 1 && e.sockets.open() == 0
	}, func() string { return "the stalled client was never cut" })
	eventually(t, func() bool { return e.broadcastStats(t).Subscribers == 0 }, func() string { return "the stalled client is subscribed still" })
	if stats := e.broadcastStats(t); stats.FailedSends != 0 {
		t.Errorf("the failed send is counted twice: %+v", stats)
	}
}
