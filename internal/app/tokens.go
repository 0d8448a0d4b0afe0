package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// TokenConfig is what a new token is to be; the tags make the command line.
type TokenConfig struct {
	Name    string        `help:"What the token is for." required:"" placeholder:"NAME"`
	Scope   string        `help:"What it may do: ${enum}. gateway is to call services and to read about them, metrics to read /metrics and /ws/stats." enum:"admin,gateway,metrics" default:"gateway"`
	Service []string      `help:"Path of a service that a gateway token is limited to, such as /weather; may come several times. All, if none is named." placeholder:"PATH"`
	Expires time.Duration `help:"How long the token is good, such as 720h; 0 for ever." default:"0" placeholder:"DURATION"`
}

func (c TokenConfig) draft() auth.TokenDraft {
	d := auth.TokenDraft{Name: c.Name, Scope: auth.Scope(c.Scope), Services: c.Service}
	if c.Expires != 0 {
		d.ExpiresInSeconds = new(int64(c.Expires / time.Second))
	}
	return d
}

// CreatedToken is a new token with its secret, which nobody can find out again.
type CreatedToken struct {
	auth.Token
	Secret string
	// Unregistered are those of the token's services that there are none of
	// yet. It will reach them once there are.
	Unregistered []registry.Path
}

// CreateToken makes an API token, through the running server if one holds the
// data. An error about what it is to be is a *[UsageError]. Like its
// neighbours it makes no registry: a token for one that nobody runs would help
// nobody.
func CreateToken(ctx context.Context, data DataConfig, c TokenConfig) (CreatedToken, Where, error) {
	return onTokens(ctx, data, "token/create", c.draft(), createToken)
}

// ListTokens reads the API tokens from where CreateToken makes them.
func ListTokens(ctx context.Context, data DataConfig) ([]auth.Token, error) {
	tokens, _, err := onTokens(ctx, data, "token/list", struct{}{}, listTokens)
	return tokens, err
}

// RevokeToken ends an API token, for the next request of a running server.
func RevokeToken(ctx context.Context, data DataConfig, id string) error {
	_, _, err := onTokens(ctx, data, "token/revoke", id, revokeToken)
	return err
}

func createToken(ctx context.Context, d tokenDesk, draft auth.TokenDraft) (CreatedToken, error) {
	var services []*registry.Service
	if len(draft.Services) > 0 {
		var err error
		if services, err = d.services(ctx); err != nil {
			return CreatedToken{}, err
		}
	}
	token, secret, err := d.tokens.Create(ctx, auth.CommandLine, draft)
	if invalid, ok := errors.AsType[*registry.InvalidError](err); ok {
		return CreatedToken{}, usage("%s", flagNames.Replace(invalid.Error()))
	}
	unregistered := slices.DeleteFunc(slices.Clone(token.Services), func(path registry.Path) bool {
		return slices.ContainsFunc(services, func(s *registry.Service) bool { return s.Path == path })
	})
	return CreatedToken{token, secret, unregistered}, err
}

// flagNames turns the fields of a draft, as errors name them, into flags.
var flagNames = strings.NewReplacer("name: ", "--name: ", "scope: ", "--scope: ", "services: ", "--service: ", "expires_in_seconds: ", "--expires: ")

func listTokens(_ context.Context, d tokenDesk, _ struct{}) ([]auth.Token, error) {
	return d.tokens.List(), nil
}

func revokeToken(ctx context.Context, d tokenDesk, id string) (struct{}, error) {
	return struct{}{}, d.tokens.Revoke(ctx, auth.CommandLine, id)
}

// tokenDesk is what a command about tokens works with, in whichever process.
type tokenDesk struct {
	tokens *auth.Tokens
	// services are those that are registered.
	services func(context.Context) ([]*registry.Service, error)
}

// tokenCall is what a command does at the desk.
type tokenCall[In, Out any] func(context.Context, tokenDesk, In) (Out, error)

// onTokens makes the call in the server that holds the data, or here if none
// does.
func onTokens[In, Out any](ctx context.Context, data DataConfig, name string, in In, call tokenCall[In, Out]) (Out, Where, error) {
	out, err := callServer[Out](ctx, data.Data, name, in)
	if !errors.Is(err, ErrNoServer) {
		return out, Online, err
	}
	err = withRegistry(ctx, data, func(store *storage.Store) error {
		tokens, err := auth.LoadTokens(ctx, store, slog.New(slog.DiscardHandler))
		if err == nil {
			out, err = call(ctx, tokenDesk{tokens, func(ctx context.Context) ([]*registry.Service, error) {
				services, _, err := store.Load(ctx)
				return services, err
			}}, in)
		}
		return err
	})
	return out, Offline, err
}

// handleTokens answers the calls in the server.
func (a *App) handleTokens(c *controlServer) {
	c.mux.HandleFunc("POST /token/create", answer(withTokens(a, createToken)))
	c.mux.HandleFunc("POST /token/list", answer(withTokens(a, listTokens)))
	c.mux.HandleFunc("POST /token/revoke", answer(withTokens(a, revokeToken)))
}

func withTokens[In, Out any](a *App, call tokenCall[In, Out]) func(context.Context, In) (Out, error) {
	desk := tokenDesk{a.tokens, func(ctx context.Context) ([]*registry.Service, error) {
		listing, err := actors.Ask(ctx, a.system.Registry, actors.ListServices{})
		return listing.Services, err
	}}
	return func(ctx context.Context, in In) (Out, error) { return call(ctx, desk, in) }
}
