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
	Forward(w http.ResponseWriter, r *http.Request, c gateway.Caller, report *gateway.Report) error
	// ServiceOf is the service of the request's path; empty if there is none.
	ServiceOf(r *http.Request) registry.Path
}

// serveProxied answers a request with what the upstream of its service says, if
// the caller may use it.
func (s *Server) serveProxied(w http.ResponseWriter, r *http.Request) {
	c := callOf(r.Context())
	err := s.authenticateProxied(r, c)
	if err == nil {
		err = s.o.Gateway.Forward(w, r, s.callerOf(r, c), &c.report)
	}
	if err != nil {
		s.refuseProxied(w, r, err)
	}
}

// refuseProxied answers in place of an upstream. A service is for programs, and
// gets problems; people see a page only where there is no service, and the login
// form before that, if it is at this address.
func (s *Server) refuseProxied(w http.ResponseWriter, r *http.Request, err error) {
	c := callOf(r.Context())
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
	s.fail(w, r, err)
}

// callerOf is what the upstream is told of the caller. What a trusted proxy
// says of where a request comes from is passed on, with its own address.
func (s *Server) callerOf(r *http.Request, c *call) gateway.Caller {
	caller := gateway.Caller{
		Principal:      c.principal,
		RequestID:      c.id,
		ForwardedFor:   c.client.String(),
		ForwardedHost:  r.Host,
		ForwardedProto: "http",
	}
	if c.tls {
		caller.ForwardedProto = "https"
	}
	if len(s.o.TrustedProxies) == 0 {
		return caller
	}
	if peer := peerOf(r); s.trusts(peer) {
		hops := append(slices.Clone(r.Header.Values("X-Forwarded-For")), peer.String())
		caller.ForwardedFor = strings.Join(hops, ", ")
		if given := r.Header.Get("X-Forwarded-Host"); given != "" {
			caller.ForwardedHost = given
		}
	}
	return caller
}
