package app

import (
	"context"
	"fmt"
	"io"

	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// preparePassword makes sure that there is one, and one good enough for the
// listener.
func (a *App) preparePassword(ctx context.Context, c Config, out io.Writer) error {
	if c.AdminPassword == "" {
		generated, err := a.admin.EnsureAny(ctx)
		if err != nil {
			return err
		}
		if generated != "" {
			command := "admin set-password"
			if c.AdminUser != defaultAdmin {
				command += " --admin-user " + shellWord(c.AdminUser)
			}
			_, err = fmt.Fprintf(out, "Made a password for the user %s: %s\nIt is shown this once. Change it with: %s\n", c.AdminUser, generated, hint(command, c.Data, defaultData))
			return err
		}
		weak, err := a.admin.HasWeak(ctx)
		if err != nil {
			return err
		}
		if !a.acceptsPassword(weak) {
			return usage("The stored password is weak, and so for a loopback --listen only; set a longer one with --admin-password or: %s", hint("admin set-password", c.Data, defaultData))
		}
		return nil
	}
	if !a.acceptsPassword(auth.WeakPassword(c.AdminPassword)) {
		return usage("--admin-password: %s", weakAdvice)
	}
	changed, err := a.admin.EnsurePassword(ctx, c.AdminPassword)
	if changed && !c.demo {
		a.log.Info("the administrator's password is now the one given by flag or environment", "user", c.AdminUser)
	}
	return err
}

const weakAdvice = `"password" and passwords under 8 characters are for a loopback --listen only; choose a longer one.`

// acceptsPassword lets a weak password pass on loopback only.
func (a *App) acceptsPassword(weak bool) bool {
	if weak && a.loopback {
		a.log.Warn("the administrator's password is weak; that is all right on this machine only")
	}
	return !weak || a.loopback
}
