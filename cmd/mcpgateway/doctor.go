package main

import (
	"context"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

type doctorCommand struct {
	app.DoctorConfig `embed:""`
}

// Help goes below the usage.
func (*doctorCommand) Help() string {
	return "It tries the URL as the gateway would, and where that fails what may have been meant by it, and needs no " +
		"server for that. Nothing is registered, no tool is called, and no session is left behind. " +
		"The exit code is 0 if the verdict is ok, and 1 otherwise."
}

// Run examines a URL.
func (c *doctorCommand) Run(ctx context.Context, s *streams) error {
	c.Version = version
	return app.Doctor(ctx, c.DoctorConfig, s.out)
}
