package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/mcpgateway/mcpgateway/internal/remote"
)

// widest is how many characters of a description a table shows.
const widest = 80

type toolsCommand struct {
	gatewayFlags `embed:""`
	Path         string `arg:"" optional:"" help:"Path of a service, such as /weather, to see its tools' arguments; all services' tools if left out."`
	JSON         bool   `name:"json" help:"Print the API's answer."`
}

// Help is shown behind the summary.
func (toolsCommand) Help() string {
	return `The tools are those that the gateway's last check of each service found. At an address that has services only (--gateway-listen), or without a token where services need none, the tools of one service can be listed: its server is asked.

Examples:
  export MCPGATEWAY_TOKEN=$(mcpgateway token create --data /var/lib/mcpgateway --name cli)
  mcpgateway tools
  mcpgateway tools /weather
  mcpgateway tools --json | jq -r '.tools[].name'`
}

// Run prints the tools.
func (c *toolsCommand) Run(ctx context.Context, s *streams) error {
	gateway, err := c.gateway(s.err)
	if err != nil {
		return err
	}
	list, err := gateway.Tools(ctx, c.Path)
	switch {
	case err != nil:
		return err
	case c.JSON:
		_, err = fmt.Fprintln(s.out, strings.TrimSpace(remote.JSON(list.Raw)))
		return err
	case len(list.Tools) == 0:
		_, _ = fmt.Fprintln(s.err, "No tools are known; a service must be enabled and healthy once before they are.")
		return nil
	case c.Path != "":
		return describeTools(s.out, list.Tools)
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "SERVICE\tTOOL\tDESCRIPTION")
	for _, t := range list.Tools {
		first, _, _ := strings.Cut(strings.TrimSpace(t.Description), "\n")
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", t.Service, remote.Line(t.Name, widest), remote.Line(first, widest))
	}
	return table.Flush()
}

// describeTools prints each tool with its description and its arguments.
func describeTools(w io.Writer, tools []remote.Tool) error {
	for i, t := range tools {
		if i > 0 {
			_, _ = fmt.Fprintln(w)
		}
		_, _ = fmt.Fprintln(w, remote.Line(t.Name, 256))
		for line := range strings.Lines(strings.TrimSpace(remote.Printable(t.Summary()))) {
			_, _ = fmt.Fprintln(w, strings.TrimRight("  "+line, " \t\n"))
		}
		args := t.Arguments()
		if len(args) == 0 {
			continue
		}
		_, _ = fmt.Fprintln(w)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "  ARGUMENT\tTYPE\tREQUIRED\tDESCRIPTION")
		for _, a := range args {
			required := "no"
			if a.Required {
				required = "yes"
			}
			_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", remote.Line(a.Name, widest), remote.Line(a.Type, widest), required, remote.Line(a.Description, widest))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}
