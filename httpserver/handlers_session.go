package httpserver

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetLoginPage is GET /login.
func (s *Server) GetLoginPage(ctx context.Context, req gen.GetLoginPageRequestObject) (gen.GetLoginPageResponseObject, error) {
	if !callOf(ctx).principal.IsZero() {
		return toDashboard(), nil
	}
	view := web.LoginPage{
		Shell: s.shell(ctx, "Sign in"),
		Error: registry.Text(req.Params.Error),
		Next:  localTarget(registry.Text(req.Params.Next)),
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Login(w, view) }}, nil
}

// Login is POST /login.
func (s *Server) Login(ctx context.Context, req gen.LoginRequestObject) (gen.LoginResponseObject, error) {
	c := callOf(ctx)
	var form gen.LoginForm
	if req.Body != nil {
		form = *req.Body
	}
	next := localTarget(registry.Text(form.Next))
	token, expires, err := s.o.Admin.Login(ctx, c.client, form.Username, form.Password)
	s.logLogin(ctx, c, form.Username, err)
	if errors.Is(err, auth.ErrBadLogin) {
		query := "error=Invalid+username+or+password"
		if next != "/" {
			query += "&next=" + url.QueryEscape(next)
		}
		return sessionSeeOther("/login?"+query, ""), nil
	}
	if err != nil {
		return nil, &redrawError{err: err, draw: func(w io.Writer, c *call, p web.Problem) error {
			return s.pages.Login(w, web.LoginPage{Shell: s.shellOf(c, "Sign in"), Username: form.Username, Next: next, Error: p.Detail})
		}}
	}
	if err := s.endSessions(ctx, c); err != nil { // The new one takes their place.
		return nil, err
	}
	c.principal = auth.NewUser(form.Username)
	return sessionSeeOther(next, s.sessionCookie(c, token, expires)), nil
}

// logLogin tells of a login, and warns of one that failed or came too often.
// The name is the caller's word.
func (s *Server) logLogin(ctx context.Context, c *call, user string, err error) {
	attrs := []slog.Attr{
		slog.String("user", forLog(auth.HideSecret(user))),
		slog.String("client", c.client.String()),
		slog.String("request_id", c.id),
	}
	// Any other error is no fault of the caller's, and the access log has it.
	switch _, throttled := errors.AsType[*auth.ThrottledError](err); {
	case err == nil:
		s.log.LogAttrs(ctx, slog.LevelInfo, "signed in", attrs...)
	case throttled:
		s.log.LogAttrs(ctx, slog.LevelWarn, "a sign-in was refused: too many failed", attrs...)
	case errors.Is(err, auth.ErrBadLogin):
		s.log.LogAttrs(ctx, slog.LevelWarn, "a sign-in failed", attrs...)
	}
}

// Logout is POST /logout.
func (s *Server) Logout(ctx context.Context, _ gen.LogoutRequestObject) (gen.LogoutResponseObject, error) {
	c := callOf(ctx)
	if err := s.endSessions(ctx, c); err != nil {
		return nil, err
	}
	return sessionSeeOther("/login", s.sessionCookie(c, "", time.Time{})), nil
}

// sessionSeeOther redirects and, unless cookie is empty, sets it.
func sessionSeeOther(location, cookie string) gen.SessionSeeOtherResponse {
	r := gen.SessionSeeOtherResponse{Headers: gen.SessionSeeOtherResponseHeaders{Location: location}}
	if cookie != "" {
		r.Headers.SetCookie = &cookie
	}
	return r
}
