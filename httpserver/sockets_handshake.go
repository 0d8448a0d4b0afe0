package httpserver

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/gorilla/websocket"
)

// socketPath is where health subscribers connect.
const socketPath = "/ws/health_status"

// Faults of a handshake. Each is a row in the table of errors.
var (
	errNoUpgrade     = errors.New("websocket handshake without upgrade")
	errSocketVersion = errors.New("unknown websocket version")
	errBadHandshake  = errors.New("bad websocket handshake")
)

// asksForSocket says whether the request means to open a websocket, even if a
// proxy dropped half of its headers on the way: then an answer in JSON would
// only puzzle.
func asksForSocket(r *http.Request) bool {
	return r.Method == http.MethodGet &&
		(websocket.IsWebSocketUpgrade(r) ||
			strings.EqualFold(r.Header.Get("Upgrade"), "websocket") ||
			r.Header.Get("Sec-Websocket-Key") != "" ||
			r.Header.Get("Sec-Websocket-Version") != "")
}

// checkHandshake looks at what RFC 6455, section 4.2.1, asks for, so that each
// fault gets an answer of its own. The upgrade itself looks again, and says
// the same of all.
func checkHandshake(r *http.Request) error {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-Websocket-Key"))
	switch {
	case !r.ProtoAtLeast(1, 1) || !websocket.IsWebSocketUpgrade(r):
		return errNoUpgrade
	case r.Header.Get("Sec-Websocket-Version") != "13":
		return errSocketVersion
	case err != nil || len(key) != 16:
		return errBadHandshake
	}
	return nil
}

// countFailedSockets counts whoever asks for a socket and gets another answer,
// from whichever part of the server.
func (s *Server) countFailedSockets(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asks := r.URL.Path == socketPath && asksForSocket(r)
		next.ServeHTTP(w, r)
		if rec, ok := w.(*recorder); ok && asks && rec.code() != http.StatusSwitchingProtocols {
			s.sockets.failed.Add(1)
		}
	})
}
