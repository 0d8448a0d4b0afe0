package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/remote"
)

// maxJSONArgs bounds what is read as arguments, in bytes: the gateway's own
// bound of a request's body is lower.
const maxJSONArgs = 64 << 20

// errToolFailed says that a tool failed, and that its words are printed.
var errToolFailed = errors.New("the tool failed")

type callCommand struct {
	gatewayFlags `embed:""`
	Path         string        `arg:"" help:"Path of the service, such as /weather."`
	Tool         string        `arg:"" help:"Name of the tool."`
	Arg          []string      `help:"An argument; may come several times. The value becomes what the tool's schema wants; NAME:=JSON gives it as JSON." placeholder:"NAME=VALUE" sep:"none"`
	JSONArgs     string        `name:"json-args" help:"Arguments as a JSON object, to which --arg adds; - reads it from standard input." placeholder:"JSON"`
	Raw          bool          `help:"Print the whole result as JSON, as the server sent it."`
	Output       string        `help:"Save the first image, sound or file of the result." placeholder:"FILE"`
	Timeout      time.Duration `help:"Give up after this; 0 waits as long as it takes." default:"0" placeholder:"DURATION"`
}

// Help is shown behind the summary.
func (callCommand) Help() string {
	return `The result goes to standard output. If the tool fails, its words go to standard error, and the exit code is 1. Ctrl-C cancels the call at the server, too.

Examples:
  export MCPGATEWAY_TOKEN=$(mcpgateway token create --data /var/lib/mcpgateway --name cli)
  mcpgateway call /weather get_forecast --arg city=Berlin --arg days=3
  mcpgateway call /search find --arg 'tags:=["a", "b"]'
  echo '{"city": "Berlin"}' | mcpgateway call /weather get_forecast --json-args - --raw`
}

// Validate is what kong asks before it runs the command.
func (c *callCommand) Validate() error {
	if c.Timeout < 0 {
		return errors.New("--timeout: give 0 or more, such as 30s")
	}
	return nil
}

// Run calls the tool and prints what it returns.
func (c *callCommand) Run(ctx context.Context, s *streams) error {
	gateway, err := c.gateway(s.err)
	if err != nil {
		return err
	}
	call := remote.Call{Path: c.Path, Tool: c.Tool, Args: c.Arg, JSONArgs: json.RawMessage(c.JSONArgs)}
	switch c.JSONArgs {
	case "":
		call.JSONArgs = nil
	case "-":
		if call.JSONArgs, err = io.ReadAll(io.LimitReader(s.in, maxJSONArgs+1)); err != nil {
			return fmt.Errorf("read the arguments from standard input: %w", err)
		}
		if len(call.JSONArgs) > maxJSONArgs {
			return fmt.Errorf("the arguments have more than %d bytes, which no gateway takes; send fewer", maxJSONArgs)
		}
	}
	if onTerminal(s.err) {
		call.Told = func(line string) { _, _ = fmt.Fprintln(s.err, line) }
	}
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.Timeout, fmt.Errorf("no result within %s, as --timeout says", c.Timeout))
		defer cancel()
	}
	result, err := gateway.Call(ctx, call)
	if err != nil {
		return err
	}
	return c.print(result, s)
}

func (c *callCommand) print(result remote.Result, s *streams) error {
	if c.Output != "" && !result.IsError {
		if err := save(result, c.Output); err != nil {
			return err
		}
	}
	out := s.out
	if result.IsError && !c.Raw {
		out = s.err
	}
	text := remote.JSON(result.Raw)
	if !c.Raw {
		text = readable(result)
	}
	if text = strings.TrimRight(text, "\n"); text != "" {
		if _, err := fmt.Fprintln(out, text); err != nil {
			return fmt.Errorf("print the result: %w", err)
		}
	}
	if result.IsError {
		return errToolFailed
	}
	return nil
}

// readable is a result as a person reads it.
func readable(result remote.Result) string {
	var b strings.Builder
	for _, block := range result.Blocks {
		switch {
		case result.Repeats(block):
			continue
		case block.Data != nil:
			_, _ = fmt.Fprintf(&b, "[%s, %s]", remote.Line(block.MediaType, widest), sizeOf(len(block.Data)))
		case block.Text != "":
			b.WriteString(strings.TrimRight(remote.Printable(block.Text), "\n"))
		case block.Link != "":
			_, _ = fmt.Fprintf(&b, "[%s]", remote.Line(block.Link, 2048))
		default:
			b.WriteString(remote.JSON(block.Raw))
		}
		b.WriteByte('\n')
	}
	var indented bytes.Buffer
	if result.Structured != nil && json.Indent(&indented, result.Structured, "", "  ") == nil {
		b.WriteString(remote.JSON(indented.Bytes()))
	}
	return b.String()
}

// sizeOf rounds up to KiB beyond the first.
func sizeOf(n int) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d KiB", (n+1<<10-1)>>10)
}

// save writes the first block that is a file.
func save(result remote.Result, name string) error {
	for _, block := range result.Blocks {
		if block.Data != nil {
			if err := os.WriteFile(name, block.Data, 0o600); err != nil {
				return fmt.Errorf("--output: %w", err)
			}
			return nil
		}
	}
	return errors.New("--output: the result has no image, sound or file to save; leave it out to see the result")
}
