package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/demo"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

type demoCall struct{ Path string }

// Demo runs a server along with two example MCP servers, registered and
// enabled, until ctx ends.
func Demo(ctx context.Context, c Config, out io.Writer) error {
	if host, _, err := net.SplitHostPort(c.Listen); err == nil && !isLoopback(host) {
		return usage("--listen: the demo's password is known to everybody, so it listens on loopback only; use serve for other addresses.")
	}
	c.demo = true
	a, err := New(ctx, c, out)
	if err != nil {
		return err
	}
	examples, err := a.startExamples(ctx)
	if err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
		defer cancel()
		return errors.Join(err, a.Close(stopping))
	}
	a.introduce(out, c, examples)
	return a.Run(ctx)
}

// introduce says what can be done with the demo, in commands that work as they
// are pasted.
func (a *App) introduce(out io.Writer, c Config, examples *demo.Servers) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format, args...) }
	say("\nThe demo is at %s\n", a.URL())
	say("Sign in as %s with the password %s.\n\nExample MCP servers:\n", c.AdminUser, c.AdminPassword)
	for _, e := range examples.List() {
		say("  %-10s %s\n", e.Path, e.URL)
	}
	say("\nTo call a tool through the gateway, run this elsewhere:\n")
	if a.URL() != defaultURL {
		say("  export MCPGATEWAY_URL=%s\n", a.URL())
	}
	say("  export MCPGATEWAY_TOKEN=$(%s)\n", hint("token create --name cli", c.Data, defaultData))
	say("  %s call /weather get_current_weather --arg city=Berlin\n", shellWord(os.Args[0]))
	say("\nTo see one fail:       %s\nand to bring it back:  %s\nEnd the demo with Ctrl-C.\n\n",
		hint("demo stop /weather", c.Data, defaultDemoData), hint("demo start /weather", c.Data, defaultDemoData))
}

// startExamples starts the example servers and registers them. Their ports
// differ each time, so those that are registered from before are edited.
func (a *App) startExamples(ctx context.Context) (*demo.Servers, error) {
	// The MCP SDK tells of every request at info, which would drown our log.
	quiet := slog.New(&leastLevel{Handler: a.log.Handler(), least: slog.LevelWarn})
	examples, err := demo.Start(ctx, demo.Options{Logger: quiet})
	if err != nil {
		return nil, fmt.Errorf("start the example servers: %w", err)
	}
	a.onClose(examples.Close)
	for _, e := range examples.List() {
		if err := a.registerExample(ctx, e); err != nil {
			return nil, fmt.Errorf("register the example server %s: %w", e.Path, err)
		}
	}
	a.control.mux.HandleFunc("POST /demo/stop", answer(func(_ context.Context, call demoCall) (struct{}, error) {
		err := examples.Stop(call.Path)
		if err == nil {
			a.log.Info("example server stopped", "service", call.Path)
		}
		return struct{}{}, err
	}))
	a.control.mux.HandleFunc("POST /demo/start", answer(func(ctx context.Context, call demoCall) (struct{}, error) {
		err := examples.Start(ctx, call.Path)
		if err == nil {
			a.log.Info("example server started", "service", call.Path)
		}
		return struct{}{}, err
	}))
	return examples, nil
}

func (a *App) registerExample(ctx context.Context, e demo.Example) error {
	draft := registry.Draft{
		Path:        &e.Path,
		Name:        &e.Name,
		Description: &e.Description,
		Upstream:    &e.URL,
		Tags:        &e.Tags,
		Stars:       &e.Stars,
		License:     &e.License,
	}
	path := registry.Path(e.Path)
	_, err := actors.Ask(ctx, a.system.Registry, actors.RegisterService{Draft: draft})
	if errors.Is(err, registry.ErrConflict) {
		_, err = actors.Ask(ctx, a.system.Registry, actors.EditService{Path: path, Draft: registry.Draft{Upstream: &e.URL}})
	}
	if err != nil {
		return err
	}
	_, err = actors.Ask(ctx, a.system.Registry, actors.SetEnabled{Path: path, Enabled: true})
	return err
}

// SwitchExample stops or starts an example server of the running demo.
func SwitchExample(ctx context.Context, data DataConfig, path string, start bool) error {
	call := "demo/stop"
	if start {
		call = "demo/start"
	}
	_, err := callServer[struct{}](ctx, data.Data, call, demoCall{path})
	if errors.Is(err, ErrNoServer) || errors.Is(err, errNoSuchCall) {
		return fmt.Errorf("no demo is running on %s; start one with: %s", data.Data, hint("demo", data.Data, defaultDemoData))
	}
	return err
}
