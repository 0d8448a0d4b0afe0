package gateway

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/gateway/upstream"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// DefaultTimeout is how long an upstream may take to begin its answer
	// unless the settings say otherwise. Tools may take their time.
	DefaultTimeout = 5 * time.Minute
	// tlsTime bounds a TLS handshake with an upstream.
	tlsTime = 10 * time.Second
	// idleTime is how long a connection to an upstream waits for the next
	// request, and idlePerUpstream how many do. Node.js and Uvicorn close idle
	// connections after 5 s: a request that met that moment would be lost, so
	// we close first.
	idleTime        = 4 * time.Second
	idlePerUpstream = 256
	// maxHeader bounds a response's header, in bytes.
	maxHeader = 64 << 10
)

// Options is what a [Gateway] needs; all but Timeout, RootCAs and OnFailure are
// required.
type Options struct {
	Routes *Routes
	// Dial connects to upstreams; it refuses what may not be dialled.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// RootCAs verifies upstream certificates. Nil means the system's roots.
	RootCAs *x509.CertPool
	// SessionKey signs session ids. Box seals the targets of HTTP+SSE.
	SessionKey [32]byte
	Box        Box
	// Timeout bounds the wait for an upstream to begin its answer; 0 means
	// [DefaultTimeout].
	Timeout time.Duration
	// OnFailure, if set, is told that an upstream failed or did not answer, at
	// most once a second for each service. It must not block.
	OnFailure func(registry.Path)
}

// Gateway forwards requests. Any number of goroutines may use it.
type Gateway struct {
	routes *Routes
	// pool carries what it can, which is nearly all, and transport the rest.
	pool      *upstream.Pool
	transport *http.Transport
	// rooms has what exchanges use in turn, as *room.
	rooms sync.Pool
	// blank is what requests to upstreams have in common.
	blank     http.Request
	binding   *binding
	endpoints endpoints
	buffers   *sync.Pool
	onFailure func(registry.Path)
	// life ends with Stop.
	life context.Context
	stop context.CancelFunc
}

// New makes a Gateway.
func New(o Options) *Gateway {
	life, stop := context.WithCancel(context.Background())
	g := &Gateway{
		life: life, stop: stop,
		routes:    o.Routes,
		binding:   newBinding(o.SessionKey),
		endpoints: endpoints{o.Box},
		buffers:   newBufferPool(),
		onFailure: o.OnFailure,
		rooms:     sync.Pool{New: func() any { return new(room) }},
		blank:     http.Request{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1},
	}
	g.transport = &http.Transport{
		DialContext:            patientDial(o.Dial),
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    tlsTime,
		ResponseHeaderTimeout:  cmp.Or(o.Timeout, DefaultTimeout),
		MaxResponseHeaderBytes: maxHeader,
		IdleConnTimeout:        idleTime,
		MaxIdleConnsPerHost:    idlePerUpstream,
		// What the caller asked for is what it gets, byte for byte.
		DisableCompression: true,
	}
	g.pool = upstream.New(upstream.Options{
		Dial:           o.Dial,
		IdleTime:       idleTime,
		IdlePerAddress: idlePerUpstream,
		HeaderTime:     cmp.Or(o.Timeout, DefaultTimeout),
		WriteTime:      writeTime,
		MaxHeader:      maxHeader,
	})
	if g.onFailure == nil {
		g.onFailure = func(registry.Path) {}
	}
	return g
}

// Stop ends the event streams that have no end of their own, each after the
// bytes that are under way, and those that begin later. Clients come back
// elsewhere, or later. Requests that wait for a response go on, be it one that
// comes as an event.
func (g *Gateway) Stop() { g.stop() }

// Close stops, and lets go of the connections that wait for another request.
func (g *Gateway) Close() {
	g.stop()
	g.pool.Close()
	g.transport.CloseIdleConnections()
}

// Caller is who sent a request, and what an upstream is told of that.
type Caller struct {
	Principal auth.Principal
	// RequestID goes along as X-Request-Id.
	RequestID string
	// ForwardedFor, ForwardedHost and ForwardedProto are the values of the
	// X-Forwarded headers.
	ForwardedFor, ForwardedHost, ForwardedProto string
}

// Report is what became known of a request, for the log.
type Report struct {
	// Service is empty where the path belongs to none that the caller reaches.
	Service registry.Path
	// Method is the JSON-RPC method, and Name what it was called with: of
	// tools/call the tool. Both are the caller's words.
	Method, Name string
	// Broken is why the answer broke off in the middle; nil if it did not, or the
	// caller left.
	Broken error
}

// Forward answers a request with what the upstream of its service says, and
// fills in the report, also where it panics. An error, one of this package's,
// means that nothing was answered yet. Where an answer breaks off in the middle
// it panics with [http.ErrAbortHandler], so that the caller does not take it for
// whole.
//
// What of the answer's header came from the upstream is good until Forward
// returns: afterwards the lists of values in w.Header() may be another caller's.
// Servers copy them when they are told the status.
func (g *Gateway) Forward(w http.ResponseWriter, r *http.Request, c *Caller, report *Report) error {
	if err := checkMethod(r.Method); err != nil {
		return err
	}
	path := r.URL.EscapedPath()
	if err := checkPath(path); err != nil {
		return err
	}
	route, tail := g.routes.find(path)
	if route == nil || !c.Principal.Reaches(route.path) {
		return registry.ErrNotFound
	}
	report.Service = route.path
	room := g.rooms.Get().(*room) //nolint:forcetypeassert // The pool makes nothing else.
	x := &room.exchange
	x.gateway, x.route, x.room, x.caller, x.report = g, route, room, c, report
	x.writer, x.control, x.request = w, http.NewResponseController(w), r
	x.who, x.began, x.counted.Outcome = c.Principal.String(), time.Now(), traffic.Refused
	err := x.run(tail)
	if room.isSmall() {
		*x = exchange{}
		g.rooms.Put(room)
	}
	return err
}

// ServiceOf is the service that the request's path belongs to, whoever asks and
// whether or not it is switched on; empty if there is none. It is for the log
// of requests that never come to [Gateway.Forward], or no further.
func (g *Gateway) ServiceOf(r *http.Request) registry.Path {
	path := r.URL.EscapedPath()
	if checkPath(path) != nil {
		return ""
	}
	if route, _ := g.routes.find(path); route != nil {
		return route.path
	}
	return ""
}

// patientDial makes connections whose writes do not wait for ever.
func patientDial(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &patientConn{Conn: conn}, nil
	}
}

// writeTime bounds the wait for either side to take the next bytes.
const writeTime = time.Minute

// patientConn bounds each write in time. One goroutine writes at a time.
type patientConn struct {
	net.Conn
	// armed is when the peer was last given time; see [outlet.arm].
	armed time.Time
}

// Write fails once the peer has taken nothing for about [writeTime].
func (c *patientConn) Write(b []byte) (int, error) {
	if now := time.Now(); now.Sub(c.armed) > writeTime/16 {
		if err := c.SetWriteDeadline(now.Add(writeTime)); err != nil {
			return 0, err
		}
		c.armed = now
	}
	return c.Conn.Write(b)
}
