package httpserver

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetTokensPage is GET /tokens.
func (s *Server) GetTokensPage(ctx context.Context, req gen.GetTokensPageRequestObject) (gen.GetTokensPageResponseObject, error) {
	values := web.TokenValues{Scope: string(auth.ScopeGateway), Expires: expiresDefault}
	if given := registry.Text(req.Params.Service); given != "" {
		values.Services = []string{given}
	}
	view, err := s.tokensPage(ctx, callOf(ctx), values)
	if err != nil {
		return nil, err
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Tokens(w, view) }}, nil
}

// CreateTokenByForm is POST /tokens. Its answer is the only one that shows the
// token.
func (s *Server) CreateTokenByForm(ctx context.Context, req gen.CreateTokenByFormRequestObject) (gen.CreateTokenByFormResponseObject, error) {
	var form gen.TokenForm
	if req.Body != nil {
		form = *req.Body
	}
	draft, err := draftOfTokenForm(form)
	var made auth.Token
	var secret string
	if err == nil {
		made, secret, err = s.o.Tokens.Create(ctx, callOf(ctx).principal.String(), draft)
	}
	if err != nil {
		return nil, s.onTokens(ctx, err, typedToken(form))
	}
	view, err := s.tokensPage(ctx, callOf(ctx), web.TokenValues{Scope: string(auth.ScopeGateway), Expires: expiresDefault})
	if err != nil {
		return nil, err
	}
	view.Title = "Token made"
	view.Made = &web.MadeToken{Token: tokenView(made, time.Now()), Secret: secret}
	for _, path := range view.Made.Services {
		if _, there := slices.BinarySearchFunc(view.Services, path, func(s web.ServiceChoice, path string) int { return strings.Compare(s.Path, path) }); there {
			view.Made.Registered = append(view.Made.Registered, path)
		} else {
			view.Made.Unregistered = append(view.Made.Unregistered, path)
		}
	}
	return page{status: http.StatusCreated, draw: func(w io.Writer) error { return s.pages.Tokens(w, view) }}, nil
}

// RevokeTokenByForm is POST /tokens/revoke/{token_id}.
func (s *Server) RevokeTokenByForm(ctx context.Context, req gen.RevokeTokenByFormRequestObject) (gen.RevokeTokenByFormResponseObject, error) {
	if err := s.o.Tokens.Revoke(ctx, callOf(ctx).principal.String(), req.TokenID); err != nil {
		return nil, s.onTokens(ctx, err, web.TokenValues{Scope: string(auth.ScopeGateway), Expires: expiresDefault})
	}
	return gen.SeeOtherResponse{Headers: gen.SeeOtherResponseHeaders{Location: "/tokens"}}, nil
}

// tokensPage is the view of all tokens, the newest first, and of a form with
// the values in it.
func (s *Server) tokensPage(ctx context.Context, c *call, values web.TokenValues) (web.TokensPage, error) {
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return web.TokensPage{}, err
	}
	chosen := make(map[registry.Path]bool, len(values.Services))
	for _, given := range values.Services {
		if path, err := registry.ParsePath(given); err == nil {
			chosen[path] = true
		}
	}
	view := web.TokensPage{Shell: s.shellOf(c, "Tokens"), Values: values}
	for _, service := range listing.Services {
		view.Services = append(view.Services, web.ServiceChoice{
			Path: string(service.Path), Name: service.Name, Chosen: chosen[service.Path],
		})
	}
	slices.SortFunc(view.Services, func(a, b web.ServiceChoice) int { return strings.Compare(a.Path, b.Path) })
	now := time.Now()
	for _, token := range slices.Backward(s.o.Tokens.List()) {
		view.Tokens = append(view.Tokens, tokenView(token, now))
	}
	return view, nil
}

// onTokens makes an error of a form on the page of tokens show there.
func (s *Server) onTokens(ctx context.Context, err error, values web.TokenValues) error {
	return &redrawError{err: err, draw: func(w io.Writer, c *call, p web.Problem) error {
		view, drawErr := s.tokensPage(ctx, c, values)
		if drawErr != nil {
			return drawErr
		}
		f, _ := failureOf(err)
		view.Errors = make(map[string]string)
		for _, field := range f.fields {
			view.Errors[field.Field] = field.Message
		}
		if len(f.fields) == 0 {
			view.Problem = &p
		}
		return s.pages.Tokens(w, view)
	}}
}

// tokenView is a token as the page shows it.
func tokenView(t auth.Token, now time.Time) web.Token {
	services := make([]string, len(t.Services))
	for i, path := range t.Services {
		services[i] = string(path)
	}
	return web.Token{
		ID: t.ID, Name: t.Name, Scope: string(t.Scope), Services: services,
		CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUsedAt: t.LastUsedAt, Expired: t.Expired(now),
	}
}

// expiresDefault and expiresCustom are values of the form's field expires.
const (
	expiresDefault = "30d"
	expiresCustom  = "custom"
)

// lives are the other values, in days; 0 is for ever.
var lives = map[string]int64{expiresDefault: 30, "90d": 90, "1y": 365, "never": 0}

const (
	secondsPerDay = 24 * 60 * 60
	maxLifeDays   = int64(auth.MaxTokenLife / time.Second / secondsPerDay)
)

// draftOfTokenForm reads what a new token is to be. The error is an
// *[registry.InvalidError] about when it ends; the rest is judged by whoever
// makes the token.
func draftOfTokenForm(f gen.TokenForm) (auth.TokenDraft, error) {
	d := auth.TokenDraft{
		Name:  registry.Text(f.Name),
		Scope: auth.Scope(registry.Text(f.Scope)),
	}
	if f.Services != nil {
		d.Services = *f.Services
	}
	days, known := lives[cmp.Or(f.Expires, expiresDefault)]
	if f.Expires == expiresCustom {
		given, err := strconv.ParseInt(strings.TrimSpace(registry.Text(f.ExpiresDays)), 10, 64)
		if err != nil || given < 1 || given > maxLifeDays {
			return d, registry.Invalid("expires_days", "Give a whole number of days, 1 to %d.", maxLifeDays)
		}
		days, known = given, true
	}
	if !known {
		return d, registry.Invalid("expires", "Give 30d, 90d, 1y, never or custom.")
	}
	if days > 0 {
		d.ExpiresInSeconds = new(days * secondsPerDay)
	}
	return d, nil
}

// typedToken is what was typed, right or wrong.
func typedToken(f gen.TokenForm) web.TokenValues {
	v := web.TokenValues{
		Name:        registry.Text(f.Name),
		Scope:       registry.Text(f.Scope),
		Expires:     cmp.Or(f.Expires, expiresDefault),
		ExpiresDays: registry.Text(f.ExpiresDays),
	}
	if f.Services != nil {
		v.Services = *f.Services
	}
	return v
}
