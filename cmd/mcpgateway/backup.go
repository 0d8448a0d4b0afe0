package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

type backupCommand struct {
	app.DataConfig   `embed:""`
	app.BackupConfig `embed:""`
	File             string `arg:"" help:"File to write, outside of the data directory."`
}

// Help is shown behind the summary.
func (backupCommand) Help() string {
	return `Works while the server runs, which goes on meanwhile, and without it. FILE is of one moment, verified, readable by its owner only, and there as a whole or not at all. It holds everything but sessions: after a restore, people sign in anew.

Upstream headers are in it as they are stored, encrypted. Keep their key, which is the file secret.key in the data directory or MCPGATEWAY_SECRET_KEY, apart from FILE, or take it along with --with-key.

Examples:
  mcpgateway backup /backups/registry.db
  mcpgateway backup --data /var/lib/mcpgateway --force /backups/$(date +%A).db`
}

// Run makes a backup, and says what else to keep.
func (c *backupCommand) Run(ctx context.Context, s *streams) error {
	c.Version = version
	report, err := app.Backup(ctx, c.DataConfig, c.File, c.BackupConfig)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "Backed up %s to %s, %s: %d services, %d tools, %d tokens; %d bytes.\n",
		c.Data, c.File, report.Where, report.Services, report.Tools, report.Tokens, report.Bytes)
	switch {
	case report.HasKey:
		_, _ = fmt.Fprintf(s.err, "It holds the secret key: whoever has it can read the upstream headers.\n")
	case report.Sealed > 0:
		_, _ = fmt.Fprintf(s.err, "NOTE: the upstream headers of %d of them are encrypted, and lost without the key, which is not in the backup. "+
			"Keep a copy of %s, or of MCPGATEWAY_SECRET_KEY if the server is started with that; or back up --with-key.\n",
			report.Sealed, filepath.Join(c.Data, "secret.key"))
	}
	return nil
}

type restoreCommand struct {
	app.DataConfig `embed:""`
	Force          bool   `help:"Restore over the registry that is there. It is kept aside, in a folder of the data directory."`
	File           string `arg:"" help:"File that mcpgateway backup made."`
}

// Help is shown behind the summary.
func (restoreCommand) Help() string {
	return `Stop the server first. FILE is verified before anything is changed, and then there as a whole or not at all, even if this is killed. What is in it counts again as it was then: the password, and tokens that were revoked since. Everybody signs in anew.`
}

// Run restores, and says what else to do.
func (c *restoreCommand) Run(ctx context.Context, s *streams) error {
	r, err := app.Restore(ctx, c.DataConfig, c.File, c.Force)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "Restored %s of %s to %s: %d services, %d tools, %d tokens.\n",
		c.File, momentOf(r.MadeAt), c.Data, r.Services, r.Tools, r.Tokens)
	if r.Aside != "" {
		_, _ = fmt.Fprintf(s.out, "What was there before is in %s; remove it once all is well.\n", r.Aside)
	}
	_, _ = fmt.Fprintln(s.err, "The password is that of then. Tokens that were revoked since are good again: look at mcpgateway token list.")
	if r.Sealed > 0 && !r.HasKey {
		_, _ = fmt.Fprintf(s.err, "NOTE: the upstream headers of %d services are encrypted with a key that is not in the backup. "+
			"Have it in %s, or in MCPGATEWAY_SECRET_KEY, before the server starts; with another one it does not.\n",
			r.Sealed, filepath.Join(c.Data, "secret.key"))
	}
	return nil
}
