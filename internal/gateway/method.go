package gateway

import (
	"net/http"
	"slices"
	"strings"
)

// refusedMethods are never forwarded: TRACE and its kin answer with the request
// as it arrived, our headers towards the upstream among them, and CONNECT asks
// for a tunnel (RFC 9110, sections 9.3.6 and 9.3.8).
var refusedMethods = []string{http.MethodTrace, "TRACK", "DEBUG", http.MethodConnect} // Never changed.

// usualMethods are what the refusal names instead.
var usualMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} // Never changed.

// checkMethod fails with a *[MethodError] for methods that must not reach an
// upstream, in any case of letters.
func checkMethod(method string) error {
	if slices.ContainsFunc(refusedMethods, func(m string) bool { return strings.EqualFold(m, method) }) {
		return &MethodError{Allowed: usualMethods}
	}
	return nil
}
