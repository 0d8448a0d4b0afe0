package httpserver

import (
	"net/http"
	"strings"
)

// What pages of the allowed origins may do on proxied routes, by the Fetch
// standard (fetch.spec.whatwg.org, section 3.3). They bring a token: nothing
// here lets them use a cookie (there is no Access-Control-Allow-Credentials).
const (
	corsMethods = "GET, POST, DELETE"
	corsHeaders = "Authorization, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name"
	corsExposed = "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate, X-Request-Id, Retry-After"
	// corsMaxAge is how long a browser may remember a preflight, in seconds.
	corsMaxAge = "3600"
)

// Tools may ask for headers of their own, which have this prefix.
const paramPrefix = "mcp-param-"

// Bounds of the headers that a preflight asks for and that are sent back.
const (
	maxParamHeaders = 32
	maxParamHeader  = 128 // Bytes.
)

// cors lets the pages of the allowed origins call, and says whether the request
// was a preflight, which it has answered. It comes after the check of hosts, and
// before anything that may refuse the call: a page can only read the answers
// that say that it may.
func (s *Server) cors(w http.ResponseWriter, r *http.Request) (answered bool) {
	if len(s.gatewayHosts.pages) == 0 {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if !s.gatewayHosts.pages[origin] {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		limitAnswer(w) // Nobody said who calls, and there may be a body.
		preflight(h, r)
		w.WriteHeader(http.StatusNoContent)
		return true
	}
	h.Set("Access-Control-Expose-Headers", corsExposed)
	return false
}

// preflight says what a page may send. A browser sends no credentials with the
// question, and compares the answer with what it wants.
func preflight(h http.Header, r *http.Request) {
	h.Add("Vary", "Access-Control-Request-Headers")
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", strings.Join(append([]string{corsHeaders}, paramHeaders(r.Header)...), ", "))
	h.Set("Access-Control-Max-Age", corsMaxAge)
	// A page of the public network may call into a private one only if asked
	// for (wicg.github.io/private-network-access).
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		h.Set("Access-Control-Allow-Private-Network", "true")
	}
}

// paramHeaders are the headers of tools that a preflight asks for.
func paramHeaders(asked http.Header) []string {
	var names []string
	for _, list := range asked.Values("Access-Control-Request-Headers") {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			if isParamHeader(name) && len(names) < maxParamHeaders {
				names = append(names, name)
			}
		}
	}
	return names
}

// isParamHeader says whether the name is that of a tool's header: the prefix
// and a token (RFC 9110, section 5.6.2).
func isParamHeader(name string) bool {
	if len(name) <= len(paramPrefix) || len(name) > maxParamHeader || !strings.EqualFold(name[:len(paramPrefix)], paramPrefix) {
		return false
	}
	for _, c := range name {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", c) {
			return false
		}
	}
	return true
}
