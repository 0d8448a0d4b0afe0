package traffic

import (
	"sync/atomic"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Counter counts the traffic of one service. Its methods may be called by any
// number of goroutines.
//
// An exchange is a Begin, and an End once its response is through. One whose
// response is an event stream, which may stay open for hours, ends as soon as
// the header is through, without bytes; from then to its end it is an open
// stream, whose bytes are added as one likes:
//
//	c.Begin()
//	c.End(now, traffic.Exchange{…})
//	c.OpenStream(+1)
//	c.AddBytes(received, sent)
//	c.OpenStream(-1)
type Counter struct {
	board *Board
	// ledger is nil before the first traffic.
	ledger atomic.Pointer[ledger]
	tools  tools
}

// ledger has a service's numbers: those of the window, and those since the
// start.
type ledger struct {
	recent         ring
	outcomes       [outcomes]atomic.Uint64
	latency        latency
	received, sent atomic.Uint64
	open           atomic.Int64
	openStreams    atomic.Int64
	calls          calls
}

// Begin counts one more open exchange. An End must follow.
func (c *Counter) Begin() { c.open().open.Add(1) }

// End counts an exchange that began before.
func (c *Counter) End(now time.Time, e Exchange) {
	l := c.open()
	l.open.Add(-1)
	l.outcomes[e.Outcome].Add(1)
	if e.Outcome.timed() {
		l.latency.observe(e.Latency)
	}
	if s := l.recent.at(c.board.slot(now)); s != nil {
		s.count(e)
	}
	c.AddBytes(e.Received, e.Sent)
	switch e.Method {
	case "":
	case methodCallTool:
		c.countTool(e.Tool)
	default:
		l.calls.count(e.Method)
	}
}

// AddBytes counts bytes of bodies, from the caller and to the caller, besides
// those that End is told.
func (c *Counter) AddBytes(received, sent int64) {
	l := c.open()
	l.received.Add(uint64(max(0, received)))
	l.sent.Add(uint64(max(0, sent)))
}

// OpenStream counts that a response which is an event stream began (+1) or
// ended (-1).
func (c *Counter) OpenStream(delta int) { c.open().openStreams.Add(int64(delta)) }

// SetTools says which tools the service has: those that may have a label of
// their own. What was counted of those that stay is kept. Nothing of the list is
// held on to but the names.
func (c *Counter) SetTools(list []registry.Tool) {
	c.board.mu.Lock()
	defer c.board.mu.Unlock()
	c.tools.set(c.board, list)
}

// open is the ledger, made if need be.
func (c *Counter) open() *ledger {
	if l := c.ledger.Load(); l != nil {
		return l
	}
	c.ledger.CompareAndSwap(nil, new(ledger))
	return c.ledger.Load()
}

// countTool counts a call under the tool's name if that has a label.
func (c *Counter) countTool(name string) {
	if calls := c.tools.find(c.board, name); calls != nil {
		calls.Add(1)
		return
	}
	c.open().calls.otherTools.Add(1)
}
