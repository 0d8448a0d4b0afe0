package gateway

import (
	"net/http"
	"slices"
	"strings"
)

// sessionHeader carries the session of streamable HTTP.
const sessionHeader = "Mcp-Session-Id"

// What every proxied response says to a browser: this is no page of ours, and
// nothing in it may run, load or submit. Never changed.
var (
	sandbox    = []string{"sandbox; default-src 'none'"}
	nosniff    = []string{"nosniff"}
	deny       = []string{"DENY"}
	noReferrer = []string{"no-referrer"}
	sameOrigin = []string{"same-origin"}
)

// Protect marks the response of a proxied route, be it the upstream's or a
// problem. It must be called before [Gateway.Forward], which lets no header of
// an upstream take the place of these.
func Protect(h http.Header) {
	h["Content-Security-Policy"] = sandbox
	h["X-Content-Type-Options"] = nosniff
	h["X-Frame-Options"] = deny
	h["Referrer-Policy"] = noReferrer
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	h["Cross-Origin-Resource-Policy"] = sameOrigin
}

// keptFromUpstream says whether a request's header, in canonical form, stays
// here: hop-by-hop (RFC 9110, section 7.6.1), the caller's secrets, what tells
// where the caller comes from, and what we say ourselves.
func keptFromUpstream(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect", "Content-Length", "Host",
		"Cookie", "Authorization", "Origin", "Referer", "Forwarded", "X-Real-Ip",
		"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id", sessionHeader:
		return true
	}
	return strings.HasPrefix(name, "Proxy-") || strings.HasPrefix(name, "Sec-Fetch-")
}

// keptFromCaller says whether a response's header, in canonical form, stays
// here: hop-by-hop, and what would speak to a browser, or to a proxy in front
// of us, for our origin.
func keptFromCaller(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Trailer", "Transfer-Encoding", "Upgrade",
		"Set-Cookie", "Set-Cookie2", "Clear-Site-Data", "Strict-Transport-Security", "Public-Key-Pins", "Expect-Ct",
		"Service-Worker-Allowed", "Alt-Svc", "Refresh", "Link", "Sourcemap", "Location",
		"Nel", "Report-To", "Reporting-Endpoints", "Origin-Agent-Cluster", "Document-Policy", "Permissions-Policy",
		"Feature-Policy", "Referrer-Policy", "Accept-Ch", "Critical-Ch", "Speculation-Rules", "Supports-Loading-Mode",
		"Content-Security-Policy", "Content-Security-Policy-Report-Only", "X-Content-Type-Options", "X-Frame-Options",
		"Www-Authenticate", "Authentication-Info", "X-Request-Id", "X-Sendfile", "X-Accel-Redirect", sessionHeader:
		return true
	}
	return strings.HasPrefix(name, "Access-Control-") || strings.HasPrefix(name, "Proxy-") ||
		strings.HasPrefix(name, "Cross-Origin-")
}

// copyHeader copies what may pass. The values are shared: nobody changes them.
func copyHeader(to, from http.Header, kept func(string) bool) {
	// What Connection names is for this hop as well.
	var named []string
	for _, list := range from["Connection"] {
		for name := range strings.SplitSeq(list, ",") {
			named = append(named, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	for name, values := range from {
		if !kept(name) && !slices.Contains(named, name) {
			to[name] = values
		}
	}
}
