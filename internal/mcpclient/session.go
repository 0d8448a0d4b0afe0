package mcpclient

import (
	"context"
	"net/http"
	"slices"
)

// Header fields of the streamable transport.
const (
	headerSession  = "Mcp-Session-Id"
	headerRevision = "Mcp-Protocol-Version"
	headerMethod   = "Mcp-Method"
	headerName     = "Mcp-Name"
	// headerParam begins the name of a header that repeats an argument.
	headerParam = "Mcp-Param-"
)

const (
	// maxSessions bounds the sessions that are given back in one talk; a
	// server that hands out more has itself to blame.
	maxSessions = 8
	// maxSessionBytes bounds a session id.
	maxSessionBytes = 1024
)

// session is a session id that a server gave, and where.
type session struct {
	url, id string
	// revision is what was negotiated; "" where nothing was.
	revision string
}

// noteSession keeps a session id that a response brings without having been
// asked with one. Some servers make a session of any request and tell so even
// in an error.
func (k *talk) noteSession(r request, resp *http.Response) {
	id := resp.Header.Get(headerSession)
	if id == "" || len(id) > maxSessionBytes || r.header.Get(headerSession) != "" {
		return
	}
	known := slices.ContainsFunc(k.sessions, func(s session) bool { return s.id == id })
	if !known && len(k.sessions) < maxSessions {
		k.sessions = append(k.sessions, session{url: r.url, id: id})
	}
}

// agreed notes the revision of a session, which its DELETE must name.
func (k *talk) agreed(id, revision string) {
	for i := range k.sessions {
		if k.sessions[i].id == id {
			k.sessions[i].revision = revision
		}
	}
}

// farewell ends every session of the talk, whatever became of ctx, within
// farewellTime altogether. A server may refuse the DELETE; that is its right.
func (k *talk) farewell(ctx context.Context) {
	if len(k.sessions) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewellTime)
	defer cancel()
	for _, s := range slices.Clone(k.sessions) {
		header := http.Header{headerSession: {s.id}}
		if s.revision >= firstWithHeader {
			header.Set(headerRevision, s.revision)
		}
		rep, err := k.send(ctx, request{method: http.MethodDelete, url: s.url, header: header})
		if err != nil {
			k.client.log.DebugContext(ctx, "an upstream session was not ended", "url", shown(s.url), "error", redactError(err, k.headers))
			continue
		}
		rep.done()
	}
}
