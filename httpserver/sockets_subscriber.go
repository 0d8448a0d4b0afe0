package httpserver

import (
	"crypto/tls"
	"errors"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/olahol/melody"
	"golang.org/x/time/rate"
)

// A client has nothing to say but pongs. It may send this many messages, pings
// and pongs a second, and as many at once, before it is expelled.
const (
	heardPerSecond = 10
	heardAtOnce    = 100
)

// subscriber is a melody session as the broadcaster knows it.
type subscriber struct {
	session *melody.Session
	// slow is set when a message found the queue full.
	slow atomic.Bool
	// forgotten is set when the broadcaster has let go of the subscriber by
	// itself, abandoned when it could not be told to.
	forgotten, abandoned atomic.Bool

	// What follows belongs to the goroutine that reads.
	hearing *rate.Limiter
	checked time.Time
}

func newSubscriber(session *melody.Session) *subscriber {
	s := &subscriber{
		session: session,
		hearing: rate.NewLimiter(heardPerSecond, heardAtOnce),
		checked: time.Now(),
	}
	conn := session.WebsocketConnection()
	answer := conn.PingHandler()
	conn.SetPingHandler(func(data string) error {
		s.heard()
		return answer(data)
	})
	return s
}

// subscriberOf is the session's subscriber; it has one once it is connected.
func subscriberOf(session *melody.Session) *subscriber {
	value, _ := session.Get(subscriberKey)
	sub, _ := value.(*subscriber)
	return sub
}

var (
	errSlowSubscriber = errors.New("the client does not keep up")
	errGoneSubscriber = errors.New("the client is gone")
)

// Send queues a message. A socket whose queue is full is cut. One that has
// closed takes messages and drops them until it is unsubscribed: that is no
// failure to send.
func (s *subscriber) Send(message []byte) error {
	if s.abandoned.Load() {
		return errGoneSubscriber
	}
	if err := s.session.Write(message); err != nil {
		return nil //nolint:nilerr // It has closed.
	}
	if s.slow.Load() {
		s.forgotten.Store(true)
		s.cut()
		return errSlowSubscriber
	}
	return nil
}

// End queues the close frame of a server that goes away (RFC 6455, 1001).
func (s *subscriber) End() {
	s.forgotten.Store(true)
	s.close(melody.CloseGoingAway, "the server is shutting down")
}

// close ends the socket once it has sent what is queued.
func (s *subscriber) close(code int, reason string) {
	err := s.session.CloseWithMsg(melody.FormatCloseMessage(code, reason))
	if err == nil && s.slow.Load() {
		s.cut()
	}
}

// heard counts a frame of the client, and expels one that floods.
func (s *subscriber) heard() {
	if !s.hearing.Allow() {
		s.expel("too many messages; this socket only tells")
	}
}

// due says, once per period, that it is time to check again.
func (s *subscriber) due(period time.Duration) bool {
	if now := time.Now(); now.Sub(s.checked) >= period {
		s.checked = now
		return true
	}
	return false
}

// expel ends the socket at once for breaking the rules (RFC 6455, 1008).
func (s *subscriber) expel(reason string) {
	message := melody.FormatCloseMessage(melody.ClosePolicyViolation, reason)
	// A client that does not read will not hear why.
	_ = s.session.WebsocketConnection().WriteControl(websocket.CloseMessage, message, time.Now().Add(time.Second))
	s.cut()
}

// cut closes the connection under the session, whose pumps then end. Asking
// the session to close would need a place in its full queue.
func (s *subscriber) cut() { cutConn(s.session.WebsocketConnection()) }

// cutConn closes without blocking. A TLS connection would first try to say
// goodbye, for seconds if the peer does not read.
func cutConn(c *websocket.Conn) {
	conn := c.NetConn()
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	_ = conn.Close() // Nobody is left to tell.
}
