package httpserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/olahol/melody"

	"github.com/mcpgateway/mcpgateway/actors"
)

// socketBounds are what a websocket may cost and how long it may take.
type socketBounds struct {
	// pingPeriod is the time between two pings, and pongWait how long a socket
	// lives after the last pong: pings must come often enough for it to pass
	// only when the peer is gone.
	pingPeriod, pongWait time.Duration
	// writeWait bounds the writing of one message.
	writeWait time.Duration
	// drainWait is how long sockets may take to accept what is pending when
	// the server stops. A peer that is gone must not hold it up.
	drainWait time.Duration
	// queue is how many messages wait for a slow client before it is cut, and
	// so how many a snapshot may have. Messages are shared: a place costs 48
	// bytes.
	queue int
}

var defaultSocketBounds = socketBounds{
	pingPeriod: 50 * time.Second,
	pongWait:   60 * time.Second,
	writeWait:  10 * time.Second,
	drainWait:  2 * time.Second,
	queue:      64,
}

// socketReadLimit bounds one message of a client, in bytes; nobody reads it.
const socketReadLimit = 4 << 10

// sockets are the websockets of health subscribers. The broadcaster actor
// drives them; here are the melody sessions, and what becomes of them.
type sockets struct {
	admission

	melody      *melody.Melody
	bounds      socketBounds
	broadcaster actors.Ref
	log         *slog.Logger
	// failed counts the sockets that were refused or failed to open, stalled
	// those whose peer took a message too slowly or answered no ping.
	failed, stalled atomic.Int64
}

func newSockets(broadcaster actors.Ref, limit, perAddress int, bounds socketBounds, log *slog.Logger) *sockets {
	m := melody.New()
	m.Config.WriteWait = bounds.writeWait
	m.Config.PongWait = bounds.pongWait
	m.Config.PingPeriod = bounds.pingPeriod
	m.Config.MaxMessageSize = socketReadLimit
	m.Config.MessageBufferSize = bounds.queue
	m.Upgrader = &websocket.Upgrader{
		HandshakeTimeout: bounds.writeWait,
		ReadBufferSize:   512,
		WriteBufferSize:  1024,
		// A socket holds a write buffer only while it writes.
		WriteBufferPool: &sync.Pool{},
		// The server refused foreign origins before it came to this.
		CheckOrigin: func(*http.Request) bool { return true },
		// The error is answered by whoever asked for the upgrade.
		Error: func(http.ResponseWriter, *http.Request, int, error) {},
	}
	s := &sockets{
		admission:   newAdmission(limit, perAddress),
		melody:      m,
		bounds:      bounds,
		broadcaster: broadcaster,
		log:         log,
	}
	m.HandleConnect(s.connected)
	m.HandleDisconnect(s.disconnected)
	m.HandleError(s.erred)
	m.HandlePong(s.ponged)
	heard := func(session *melody.Session, _ []byte) { subscriberOf(session).heard() }
	m.HandleMessage(heard)
	m.HandleMessageBinary(heard)
	return s
}

// permitKey and subscriberKey are the keys of a melody session's values.
const (
	permitKey     = "permit"
	subscriberKey = "subscriber"
)

// permit says whether somebody may go on listening. It fails with
// errNotSignedIn when not, and with other errors when it could not find out.
type permit func(context.Context) error

// connected subscribes the new socket; the broadcaster queues the snapshot
// before this returns. Nothing is written or read until then.
func (s *sockets) connected(session *melody.Session) {
	session.Request = nil // Nobody asks for it, and it is large.
	sub := newSubscriber(session)
	session.Set(subscriberKey, sub)
	ctx, cancel := context.WithTimeout(context.Background(), s.bounds.writeWait)
	defer cancel()
	_, err := actors.Ask(ctx, s.broadcaster, actors.Subscribe{Subscriber: sub})
	switch {
	case err == nil:
	case errors.Is(err, actors.ErrStopped):
		s.failed.Add(1)
		sub.End()
	default:
		s.failed.Add(1)
		sub.close(melody.CloseTryAgainLater, "the server is overloaded")
	}
}

// disconnected has the broadcaster forget the socket. If it does not listen
// now, it will when it has the next message for it.
func (s *sockets) disconnected(session *melody.Session) {
	sub := subscriberOf(session)
	if sub.forgotten.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.bounds.writeWait)
	defer cancel()
	if _, err := actors.Ask(ctx, s.broadcaster, actors.Unsubscribe{Subscriber: sub}); err != nil {
		sub.abandoned.Store(true)
		if !errors.Is(err, actors.ErrStopped) {
			s.log.Warn("a closed socket stays subscribed until its next message", "error", err)
		}
	}
}

// erred hears of melody's errors. It goes on after a full queue, as if the
// message had been sent; after all others it ends the session by itself.
func (s *sockets) erred(session *melody.Session, err error) {
	if errors.Is(err, melody.ErrMessageBufferFull) {
		subscriberOf(session).slow.Store(true)
		return
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		s.stalled.Add(1)
	}
}

// ponged ends the socket of somebody who may not listen any longer. So one
// that needs a session outlives it by a ping period at most.
func (s *sockets) ponged(session *melody.Session) {
	sub := subscriberOf(session)
	sub.heard()
	value, _ := session.Get(permitKey)
	if p, _ := value.(permit); p != nil && sub.due(s.bounds.pingPeriod/2) {
		ctx, cancel := context.WithTimeout(context.Background(), s.bounds.writeWait)
		defer cancel()
		if err := p(ctx); errors.Is(err, errNotSignedIn) {
			sub.expel("the session has ended")
		}
	}
}

// drain refuses new sockets and waits until every socket has ended, which the
// broadcaster has told them to. It cuts those that have not when ctx ends, and
// no later than bounds.drainWait.
func (s *sockets) drain(ctx context.Context) {
	ended := s.admission.close()
	ctx, cancel := context.WithTimeout(ctx, s.bounds.drainWait)
	defer cancel()
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	sessions, err := s.melody.Sessions()
	if err != nil {
		return // Only a closed melody has none to tell, and nobody closes it.
	}
	for _, session := range sessions {
		cutConn(session.WebsocketConnection())
	}
	<-ended
}
