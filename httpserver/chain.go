package httpserver

import "net/http"

// chains are what the server's own listener serves, and what one of the
// gateway's own does. The proxied routes are at one of the two.
func (s *Server) chains(router http.Handler) (main, gateway http.Handler) {
	main = s.chain(s.hosts, router)
	gateway = s.chain(s.gatewayHosts, s.onlyProbes(router))
	if s.o.Gateway == nil {
		return main, gateway
	}
	proxied := http.HandlerFunc(s.serveProxied)
	if s.o.SeparateGateway {
		return main, s.split(proxied, gateway)
	}
	return s.split(proxied, main), s.split(proxied, gateway)
}

// split sends requests for services one way and all others the other.
func (s *Server) split(proxied, others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.IsProxied(r) {
			proxied.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

// chain puts around every route of ours what holds for all of them, outermost
// last.
func (s *Server) chain(known hosts, h http.Handler) http.Handler {
	h = compress(h)
	h = s.joinServicePath(h)
	h = s.limit(h)
	h = s.refuseCrossOrigin(known, h)
	h = s.checkHost(known, h)
	h = s.recoverPanics(h)
	h = securityHeaders(h)
	h = s.countFailedSockets(h)
	h = nameRoute(h)
	h = s.observe(h)
	return limitTime(h)
}

// onlyProbes leaves of the routes those that tell whether the server lives.
func (s *Server) onlyProbes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/livez", "/readyz", "/health":
			next.ServeHTTP(w, r)
		default:
			callOf(r.Context()).wantsPage = false
			s.fail(w, r, errGatewayOnly)
		}
	})
}
