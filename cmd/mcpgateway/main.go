// Command mcpgateway is a gateway, registry, health monitor and dashboard for MCP
// servers. Its help is the reference: mcpgateway --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/mcpgateway/mcpgateway/internal/app"
	"github.com/mcpgateway/mcpgateway/internal/remote"
)

// version is set by the build.
var version = "dev"

// Exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	heedNot()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// streams are where commands read and write.
type streams struct {
	in       *os.File
	out, err io.Writer
}

// run parses the command line, runs the command and turns its error into an
// exit code and one line that says what to do.
func run(args []string, in *os.File, out, errOut io.Writer) (code int) {
	unsetEmpty()
	var cli commandLine
	exited := -1
	if len(args) == 0 { // Nobody asked for the help, so it is no success.
		args, out = []string{"--help"}, errOut
		defer func() { code = exitUsage }()
	}
	parser, err := kong.New(&cli,
		kong.Name("mcpgateway"),
		kong.Description("A gateway, registry, health monitor and dashboard for MCP servers, in one binary.\n\nSettings can be given by environment variables, which are named beside the flags; an empty one counts as not set."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{"version": "mcpgateway " + version},
	)
	if err != nil {
		return report(errOut, err)
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was printed.
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintf(errOut, "mcpgateway: %v\nRun %s --help for what there is.\n", err, mistaken(err))
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	parsed.BindTo(ctx, (*context.Context)(nil))
	return report(errOut, parsed.Run(&streams{in, out, errOut}))
}

// mistaken is the command that a mistake was made in, as far as it was read.
func mistaken(err error) string {
	if e, ok := errors.AsType[*kong.ParseError](err); ok && e.Context != nil {
		if command := e.Context.Selected(); command != nil {
			return "mcpgateway " + command.Path()
		}
	}
	return "mcpgateway"
}

// unsetEmpty removes our environment variables that are empty: deployment
// files set them so when they mean the default.
func unsetEmpty() {
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		ours := strings.HasPrefix(name, "MCPGATEWAY_") || name == "ADMIN_USER" || name == "ADMIN_PASSWORD"
		if ours && value == "" {
			_ = os.Unsetenv(name) // Only a malformed name fails, and this one was there.
		}
	}
}

// report says what err is about and gives the exit code for it.
func report(errOut io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errToolFailed) || errors.Is(err, app.ErrNotWell) {
		return exitError // What there is to say of it is printed.
	}
	_, _ = fmt.Fprintf(errOut, "mcpgateway: %v\n", err)
	if _, ok := errors.AsType[*remote.UsageError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[*app.UsageError](err); ok {
		return exitUsage
	}
	return exitError
}
