package httpserver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/olahol/melody"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
)

// A socket's bounds. Pings go out often enough for the read deadline to pass
// only when the peer is gone.
const (
	socketPongWait   = 60 * time.Second
	socketPingPeriod = 50 * time.Second
	socketWriteWait  = 10 * time.Second
	// socketReadLimit bounds what a client may say, which nobody reads.
	socketReadLimit = 4 << 10
	// socketQueue is how many messages wait for a slow client before it is
	// cut. Messages are shared, so a place costs 40 bytes.
	socketQueue = 64
)

// sockets are the websockets of health subscribers. The broadcaster actor
// drives them; here is only who may connect, and the melody sessions.
type sockets struct {
	melody      *melody.Melody
	broadcaster actors.Ref
	log         *slog.Logger
	limit       int
	perAddress  int
	failed      atomic.Int64
	running     sync.WaitGroup

	// mu guards admission, which is decided before there is a socket.
	mu        sync.Mutex
	total     int
	addresses map[netip.Addr]int
}

const subscriberKey = "subscriber"

func newSockets(broadcaster actors.Ref, limit, perAddress int, h hosts, log *slog.Logger) *sockets {
	m := melody.New()
	m.Config.WriteWait = socketWriteWait
	m.Config.PongWait = socketPongWait
	m.Config.PingPeriod = socketPingPeriod
	m.Config.MaxMessageSize = socketReadLimit
	m.Config.MessageBufferSize = socketQueue
	m.Upgrader = &websocket.Upgrader{
		HandshakeTimeout: socketWriteWait,
		ReadBufferSize:   512,
		WriteBufferSize:  1024,
		// Broadcasts to many sockets share the write buffers.
		WriteBufferPool: &sync.Pool{},
		CheckOrigin: func(r *http.Request) bool {
			origin := r.Header.Get("Origin")
			return origin == "" || h.allowsOrigin(origin, localAddr(r))
		},
		// The error is answered by whoever asked for the upgrade.
		Error: func(http.ResponseWriter, *http.Request, int, error) {},
	}
	s := &sockets{
		melody:      m,
		broadcaster: broadcaster,
		log:         log,
		limit:       limit,
		perAddress:  perAddress,
		addresses:   make(map[netip.Addr]int),
	}
	m.HandleConnect(s.connected)
	m.HandleDisconnect(s.disconnected)
	m.HandleError(s.erred)
	return s
}

// GetHealthStatus is GET /ws/health_status: a socket if the request asks for
// one, the same map as JSON otherwise.
func (s *Server) GetHealthStatus(ctx context.Context, _ gen.GetHealthStatusRequestObject) (gen.GetHealthStatusResponseObject, error) {
	c := callOf(ctx)
	if s.o.SocketsNeedAuth && c.principal.IsZero() {
		return nil, errNotSignedIn
	}
	if websocket.IsWebSocketUpgrade(c.request) {
		if err := s.sockets.admit(c.client); err != nil {
			return nil, err
		}
		return handled(func(w http.ResponseWriter) {
			defer s.sockets.release(c.client)
			if err := s.sockets.melody.HandleRequest(w, c.request); err != nil {
				s.sockets.failed.Add(1)
				s.fail(w, c.request, errBadHandshake)
			}
		}), nil
	}
	health, err := actors.Ask(ctx, s.o.Broadcaster, actors.GetHealth{})
	if err != nil {
		return nil, err
	}
	return handled(func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(health) // An error means that the caller has gone.
	}), nil
}

// admit counts a socket in, or says why not.
func (s *sockets) admit(client netip.Addr) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.total >= s.limit:
		s.failed.Add(1)
		return errTooManySockets
	case s.addresses[client] >= s.perAddress:
		s.failed.Add(1)
		return errTooManyFromHere
	}
	s.total++
	s.addresses[client]++
	s.running.Add(1)
	return nil
}

func (s *sockets) release(client netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total--
	if s.addresses[client]--; s.addresses[client] == 0 {
		delete(s.addresses, client)
	}
	s.running.Done()
}

func (s *sockets) open() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(s.total)
}

// connected subscribes the new socket; the broadcaster queues the snapshot
// before this returns.
func (s *sockets) connected(session *melody.Session) {
	sub := &subscriber{session: session}
	session.Set(subscriberKey, sub)
	ctx, cancel := context.WithTimeout(context.Background(), socketWriteWait)
	defer cancel()
	if _, err := actors.Ask(ctx, s.broadcaster, actors.Subscribe{Subscriber: sub}); err != nil {
		s.failed.Add(1)
		sub.cut()
	}
}

func (s *sockets) disconnected(session *melody.Session) {
	sub := subscriberOf(session)
	if sub == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), socketWriteWait)
	defer cancel()
	if _, err := actors.Ask(ctx, s.broadcaster, actors.Unsubscribe{Subscriber: sub}); err != nil && !errors.Is(err, actors.ErrStopped) {
		s.log.Warn("a closed socket stays subscribed until its next message", "error", err)
	}
}

// erred hears of melody's errors. A full queue is the only one that matters:
// melody would drop the message and go on.
func (s *sockets) erred(session *melody.Session, err error) {
	if errors.Is(err, melody.ErrMessageBufferFull) {
		if sub := subscriberOf(session); sub != nil {
			sub.slow.Store(true)
		}
	}
}

// drain waits until every socket has ended, or ends them when ctx does.
func (s *sockets) drain(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	sessions, err := s.melody.Sessions()
	if err != nil {
		return
	}
	for _, session := range sessions {
		_ = session.WebsocketConnection().NetConn().Close() // It is being given up.
	}
	<-done
}

// subscriber is a melody session as the broadcaster knows it.
type subscriber struct {
	session *melody.Session
	slow    atomic.Bool
}

func subscriberOf(session *melody.Session) *subscriber {
	value, _ := session.Get(subscriberKey)
	sub, _ := value.(*subscriber)
	return sub
}

var errSlowSubscriber = errors.New("the client does not keep up")

// Send queues a message. A socket whose queue is full is cut.
func (s *subscriber) Send(message []byte) error {
	if err := s.session.Write(message); err != nil {
		return err
	}
	if s.slow.Load() {
		s.cut()
		return errSlowSubscriber
	}
	return nil
}

// End queues the close frame of a server that goes away (RFC 6455, 1001).
func (s *subscriber) End() {
	err := s.session.CloseWithMsg(melody.FormatCloseMessage(melody.CloseGoingAway, "the server is shutting down"))
	if err == nil && s.slow.Load() {
		s.cut()
	}
}

// cut closes the connection under the session, whose pumps then end. Asking
// the session to close would need a place in its full queue.
func (s *subscriber) cut() {
	_ = s.session.WebsocketConnection().NetConn().Close() // Nobody is left to tell.
}
