package upstream

import (
	"context"
	"net"
	"sync"
	"time"
)

// Options is what a [Pool] needs; all are required.
type Options struct {
	// Dial connects to a host:port.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// IdleTime is how long a connection waits for its next request, and
	// IdlePerAddress how many do for each address.
	IdleTime       time.Duration
	IdlePerAddress int
	// HeaderTime bounds the wait for a response's header, and WriteTime that for
	// the upstream to take a request, which may be a sixteenth shorter.
	HeaderTime, WriteTime time.Duration
	// MaxHeader bounds a response's header, in bytes.
	MaxHeader int
}

// Pool has the connections that wait for another request. Any number of
// goroutines may use it.
type Pool struct {
	o Options
	// memory has the room that requests are written in, as *[]byte. One is at
	// most as large as the largest header and content that callers may send.
	memory sync.Pool

	mu        sync.RWMutex
	addresses map[string]*address // Nil once closed.
}

// New makes a Pool.
func New(o Options) *Pool { return &Pool{o: o, addresses: make(map[string]*address)} }

// Close closes the connections that wait, and from now on each other one at the
// end of its exchange.
func (p *Pool) Close() {
	p.mu.Lock()
	all := p.addresses
	p.addresses = nil
	p.mu.Unlock()
	for _, a := range all {
		a.close()
	}
}

// at is the address's part of the pool, nil if the pool is closed.
func (p *Pool) at(name string) *address {
	p.mu.RLock()
	a := p.addresses[name]
	p.mu.RUnlock()
	if a != nil {
		return a
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.addresses == nil {
		return nil
	}
	if a = p.addresses[name]; a == nil {
		a = &address{pool: p, name: name}
		p.addresses[name] = a
	}
	return a
}

// address has the connections to one host:port. It leaves the pool once none
// has been waiting for a while.
type address struct {
	pool *Pool
	name string

	mu    sync.Mutex
	idle  []*conn // The one that was used last is at the end.
	sweep *time.Timer
	gone  bool
}

// take is a connection that waits, the most recent one that is still good, or
// nil.
func (a *address) take(now time.Time) *conn {
	for {
		c := a.pop()
		if c == nil || c.alive(now) {
			return c
		}
		c.close()
	}
}

func (a *address) pop() *conn {
	a.mu.Lock()
	defer a.mu.Unlock()
	last := len(a.idle) - 1
	if last < 0 {
		return nil
	}
	c := a.idle[last]
	a.idle[last] = nil
	a.idle = a.idle[:last]
	return c
}

// give lets a connection wait for its next request, or closes it.
func (a *address) give(c *conn) {
	if !a.keep(c) {
		c.close()
	}
}

func (a *address) keep(c *conn) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone || len(a.idle) >= a.pool.o.IdlePerAddress {
		return false
	}
	c.since = time.Now()
	a.idle = append(a.idle, c)
	if a.sweep == nil {
		a.sweep = time.AfterFunc(a.pool.o.IdleTime, a.old)
	}
	return true
}

// old closes the connections that have waited too long, and comes back for the
// rest.
func (a *address) old() {
	now := time.Now()
	a.mu.Lock()
	n := 0
	for n < len(a.idle) && now.Sub(a.idle[n].since) >= a.pool.o.IdleTime {
		n++
	}
	expired := append([]*conn(nil), a.idle[:n]...)
	kept := copy(a.idle, a.idle[n:])
	clear(a.idle[kept:])
	a.idle = a.idle[:kept]
	if kept > 0 {
		a.sweep.Reset(a.pool.o.IdleTime - now.Sub(a.idle[0].since))
	} else {
		a.gone = true
	}
	a.mu.Unlock()
	for _, c := range expired {
		c.close()
	}
	if kept == 0 {
		a.pool.drop(a)
	}
}

// forget lets an address that nobody could be reached at leave the pool, unless
// a connection to it has waited.
func (a *address) forget() {
	a.mu.Lock()
	unused := a.sweep == nil
	a.gone = a.gone || unused
	a.mu.Unlock()
	if unused {
		a.pool.drop(a)
	}
}

// drop forgets an address that is gone.
func (p *Pool) drop(a *address) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.addresses[a.name] == a {
		delete(p.addresses, a.name)
	}
}

// close closes the connections that wait, and takes no more.
func (a *address) close() {
	a.mu.Lock()
	idle := a.idle
	a.idle, a.gone = nil, true
	if a.sweep != nil {
		a.sweep.Stop()
	}
	a.mu.Unlock()
	for _, c := range idle {
		c.close()
	}
}
