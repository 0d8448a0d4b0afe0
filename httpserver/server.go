package httpserver

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/snippets"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/logline"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Options is what a [Server] needs. The pointers, the refs, the functions and the
// durations are required.
type Options struct {
	Registry    actors.Ref
	Broadcaster actors.Ref
	Admin       *auth.Admin
	Sessions    *auth.Sessions
	Tokens      *auth.Tokens
	// Ready says whether requests can be served; its error is logged, never
	// shown.
	Ready func(context.Context) error
	// CheckTimeout bounds one check of an upstream, and so how long a request
	// waits for one.
	CheckTimeout time.Duration

	// History is a service and what is known of its past; it fails with
	// registry.ErrNotFound.
	History func(context.Context, registry.Path) (*registry.Service, registry.History, error)

	// Traffic, if set, is what the gateway carried for a service lately; false
	// before any traffic. It is called with every record that is read, and must
	// not block.
	Traffic func(registry.Path) (registry.Traffic, bool)

	// Examine looks at a URL in at most 14 seconds. Eight at a time are asked.
	Examine func(context.Context, registry.Target) registry.Examination

	// Seal encrypts what a page carries to the next one, for what is bound to
	// it, and Open decrypts it, or fails.
	Seal func(plain, bound []byte) []byte
	Open func(sealed, bound []byte) ([]byte, error)

	// Version is the program's; it is part of the entity tags.
	Version string
	// Listen is the address the server listens at, such as 127.0.0.1:7860.
	Listen string
	// PublicURL is where browsers find the server; nil when it is only the
	// listener's address.
	PublicURL *url.URL
	// AllowedHosts are further host names, without ports, that requests may
	// name.
	AllowedHosts []string
	// TrustedProxies may say in X-Forwarded-For and -Proto who called.
	TrustedProxies []netip.Prefix
	// PublicMetrics opens /metrics to everybody.
	PublicMetrics bool

	// MaxSockets bounds the websockets, MaxSocketsPerAddress those of one
	// client address.
	MaxSockets, MaxSocketsPerAddress int
	// SocketsNeedAuth closes the health socket, and its plain form, to those
	// who are not signed in.
	SocketsNeedAuth bool
	// socketBounds are for tests; the zero value stands for the defaults.
	socketBounds socketBounds

	// Gateway answers the proxied routes, those that begin with a service's
	// path; nil if there are none.
	Gateway Forwarder
	// OpenGateway lets everybody call services, whoever they are. Pages then
	// tell nobody to bring a token.
	OpenGateway bool
	// CORSOrigins are the origins, as browsers write them, of pages whose
	// scripts may call services with a token.
	CORSOrigins []string
	// SeparateGateway takes the proxied routes from the server's own listener:
	// they are at GatewayListen, where [Server.GatewayHandler] serves.
	SeparateGateway bool
	GatewayListen   string
	// GatewayURL is where agents find that listener; nil when it is only its
	// address.
	GatewayURL *url.URL

	// Metrics is where the server's own are registered, and what /metrics
	// shows.
	Metrics *prometheus.Registry
	Logger  *slog.Logger
}

// Server is the HTTP edge. It is an [http.Handler].
type Server struct {
	o   Options
	log *slog.Logger
	// lines is the logger's short way for the lines of requests; nil if it has
	// none.
	lines *logline.Handler
	pages *web.Pages
	// snippets are what people paste into MCP clients.
	snippets *snippets.Builder
	hosts    hosts
	routes   routes
	sockets  *sockets
	metrics  *metrics
	spec     specDocuments
	// reserved are the first segments of all routes that are not proxied.
	reserved reservedSegments
	// reservedPaths is what the registry makes of them.
	reservedPaths registry.Reserved
	// gatewayHosts are the hosts on proxied routes.
	gatewayHosts hosts
	// records and entries keep what lists tell of services in JSON; entries by
	// the members, with commas between.
	records *encoded
	entries map[string]*encoded
	// examiners holds a token for each examination under way.
	examiners chan struct{}

	handler, gatewayHandler http.Handler
}

// New makes the server. It fails only on a mistake in the program, such as a
// template that does not parse.
func New(o Options) (*Server, error) {
	pages, err := web.New()
	if err != nil {
		return nil, fmt.Errorf("prepare the pages: %w", err)
	}
	texts, err := snippets.New()
	if err != nil {
		return nil, err
	}
	routes, err := loadRoutes()
	if err != nil {
		return nil, err
	}
	s := &Server{
		o:        o,
		log:      o.Logger,
		pages:    pages,
		snippets: texts,
		hosts:    newHosts(o.Listen, o.PublicURL, o.AllowedHosts),
		routes:   routes,

		examiners: make(chan struct{}, maxExaminers),
		records:   newRecords(),
		entries:   keptEntries(),
	}
	s.lines, _ = o.Logger.Handler().(*logline.Handler)
	s.gatewayHosts = s.hosts
	if o.SeparateGateway {
		s.gatewayHosts = newHosts(o.GatewayListen, o.GatewayURL, o.AllowedHosts)
	}
	s.gatewayHosts = s.gatewayHosts.withPages(o.CORSOrigins)
	segments, err := ReservedSegments()
	if err != nil {
		return nil, err
	}
	if s.reserved, err = newReservedSegments(segments); err != nil {
		return nil, err
	}
	s.reservedPaths = registry.NewReserved(segments...)
	if s.spec, err = loadSpec(); err != nil {
		return nil, err
	}
	s.metrics = newMetrics(o.Metrics, o)
	s.sockets = newSockets(o.Broadcaster, o.MaxSockets, o.MaxSocketsPerAddress,
		cmp.Or(o.socketBounds, defaultSocketBounds), o.Logger)
	s.metrics.watchSockets(o.Metrics, s.sockets)
	s.handler, s.gatewayHandler = s.chains(s.router())
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// GatewayHandler is for a listener of the gateway's own. It serves the proxied
// routes, and tells whether the server lives; all else is not found.
func (s *Server) GatewayHandler() http.Handler { return s.gatewayHandler }

// DrainSockets waits for the websockets to end, which the broadcaster has told
// them to, and cuts those that have not when ctx ends.
func (s *Server) DrainSockets(ctx context.Context) { s.sockets.drain(ctx) }

// router has every route of the API, the assets, and problems for the rest.
func (s *Server) router() http.Handler {
	r := chi.NewRouter()
	missing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errNoRoute) })
	r.NotFound(missing)
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, &methodError{allowed: s.routes.methods(r.URL.EscapedPath())})
	})
	assets := s.pages.Assets(missing)
	r.Get("/static/*", assets.ServeHTTP)
	r.Get("/favicon.ico", assets.ServeHTTP)
	strict := gen.NewStrictHandlerWithOptions(s, nil, gen.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  s.failBody,
		ResponseErrorHandlerFunc: s.fail,
	})
	gen.HandlerWithOptions(strict, gen.ChiServerOptions{
		// Who calls is asked before anything of the call is judged. The
		// middlewares come after the parameters.
		BaseRouter:       r.With(s.authorize),
		ErrorHandlerFunc: s.failParameter,
		Middlewares:      []gen.MiddlewareFunc{s.readBody},
	})
	return r
}
