package gateway

import (
	"net/http"
	"slices"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// fields makes those of the upstream's request: the caller's that may pass, what
// we say of the caller, and the service's own, which take the place of all that
// some server takes for the same. session is the upstream's own session id, if
// there is one.
func (x *exchange) fields(session string) {
	x.room.request = x.room.request[:0]
	in := x.request
	named := namedIn(in.Header)
	for name, values := range in.Header {
		if keptFromUpstream(name) || named[name] || name == "Accept-Encoding" && in.Method == http.MethodGet {
			continue // A stream of events is looked at, and so must not be compressed.
		}
		for _, v := range values {
			x.say(name, v)
		}
	}
	if session != "" {
		x.say(sessionHeader, session)
	}
	x.say("X-Forwarded-For", x.caller.ForwardedFor)
	x.say("X-Forwarded-Host", x.caller.ForwardedHost)
	x.say("X-Forwarded-Proto", x.caller.ForwardedProto)
	x.say("X-Request-Id", x.caller.RequestID)
	for name, value := range x.route.headers.All() {
		x.room.request = append(x.room.request, httpfield.Field{Name: name, Value: value})
	}
}

// say adds a field, unless the service has its own.
func (x *exchange) say(name, value string) {
	for _, own := range x.route.headers.Names() {
		if dashed(name) == dashed(own) {
			return
		}
	}
	x.room.request = append(x.room.request, httpfield.Field{Name: name, Value: value})
}

// says says whether a field of the name goes to the upstream.
func (x *exchange) says(name string) bool {
	return slices.ContainsFunc(x.room.request, func(f httpfield.Field) bool { return f.Name == name })
}

// header is the fields as the transport takes them.
func (x *exchange) header() http.Header {
	h := make(http.Header, len(x.room.request)+1)
	h["User-Agent"] = nil // The transport would name itself.
	for _, f := range x.room.request {
		h[f.Name] = append(h[f.Name], f.Value)
	}
	if _, given := h[replayHeader]; x.again && !given {
		h[replayHeader] = nil
	}
	return h
}
