package mcpclient

import (
	"context"
	"errors"
	"io"
	"time"
)

var (
	// errTooMuch says that a body exceeds what may be read of it.
	errTooMuch = errors.New("the answer is too large")
	// errFlood says that events come without end, or faster than they may.
	errFlood = errors.New("too many events")
)

// meter reads at most left bytes, and takes each from the talk's budget, too.
type meter struct {
	// ctx ends a wait for the budget's leave to read on.
	ctx   context.Context
	r     io.Reader
	left  int64
	total *budget
}

func (m *meter) Read(p []byte) (int, error) {
	room := min(m.left, m.total.left)
	if room <= 0 {
		// Only one byte more tells a body that is too large from one that
		// fits exactly.
		var probe [1]byte
		n, err := m.r.Read(probe[:])
		if n > 0 {
			return 0, errTooMuch
		}
		return 0, err
	}
	if err := m.total.admit(m.ctx); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p[:min(int64(len(p)), room)])
	m.left -= int64(n)
	m.total.left -= int64(n)
	m.total.free -= int64(n)
	return n, err
}

const (
	// paceWindow and paceBytes bound how fast a standing stream may be: far
	// more than notifications need, far less than a flood.
	paceWindow = time.Minute
	paceBytes  = 8 << 20
)

// pace reads a stream that has no end, at most paceBytes in each paceWindow.
type pace struct {
	r     io.Reader
	since time.Time
	left  int64
}

func (p *pace) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if now := time.Now(); now.Sub(p.since) >= paceWindow {
		p.since, p.left = now, paceBytes
	}
	if p.left -= int64(n); p.left < 0 {
		return 0, errFlood
	}
	return n, err
}
