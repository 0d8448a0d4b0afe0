package httpserver

import (
	"net/netip"
	"sync"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// admission counts the sockets, and decides who may have one more before there
// is a socket.
type admission struct {
	limit, perAddress int

	mu        sync.Mutex
	total     int
	addresses map[netip.Addr]int
	// ended is nil until the server stops; it is closed when no socket is left.
	ended chan struct{}
}

func newAdmission(limit, perAddress int) admission {
	return admission{limit: limit, perAddress: perAddress, addresses: make(map[netip.Addr]int)}
}

// admit counts a socket in, or says why not; release must follow then.
func (a *admission) admit(client netip.Addr) error {
	client = auth.Network(client)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.ended != nil:
		return actors.ErrStopped
	case a.total >= a.limit:
		return errTooManySockets
	case a.addresses[client] >= a.perAddress:
		return errTooManyFromHere
	}
	a.total++
	a.addresses[client]++
	return nil
}

func (a *admission) release(client netip.Addr) {
	client = auth.Network(client)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.total--
	if a.addresses[client]--; a.addresses[client] == 0 {
		delete(a.addresses, client)
	}
	a.endIfEmpty()
}

// open is the number of sockets now.
func (a *admission) open() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return int64(a.total)
}

// close admits nobody any more; the channel is closed when all have gone. It
// may be called once.
func (a *admission) close() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = make(chan struct{})
	a.endIfEmpty()
	return a.ended
}

func (a *admission) endIfEmpty() {
	if a.ended != nil && a.total == 0 {
		close(a.ended)
	}
}
