package httpserver

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Forwarder answers requests to services; [gateway.Gateway] is the one there is
// outside tests.
type Forwarder interface {
	Forward(w http.ResponseWriter, r *http.Request, c *gateway.Caller, report *gateway.Report) error
	// ServiceOf is the service of the request's path; empty if there is none.
	ServiceOf(r *http.Request) registry.Path
}

// serveProxied answers a request to a service. What [Server.chain] puts around
// other routes stands here in one piece, without a copy of the request for each:
// nearly all requests are tool calls. A stream may last for hours and a body may
// be large: how long either may be is the gateway's to say.
func (s *Server) serveProxied(w http.ResponseWriter, r *http.Request) {
	all := new(struct {
		call   call
		rec    recorder
		caller gateway.Caller
	})
	c, rec := &all.call, &all.rec
	rec.ResponseWriter = w
	s.begin(c, r)
	c.proxied, c.route = true, gatewayRoute
	w.Header().Set("X-Request-Id", c.id)
	// What a service answers shares its origin with the dashboard, and must be
	// powerless there.
	gateway.Protect(w.Header())
	defer s.end(c, rec) //nolint:contextcheck // The call has it.
	defer s.recoverPanic(c, rec, r)
	if err := s.gatewayHosts.check(r, true); err != nil {
		s.failCall(c, rec, r, err)
		return
	}
	if s.cors(rec, r) {
		return
	}
	err := s.authenticateProxied(r, c)
	if err == nil {
		s.introduce(&all.caller, r, c)
		err = s.o.Gateway.Forward(rec, r, &all.caller, &c.report)
	}
	if err != nil {
		s.refuseProxied(c, rec, r, err)
	}
}

// refuseProxied answers in place of an upstream. A service is for programs, and
// gets problems; people see a page only where there is no service, and the login
// form before that, if it is at this address.
func (s *Server) refuseProxied(c *call, w http.ResponseWriter, r *http.Request, err error) {
	if c.report.Service == "" {
		// The log names the service also where the caller must not learn that
		// there is one.
		c.report.Service = s.o.Gateway.ServiceOf(r)
	}
	if upstream, ok := errors.AsType[*gateway.UpstreamError](err); ok {
		c.cause = upstream.Unwrap()
	}
	switch {
	case s.o.SeparateGateway:
		c.wantsPage = false
	case !c.wantsPage, errors.Is(err, errNotSignedIn):
	case errors.Is(err, registry.ErrNotFound):
		setPageHeaders(w.Header())
		err = errNoRoute
	default:
		c.wantsPage = false
	}
	s.failCall(c, w, r, err)
}

// introduce fills in what the upstream is told of the caller. What a trusted
// proxy says of where a request comes from is passed on, with its own address.
func (s *Server) introduce(caller *gateway.Caller, r *http.Request, c *call) {
	caller.Principal, caller.RequestID = c.principal, c.id
	caller.ForwardedFor, caller.ForwardedHost, caller.ForwardedProto = c.address, r.Host, "http"
	if c.tls {
		caller.ForwardedProto = "https"
	}
	if len(s.o.TrustedProxies) == 0 {
		return
	}
	if peer := peerOf(r); s.trusts(peer) {
		hops := append(slices.Clone(r.Header.Values("X-Forwarded-For")), peer.String())
		caller.ForwardedFor = strings.Join(hops, ", ")
		if given := r.Header.Get("X-Forwarded-Host"); given != "" {
			caller.ForwardedHost = given
		}
	}
}
