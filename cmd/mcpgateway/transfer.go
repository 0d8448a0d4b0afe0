package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

type importCommand struct {
	app.DataConfig   `embed:""`
	app.ImportConfig `embed:""`
	Source           string `arg:"" name:"file" help:"An export, or records as the API shows them; a client's mcp.json or claude_desktop_config.json; or a folder with the original registry's servers/*.json and server_state.json."`
}

// Help is shown behind the summary.
func (importCommand) Help() string {
	return `Works while the server runs, and without it. Nothing that is registered is overwritten: what cannot be taken is listed with the reason. Services of an export, and of the original registry, are on if they were; others are off.`
}

// Run imports, and reports what it took, what it skipped and why.
func (c *importCommand) Run(ctx context.Context, s *streams) error {
	report, err := app.Import(ctx, c.DataConfig, c.Source, c.ImportConfig)
	done, end := "imported", ".\n"
	if c.DryRun {
		done, end = "would import", "; nothing was done, for this is a dry run.\n"
	}
	for _, r := range report.Results {
		if r.Skipped != "" {
			_, _ = fmt.Fprintf(s.out, "skipped  %s: %s\n", r.File, r.Skipped)
		} else {
			_, _ = fmt.Fprintf(s.out, "%s %s as %s\n", done, r.File, r.Path)
		}
	}
	for _, note := range report.Notes {
		_, _ = fmt.Fprintf(s.out, "note     %s\n", note)
	}
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "%d imported, %d skipped%s", report.Taken(), len(report.Results)-report.Taken(), end)
	_, _ = fmt.Fprintf(s.err, "The registry is the one in %s, %s.\n", c.Data, report.Where)
	return nil
}

type exportCommand struct {
	app.DataConfig `embed:""`
	app.KeyConfig  `embed:""`
	Force          bool   `help:"Replace FILE if it is there."`
	File           string `arg:"" optional:"" help:"File to write; standard output, if none is named."`
}

// Help is shown behind the summary.
func (exportCommand) Help() string {
	return `Works while the server runs, and without it. An export has the records, the tools and what is switched on, by path. It has no history, no tokens and no values of upstream headers; use mcpgateway backup for all that.`
}

// Run exports, and names what was left out.
func (c *exportCommand) Run(ctx context.Context, s *streams) error {
	report, err := app.Export(ctx, c.DataConfig, c.KeyConfig, c.File, c.Force, s.out)
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(report.Headers)) {
		names := strings.Join(report.Headers[path], ", ")
		if names == "" {
			names = "names unknown, for want of the secret key"
		}
		_, _ = fmt.Fprintf(s.err, "NOTE: without the values of the upstream headers of %s: %s.\n", path, names)
	}
	_, _ = fmt.Fprintf(s.err, "Exported %d services of %s, %s.\n", report.Services, c.Data, report.Where)
	return nil
}
