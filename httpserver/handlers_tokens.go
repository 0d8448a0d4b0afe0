package httpserver

import (
	"context"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// ListTokens is GET /api/tokens.
func (s *Server) ListTokens(context.Context, gen.ListTokensRequestObject) (gen.ListTokensResponseObject, error) {
	list := gen.TokenList{}
	for _, token := range s.o.Tokens.List() {
		list = append(list, tokenOf(token))
	}
	return gen.ListTokens200JSONResponse{Body: list}, nil
}

// CreateToken is POST /api/tokens.
func (s *Server) CreateToken(ctx context.Context, req gen.CreateTokenRequestObject) (gen.CreateTokenResponseObject, error) {
	token, secret, err := s.o.Tokens.Create(ctx, callOf(ctx).principal.String(), draftOfToken(req.Body))
	if err != nil {
		return nil, err
	}
	t := tokenOf(token)
	return gen.CreateToken201JSONResponse{Body: gen.CreatedToken{
		ID:         t.ID,
		Name:       t.Name,
		Scope:      t.Scope,
		Services:   t.Services,
		CreatedAt:  t.CreatedAt,
		ExpiresAt:  t.ExpiresAt,
		LastUsedAt: t.LastUsedAt,
		Token:      secret,
	}}, nil
}

// RevokeToken is DELETE /api/tokens/{token_id}.
func (s *Server) RevokeToken(ctx context.Context, req gen.RevokeTokenRequestObject) (gen.RevokeTokenResponseObject, error) {
	if err := s.o.Tokens.Revoke(ctx, callOf(ctx).principal.String(), req.TokenID); err != nil {
		return nil, err
	}
	return gen.RevokeToken204Response{}, nil
}

// draftOfToken reads what a new token is to be; without a body, nothing.
func draftOfToken(b *gen.TokenDraft) auth.TokenDraft {
	if b == nil {
		return auth.TokenDraft{}
	}
	d := auth.TokenDraft{
		Name:             registry.Text(b.Name),
		Scope:            auth.Scope(registry.Text(b.Scope)),
		ExpiresInSeconds: b.ExpiresInSeconds,
	}
	if b.Services != nil {
		d.Services = *b.Services
	}
	return d
}

// tokenOf is a token as the API shows it.
func tokenOf(t auth.Token) gen.Token {
	services := make([]string, len(t.Services))
	for i, path := range t.Services {
		services[i] = string(path)
	}
	return gen.Token{
		ID:         t.ID,
		Name:       t.Name,
		Scope:      gen.Scope(t.Scope),
		Services:   services,
		CreatedAt:  t.CreatedAt,
		ExpiresAt:  timeOf(t.ExpiresAt),
		LastUsedAt: timeOf(t.LastUsedAt),
	}
}
