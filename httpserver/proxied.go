package httpserver

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// Proxied routes are those that begin with a service's path. They share the
// listener with the dashboard, or have their own, and differ from all other
// routes in whom they let in and in how long they may take.

// gatewayRoute is the route of every proxied request, in logs and metrics:
// callers choose the path.
const gatewayRoute = "gateway"

// reservedSegments are first segments that are never a service's, in small
// letters.
type reservedSegments map[string]struct{}

// longestReserved is room for the longest of them.
const longestReserved = 32

func newReservedSegments(names []string) (reservedSegments, error) {
	reserved := make(reservedSegments, len(names))
	for _, name := range names {
		if len(name) > longestReserved {
			return nil, fmt.Errorf("the route %q is too long to be recognised: raise longestReserved", name)
		}
		reserved[strings.ToLower(name)] = struct{}{}
	}
	return reserved, nil
}

// has says whether the segment is one of them, in any case.
func (names reservedSegments) has(segment string) bool {
	if len(segment) > longestReserved {
		return false
	}
	var lower [longestReserved]byte
	for i := range len(segment) {
		c := segment[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	_, ok := names[string(lower[:len(segment)])]
	return ok
}

// IsProxied says whether the request is for a service: its path has a first
// segment, which is not reserved. There need be no such service. It allocates
// nothing.
func (s *Server) IsProxied(r *http.Request) bool {
	path, rooted := strings.CutPrefix(r.URL.Path, "/")
	first, _, _ := strings.Cut(path, "/")
	return rooted && first != "" && !s.reserved.has(first)
}

// gatewayScopes suffice for proxied routes.
var gatewayScopes = []auth.Scope{auth.ScopeAdmin, auth.ScopeGateway}

// authenticateProxied finds out who calls a service, and fails for those who
// may not call any. Whether the principal reaches the service is for the caller
// to ask. Where the gateway is open everybody may call, and whoever cannot be
// recognised is nobody.
func (s *Server) authenticateProxied(r *http.Request, c *call) error {
	err := s.recogniseProxied(r, c)
	switch {
	case s.o.OpenGateway:
		if err != nil {
			c.principal, c.token = auth.Principal{}, ""
			if !errors.Is(err, auth.ErrBadToken) {
				c.failure = err
			}
		}
		// Not even here may any page that somebody visits make calls.
		if !s.fromOwnPage(r, c) && !s.gatewayHosts.pages[r.Header.Get("Origin")] {
			return errForeignPage
		}
		return nil
	case err != nil:
		return err
	case c.principal.IsZero():
		return errNotSignedIn
	case !slices.Contains(gatewayScopes, c.principal.Scope):
		return &scopeError{has: c.principal.Scope, wants: gatewayScopes}
	}
	return nil
}

// recogniseProxied fills in the principal, if a token or a session is good.
//
// A browser adds the cookie to whatever any page has it ask for, and SameSite
// knows no ports: a page of another program on this machine is of our site. So
// the cookie counts only where no other origin's page can be behind the
// request. A token is no cookie: who sends it knows it.
func (s *Server) recogniseProxied(r *http.Request, c *call) error {
	if !c.program && !s.fromOwnPage(r, c) {
		return nil
	}
	return s.authenticate(r, c)
}

// fromOwnPage says whether the request comes from a page of the very origin
// that it asks, or from no page at all.
//
//   - Sec-Fetch-Site, where there is one, is the browser's own word. It tells of
//     what Origin does not: links, images, redirects. "none" is a person who
//     typed the address.
//   - Origin is in every request of a script to another origin, in every one
//     that is not a GET or HEAD, and in no other program's.
//   - Browsers send no Sec-Fetch-Site to a plain http address other than
//     loopback. A GET that a page there causes without a script has neither
//     header and passes; the page cannot read the answer.
func (s *Server) fromOwnPage(r *http.Request, c *call) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return false
	}
	origins := r.Header.Values("Origin")
	return len(origins) == 0 || len(origins) == 1 && s.gatewayHosts.isOwn(origins[0], r.Host, c.tls)
}
