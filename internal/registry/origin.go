package registry

import (
	"net/url"
	"strings"
)

// SameOrigin says whether two upstreams have one scheme, host and port, and so
// lead to one server.
func SameOrigin(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Scheme == y.Scheme &&
		strings.EqualFold(x.Hostname(), y.Hostname()) && portOf(x) == portOf(y)
}

// portOf is the port, the scheme's own where the URL names none.
func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}
