package gateway

import (
	"net/http"
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
	name = dashed(name)
	switch name {
	case "Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect", "Content-Length", "Host",
		"Cookie", "Authorization", "Origin", "Referer", "Forwarded", "X-Real-Ip",
		"X-Original-Url", "X-Rewrite-Url", // Some frameworks take these for the path.
		"X-Request-Id", sessionHeader:
		return true
	}
	return strings.HasPrefix(name, "Proxy-") || strings.HasPrefix(name, "Sec-Fetch-") ||
		strings.HasPrefix(name, "X-Forwarded-")
}

// dashed is a header's name as servers see it that tell no underscore from a
// dash (CGI, WSGI).
func dashed(name string) string {
	if !strings.Contains(name, "_") {
		return name
	}
	return http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))
}

// keptFromCaller says whether a response's header, in canonical form, stays
// here: hop-by-hop, and what would speak to a browser, or to a proxy in front
// of us, for our origin.
func keptFromCaller(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Trailer", "Transfer-Encoding", "Upgrade",
		"Set-Cookie", "Set-Cookie2", "Clear-Site-Data", "Strict-Transport-Security", "Public-Key-Pins", "Expect-Ct",
		"Service-Worker-Allowed", "Alt-Svc", "Refresh", "Link", "Sourcemap", "Location",
		"Use-As-Dictionary", "No-Vary-Search", "Set-Login", "Secure-Session-Registration", "Sec-Session-Registration",
		"Nel", "Report-To", "Reporting-Endpoints", "Origin-Agent-Cluster", "Document-Policy", "Permissions-Policy",
		"Feature-Policy", "Referrer-Policy", "Accept-Ch", "Critical-Ch", "Speculation-Rules", "Supports-Loading-Mode",
		"Content-Security-Policy", "Content-Security-Policy-Report-Only", "X-Content-Type-Options", "X-Frame-Options",
		"Www-Authenticate", "Authentication-Info", "X-Request-Id", "X-Sendfile", "X-Accel-Redirect", "X-Lighttpd-Send-File", "X-Reproxy-Url", sessionHeader:
		return true
	}
	return strings.HasPrefix(name, "Access-Control-") || strings.HasPrefix(name, "Proxy-") ||
		strings.HasPrefix(name, "Cross-Origin-")
}

const eventStream = "text/event-stream"

// isEventStream says whether some client may take a response for one. Clients
// differ: some look for the words anywhere, in any of several values.
func isEventStream(h http.Header) bool { return mentions(h["Content-Type"], eventStream) }

// asksForEvents says whether a client may take whatever comes for an event
// stream, as the SDK for Go does.
func asksForEvents(h http.Header) bool { return mentions(h["Accept"], eventStream) }

// mentions says whether a value contains the words, which are in small letters.
func mentions(values []string, words string) bool {
	for _, v := range values {
		if strings.Contains(v, words) || strings.Contains(strings.ToLower(v), words) {
			return true
		}
	}
	return false
}

// copyHeader copies what may pass of a response. The values are shared: nobody
// changes them.
func copyHeader(to, from http.Header) {
	named := namedIn(from)
	for name, values := range from {
		if !keptFromCaller(name) && !named[name] {
			to[name] = values
		}
	}
}

// namedIn has what Connection names, which is for this hop only (RFC 9110,
// section 7.6.1).
func namedIn(h http.Header) map[string]bool {
	var named map[string]bool
	for _, list := range h["Connection"] {
		if strings.EqualFold(list, "keep-alive") {
			continue
		}
		for name := range strings.SplitSeq(list, ",") {
			if named == nil {
				named = make(map[string]bool)
			}
			named[http.CanonicalHeaderKey(strings.TrimSpace(name))] = true
		}
	}
	return named
}
