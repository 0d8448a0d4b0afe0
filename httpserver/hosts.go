package httpserver

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// hosts are the names a request may call the server by. A page of another
// site whose name was made to resolve to us (DNS rebinding) names its own.
type hosts struct {
	names map[string]bool
	// trusted is the origin of the public URL, for browsers that know the
	// server behind a proxy by another scheme or port.
	trusted string
	// pages are the origins of pages that may call services, as browsers write
	// them. Only proxied routes have any.
	pages map[string]bool
}

func newHosts(listen string, public *url.URL, allowed []string) hosts {
	h := hosts{names: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}}
	if host, _, err := net.SplitHostPort(listen); err == nil && host != "" {
		h.names[canonicalHost(host)] = true
	}
	if public != nil {
		h.names[canonicalHost(public.Hostname())] = true
		h.trusted = originOf(public)
	}
	for _, name := range allowed {
		h.names[canonicalHost(name)] = true
	}
	return h
}

// allows says whether hostport, of a Host header or an origin, is one of ours.
// The very address that a connection came in at is too: a name can be made to
// resolve to anything, a number cannot.
func (h hosts) allows(hostport string, local net.Addr) bool {
	host := hostport
	if name, _, err := net.SplitHostPort(hostport); err == nil {
		host = name
	}
	host = canonicalHost(host)
	if h.names[host] {
		return true
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	tcp, ok := local.(*net.TCPAddr)
	return ok && tcp.AddrPort().Addr().Unmap() == addr.Unmap()
}

// withPages are the hosts, along with pages of these origins.
func (h hosts) withPages(origins []string) hosts {
	h.pages = make(map[string]bool, len(origins))
	for _, origin := range origins {
		h.pages[origin] = true
	}
	return h
}

// allowsOrigin says whether an Origin header names one of our hosts, or a page
// that may call.
func (h hosts) allowsOrigin(origin string, local net.Addr) bool {
	if h.pages[origin] {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return h.allows(u.Host, local)
}

// sameOrigin says whether the request comes from our own pages, or from no page
// at all. SameSite cookies know no ports: a page of any program on this machine
// can send them along when it opens a websocket, and read what comes.
func (h hosts) sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || origin == h.trusted {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// isOwn says whether the origin is the very one that the caller asks: the host,
// as its Host header has it, and whether by TLS.
func (h hosts) isOwn(origin, host string, tls bool) bool {
	u := url.URL{Scheme: "http", Host: host}
	if tls {
		u.Scheme = "https"
	}
	return origin == h.trusted && origin != "" || origin == originOf(&u)
}

// originOf is the URL's origin as browsers write it: in small letters, and
// without the scheme's own port (RFC 6454, section 6.1).
func originOf(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := u.Port(); scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return scheme + "://" + host
}

func canonicalHost(host string) string {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

func localAddr(r *http.Request) net.Addr {
	addr, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return addr
}

// check fails for a request that names a foreign host, or comes from a page of
// a foreign origin. proxied is whether it is for a service.
func (h hosts) check(r *http.Request, proxied bool) error {
	local := localAddr(r)
	if !h.allows(r.Host, local) {
		return errForeignHost
	}
	origins := r.Header.Values("Origin")
	switch {
	case len(origins) == 0 || len(origins) == 1 && h.allowsOrigin(origins[0], local):
		return nil
	case proxied:
		return errForeignPage
	}
	return errForeignOrigin
}

// checkHost is check for every route of ours. Liveness and readiness are asked
// by address and answer any.
func (s *Server) checkHost(h hosts, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/livez" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		if err := h.check(r, false); err != nil {
			s.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuseCrossOrigin refuses what changes something when a browser says that
// another site's page sends it. A token is no cookie: no browser adds it to a
// page's request by itself, and next to one no cookie counts.
func (s *Server) refuseCrossOrigin(known hosts, next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	if known.trusted != "" {
		// It is an origin by construction, which is all that is required.
		_ = guard.AddTrustedOrigin(known.trusted)
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errForeignOrigin) }))
	guarded := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if callOf(r.Context()).program {
			next.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}
