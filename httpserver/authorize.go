package httpserver

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// cookieName is the session's cookie, as the API documents it.
const cookieName = "mcp_gateway_session"

// maxCookies bounds the session cookies of one request that are tried.
const maxCookies = 4

// authorize finds out who is calling, and turns away strangers, and tokens of
// another scope, from what the OpenAPI document does not call public.
func (s *Server) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		pattern := chi.RouteContext(r.Context()).RoutePattern()
		op, known := s.routes.find(pattern, r.Method)
		if err := s.authenticate(r, c); err != nil {
			if !op.anonymous {
				s.fail(w, r, err)
				return
			}
			if !errors.Is(err, auth.ErrBadToken) {
				c.failure = err // Whoever it is may do this; say so in the log.
			}
		}
		open := known && op.public
		switch pattern {
		case "/metrics":
			open = open || s.o.PublicMetrics
		case socketPath:
			open = open && !s.o.SocketsNeedAuth
		}
		switch {
		case open:
		case c.principal.IsZero():
			if pageRoutes[pattern] && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
				s.toLogin(w, r)
			} else {
				s.fail(w, r, errNotSignedIn)
			}
			return
		case !slices.Contains(op.scopes, c.principal.Scope):
			s.fail(w, r, &scopeError{has: c.principal.Scope, wants: op.scopes})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// authenticate fills in the principal of a request whose token or session is
// good. Once there is a token no cookie counts: refuseCrossOrigin relies on it.
// A session that is none is nobody's; a token that is none is an error.
func (s *Server) authenticate(r *http.Request, c *call) error {
	if c.program {
		principal, err := s.o.Tokens.Authenticate(c.presented)
		c.principal, c.token = principal, c.presented
		return err
	}
	return s.authenticateSession(r, c)
}

// bearer is the token of Authorization: Bearer (RFC 6750, section 2.1), and
// whether there is such a header. Several are one bad token.
func bearer(r *http.Request) (secret string, ok bool) {
	given := r.Header.Values("Authorization")
	for _, value := range given {
		scheme, text, _ := strings.Cut(strings.TrimSpace(value), " ")
		if strings.EqualFold(scheme, "Bearer") {
			secret, ok = strings.TrimSpace(text), true
		}
	}
	if len(given) > 1 {
		secret = ""
	}
	return secret, ok
}

// authenticateSession tries the cookies. A browser may send several of the
// name, the stale one first (RFC 6265, section 5.4), as when one was set for a
// path or for a parent domain.
func (s *Server) authenticateSession(r *http.Request, c *call) error {
	for _, token := range sessionTokens(r) {
		principal, err := s.o.Sessions.Authenticate(r.Context(), token)
		if errors.Is(err, auth.ErrNoSession) {
			continue
		}
		if err == nil {
			c.principal, c.session = principal, token
		}
		return err
	}
	return nil
}

// sessionTokens are those of the request's cookies, good or not.
func sessionTokens(r *http.Request) []string {
	cookies := r.CookiesNamed(cookieName)
	var tokens []string
	for _, cookie := range cookies[:min(len(cookies), maxCookies)] {
		tokens = append(tokens, cookie.Value)
	}
	return tokens
}

// endSessions ends every session that the caller sent: were one left, the next
// request would find it.
func (s *Server) endSessions(ctx context.Context, c *call) error {
	if c.session == "" {
		return nil
	}
	for _, token := range sessionTokens(c.request) {
		if err := s.o.Sessions.Revoke(ctx, token); err != nil {
			return err
		}
	}
	return nil
}

// pageRoutes are asked for by people, whatever their Accept says.
var pageRoutes = map[string]bool{
	"/":                      true,
	"/register":              true,
	"/edit/{service_path}":   true,
	"/tools/{service_path}":  true,
	"/health/{service_path}": true,
	"/tokens":                true,
}

// toLogin sends somebody to the login form and, for what can be asked for
// again, back here afterwards.
func (s *Server) toLogin(w http.ResponseWriter, r *http.Request) {
	next := "/"
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		next = requestTarget(r)
	}
	// Slashes may stand in a query and read better.
	query := strings.ReplaceAll(url.QueryEscape(next), "%2F", "/")
	w.Header().Set("Location", "/login?next="+query)
	w.WriteHeader(http.StatusSeeOther)
}

// requestTarget is the path and query as the caller sent them.
func requestTarget(r *http.Request) string {
	target := (&url.URL{Path: r.URL.Path, RawPath: strings.ReplaceAll(r.URL.RawPath, "%2F", "/"), RawQuery: r.URL.RawQuery}).RequestURI()
	return localTarget(target)
}

// maxTarget bounds what a login form carries along, in bytes.
const maxTarget = 2048

// localTarget keeps a path on this server and turns all else into "/": not
// //host, nor \ or control bytes, which browsers read as one, nor what a
// Location header cannot hold as it is.
func localTarget(target string) string {
	bad := func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }
	if len(target) > maxTarget || !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.ContainsFunc(target, bad) {
		return "/"
	}
	u, err := url.Parse(target)
	if err != nil || u.IsAbs() || u.Host != "" {
		return "/"
	}
	return target
}

// sessionCookie makes the cookie of a session; no token clears it. It is
// Secure whenever the caller came by TLS.
func (s *Server) sessionCookie(c *call, token string, expires time.Time) string {
	//nolint:gosec // Without TLS there is no Secure to be had.
	cookie := &http.Cookie{
		Name:     cookieName,
		Value:    token,
		Path:     "/",
		Expires:  expires,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
		Secure:   c.tls || s.o.PublicURL != nil && s.o.PublicURL.Scheme == "https",
	}
	if token == "" {
		cookie.MaxAge = -1
	} else {
		cookie.MaxAge = max(1, int(time.Until(expires).Seconds()))
	}
	return cookie.String()
}
