package auth

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Bounds of tokens.
const (
	// MaxTokens is how many tokens there may be, expired ones apart.
	MaxTokens = 1000
	// MaxTokenName bounds a token's name, in characters.
	MaxTokenName = 200
	// MaxTokenServices is how many services a token may be limited to.
	MaxTokenServices = 64
	// MaxTokenLife bounds how long a token that expires is good: ten years.
	MaxTokenLife = 10 * 365 * 24 * time.Hour
)

// Token is what is known about an API token. Its secret is not: whoever made
// it was told once.
type Token struct {
	// ID names the token in lists, in logs and to revoke it: 16 of a-z2-7.
	ID    string
	Name  string
	Scope Scope
	// Services are those that the token is limited to; none for all. They
	// need not be registered.
	Services  []registry.Path
	CreatedAt time.Time
	// ExpiresAt is when the token ends; zero for never.
	ExpiresAt time.Time
	// LastUsedAt is when it was last good for a request, to the second; zero
	// for never.
	LastUsedAt time.Time
}

// StoredToken is a token as a storage keeps it.
type StoredToken struct {
	Token
	Hash TokenHash
}

// Expired says whether the token has ended by now.
func (t *Token) Expired(now time.Time) bool {
	return !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt)
}

// attrs are what the log tells of a token that somebody made.
func (t *Token) attrs(by string) []slog.Attr {
	expires := slog.String("expires", "never")
	if !t.ExpiresAt.IsZero() {
		expires = slog.Time("expires", t.ExpiresAt)
	}
	return []slog.Attr{
		slog.String("id", t.ID), slog.String("name", t.Name), slog.String("scope", string(t.Scope)),
		slog.String("services", t.Reach()), expires, slog.String("by", by),
	}
}

// Reach is the services that the token calls, in words: their paths, "all", or
// "none" for a scope that calls no service.
func (t *Token) Reach() string {
	switch {
	case len(t.Services) > 0:
		paths := make([]string, len(t.Services))
		for i, path := range t.Services {
			paths[i] = string(path)
		}
		return strings.Join(paths, ",")
	case t.Scope == ScopeMetrics:
		return "none"
	}
	return "all"
}

// TokenDraft is what somebody asks a new token to be.
type TokenDraft struct {
	Name  string
	Scope Scope
	// Services limit a token of [ScopeGateway]; none means all.
	Services []string
	// ExpiresInSeconds is how long the token is good; nil for ever.
	ExpiresInSeconds *int64
}

// token is the new token of a draft. The error is an *[registry.InvalidError]
// that names all that is wrong.
func (d TokenDraft) token(now time.Time) (Token, error) {
	var wrong registry.InvalidError
	problem := func(field, format string, args ...any) {
		wrong.Fields = append(wrong.Fields, registry.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	t := Token{
		ID:        strings.ToLower(rand.Text()[:16]),
		Name:      strings.TrimSpace(d.Name),
		Scope:     d.Scope,
		CreatedAt: now.UTC().Truncate(time.Millisecond),
	}
	switch {
	case t.Name == "":
		problem("name", "Give a name that tells what the token is for.")
	case !utf8.ValidString(t.Name):
		problem("name", "Use valid UTF-8.")
	case utf8.RuneCountInString(t.Name) > MaxTokenName:
		problem("name", "Use at most %d characters.", MaxTokenName)
	case strings.ContainsFunc(t.Name, unicode.IsControl):
		problem("name", "Remove the control characters.")
	}
	if !slices.Contains(Scopes(), t.Scope) {
		problem("scope", "Give admin, gateway or metrics.")
	}
	var why string
	if t.Services, why = d.services(); why != "" {
		problem("services", "%s", why)
	}
	if life := d.ExpiresInSeconds; life != nil {
		if *life < 1 || *life > int64(MaxTokenLife/time.Second) {
			problem("expires_in_seconds", "Give 1 to %d seconds, or leave it out for a token that does not expire.", int64(MaxTokenLife/time.Second))
		} else {
			t.ExpiresAt = t.CreatedAt.Add(time.Duration(*life) * time.Second)
		}
	}
	if len(wrong.Fields) > 0 {
		return Token{}, &wrong
	}
	return t, nil
}

// services reads the draft's services, each once, and says what is wrong.
func (d TokenDraft) services() (paths []registry.Path, why string) {
	switch {
	case len(d.Services) == 0:
		return nil, ""
	case len(d.Services) > MaxTokenServices:
		return nil, fmt.Sprintf("Name at most %d services.", MaxTokenServices)
	case d.Scope != ScopeGateway:
		return nil, "Leave them out: only a token of scope gateway is limited to services."
	}
	for _, given := range d.Services {
		path, err := registry.ParsePath(given)
		if err != nil {
			return nil, "Give paths of services, such as /weather."
		}
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths, ""
}
