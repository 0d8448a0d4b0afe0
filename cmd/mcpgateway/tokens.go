package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make an API token and print it on standard output, this once; also while a server runs on the data."`
	List   tokenListCommand   `cmd:"" help:"List the API tokens, without their secrets."`
	Revoke tokenRevokeCommand `cmd:"" help:"End an API token for good; a running server refuses it from the next request on."`
}

type tokenCreateCommand struct {
	app.DataConfig  `embed:""`
	app.TokenConfig `embed:""`
}

// Help is shown behind the summary.
func (tokenCreateCommand) Help() string {
	return `Without a server, too, but not before its first start, which makes the registry. --data is the server's own.

Examples:
  mcpgateway token create --name cli
  mcpgateway token create --data /var/lib/mcpgateway --name forecasts --service /weather --expires 720h`
}

// Run makes a token. Standard output has its secret and nothing else, for
// scripts to capture.
func (c *tokenCreateCommand) Run(ctx context.Context, s *streams) error {
	made, where, err := app.CreateToken(ctx, c.DataConfig, c.TokenConfig)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(s.out, made.Secret); err != nil {
		return fmt.Errorf("print the token %s, which should be revoked: %w", made.ID, err)
	}
	expires := "expires " + momentOf(made.ExpiresAt)
	if made.ExpiresAt.IsZero() {
		expires = "never expires (--expires 720h makes one that does)"
	}
	_, _ = fmt.Fprintf(s.err, "Made the token %s in %s, %s. It is shown this once and %s.\n", made.ID, c.Data, where, expires)
	for _, path := range made.Unregistered {
		_, _ = fmt.Fprintf(s.err, "Note that no service is registered at %s yet; the token will reach it once there is one.\n", path)
	}
	return nil
}

type tokenListCommand struct {
	app.DataConfig `embed:""`
}

// Run prints a table; the name, which may have spaces, comes last.
func (c *tokenListCommand) Run(ctx context.Context, s *streams) error {
	tokens, err := app.ListTokens(ctx, c.DataConfig)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tSCOPE\tSERVICES\tCREATED\tEXPIRES\tLAST USED\tNAME")
	for _, t := range tokens {
		_, _ = fmt.Fprintln(table, strings.Join([]string{
			t.ID, string(t.Scope), t.Reach(),
			momentOf(t.CreatedAt), momentOf(t.ExpiresAt), momentOf(t.LastUsedAt), t.Name,
		}, "\t"))
	}
	return table.Flush()
}

// momentOf is a time to the second, UTC.
func momentOf(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}

type tokenRevokeCommand struct {
	app.DataConfig `embed:""`
	ID             string `arg:"" help:"The token's ID, as the list has it."`
}

// Run revokes a token.
func (c *tokenRevokeCommand) Run(ctx context.Context, s *streams) error {
	if err := app.RevokeToken(ctx, c.DataConfig, c.ID); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "The token %s is revoked.\n", c.ID)
	return nil
}
