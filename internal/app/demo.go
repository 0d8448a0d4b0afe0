package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/demo"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

type demoCall struct{ Path string }

// Demo runs a server along with two example MCP servers, registered and
// enabled, until ctx ends.
func Demo(ctx context.Context, c Config, out io.Writer) error {
	a, err := New(ctx, c, out)
	if err != nil {
		return err
	}
	examples, err := a.startExamples(ctx)
	if err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		return errors.Join(err, a.Close(stopping))
	}
	_, _ = fmt.Fprintf(out, "\nThe demo is at %s\n", a.URL())
	_, _ = fmt.Fprintf(out, "Sign in as %s with the password %s.\n\nExample MCP servers:\n", c.AdminUser, c.AdminPassword)
	for _, e := range examples.List() {
		_, _ = fmt.Fprintf(out, "  %-10s %s\n", e.Path, e.URL)
	}
	_, _ = fmt.Fprint(out, "\nTo see one fail, run this elsewhere:  bin/mcpgateway demo stop /weather\n"+
		"and to bring it back:                 bin/mcpgateway demo start /weather\n"+
		"End the demo with Ctrl-C.\n\n")
	return a.Run(ctx)
}

// startExamples starts the example servers and registers them. Their ports
// differ each time, so those that are registered from before are edited.
func (a *App) startExamples(ctx context.Context) (*demo.Servers, error) {
	examples, err := demo.Start(ctx, demo.Options{Logger: a.log})
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
		return struct{}{}, examples.Stop(call.Path)
	}))
	a.control.mux.HandleFunc("POST /demo/start", answer(func(ctx context.Context, call demoCall) (struct{}, error) {
		return struct{}{}, examples.Start(ctx, call.Path)
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
	if errors.Is(err, ErrNoServer) {
		return usage("No demo is running on %s; start one with: mcpgateway demo", data.Data)
	}
	return err
}
