package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/mcpgateway/mcpgateway/internal/app"
)

// commandLine is all commands; the tags make the help.
type commandLine struct {
	PrintVersion kong.VersionFlag `name:"version" help:"Print the version."`

	Serve       serveCommand       `cmd:"" help:"Run the server."`
	Demo        demoCommand        `cmd:"" help:"Run a server on this machine with two example MCP servers, to look around."`
	Import      importCommand      `cmd:"" help:"Register services from a file or a folder: an export, an mcp.json, the original registry's JSON files."`
	Export      exportCommand      `cmd:"" help:"Write the services as JSON that import takes."`
	Backup      backupCommand      `cmd:"" help:"Write all that is stored to a file, also while the server runs."`
	Restore     restoreCommand     `cmd:"" help:"Make a backup what the data directory holds."`
	Admin       adminCommand       `cmd:"" help:"Manage the administrator."`
	Token       tokenCommand       `cmd:"" help:"Manage the API tokens, which programs call with."`
	Doctor      doctorCommand      `cmd:"" help:"Examine the URL of an MCP server and say what is wrong with it, or what to register."`
	Tools       toolsCommand       `cmd:"" help:"List the tools that a running gateway offers."`
	Call        callCommand        `cmd:"" help:"Call a tool through a running gateway."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a server on this machine whether it is ready, for containers: exit code 0 if it is, 1 if not."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

type serveCommand struct {
	app.Config `embed:""`
}

// Run serves until a signal comes.
func (c *serveCommand) Run(ctx context.Context, s *streams) error {
	c.Version = version
	app.TuneHeap()
	a, err := app.New(ctx, c.Config, s.err)
	if err != nil {
		return unlessStopped(ctx, err)
	}
	return a.Run(ctx)
}

// unlessStopped is err, or nil if a signal stopped the start that failed so.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

type demoCommand struct {
	Run   demoRunCommand   `cmd:"" default:"withargs" help:"Run the demo (the default)."`
	Stop  demoStopCommand  `cmd:"" help:"Stop an example MCP server of the running demo, to see the dashboard notice."`
	Start demoStartCommand `cmd:"" help:"Start it again."`
}

type demoData struct {
	Data string `help:"Directory of the demo's data." default:"./data/demo" env:"MCPGATEWAY_DEMO_DATA"`
}

type demoRunCommand struct {
	demoData       `embed:""`
	Listen         string        `help:"Address to listen at; loopback only." default:"127.0.0.1:7860" env:"MCPGATEWAY_DEMO_LISTEN"`
	HealthInterval time.Duration `help:"Time between two checks of a service." default:"5s" env:"MCPGATEWAY_DEMO_HEALTH_INTERVAL"`
	app.LogConfig  `embed:""`
}

// Run runs the demo until a signal comes. All but its own flags is as serve's
// defaults and environment have it.
func (c *demoRunCommand) Run(ctx context.Context, s *streams) error {
	var config app.Config
	if err := kong.ApplyDefaults(&config); err != nil {
		return fmt.Errorf("apply the defaults: %w", err)
	}
	config.Data = c.Data
	config.Listen = c.Listen
	config.HealthInterval = c.HealthInterval
	config.LogConfig = c.LogConfig
	config.AdminUser, config.AdminPassword = "admin", "password"
	config.Version = version
	return unlessStopped(ctx, app.Demo(ctx, config, s.out))
}

type demoStopCommand struct {
	demoData `embed:""`
	Path     string `arg:"" help:"Its path: /weather or /fininfo."`
}

// Run stops an example server.
func (c *demoStopCommand) Run(ctx context.Context, s *streams) error {
	if err := app.SwitchExample(ctx, app.DataConfig{Data: c.Data}, c.Path, false); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "%s is stopped; the next check will notice.\n", c.Path)
	return nil
}

type demoStartCommand struct {
	demoData `embed:""`
	Path     string `arg:"" help:"Its path: /weather or /fininfo."`
}

// Run starts an example server.
func (c *demoStartCommand) Run(ctx context.Context, s *streams) error {
	if err := app.SwitchExample(ctx, app.DataConfig{Data: c.Data}, c.Path, true); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "%s is started; the next check will notice.\n", c.Path)
	return nil
}

type adminCommand struct {
	SetPassword setPasswordCommand `cmd:"" help:"Change the administrator's password and end every session, also while a server runs on the data."`
}

type setPasswordCommand struct {
	app.DataConfig `embed:""`
	AdminUser      string `help:"Name of the administrator." default:"admin" env:"MCPGATEWAY_ADMIN_USER,ADMIN_USER"`
}

// maxPasswordLine bounds what is read as a password.
const maxPasswordLine = 64 << 10

// Run asks for the password twice on a terminal; otherwise it is the first line
// of standard input.
func (c *setPasswordCommand) Run(ctx context.Context, s *streams) error {
	password, err := readPassword(s)
	if err != nil {
		return err
	}
	where, err := app.SetPassword(ctx, c.DataConfig, c.AdminUser, password)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "The password of %s is changed in %s, %s; all sessions are ended.\n"+
		"If the server is started with a password, such as ADMIN_PASSWORD, change it there too: its next start brings that one back.\n",
		c.AdminUser, c.Data, where)
	return nil
}

func readPassword(s *streams) (string, error) {
	fd := int(s.in.Fd())
	if !term.IsTerminal(fd) {
		text, err := io.ReadAll(io.LimitReader(s.in, maxPasswordLine))
		if err != nil {
			return "", fmt.Errorf("read the password from standard input: %w", err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		return strings.TrimSuffix(line, "\r"), nil
	}
	ask := func(prompt string) (string, error) {
		_, _ = fmt.Fprint(s.err, prompt)
		password, err := term.ReadPassword(fd)
		_, _ = fmt.Fprintln(s.err)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return string(password), nil
	}
	first, err := ask("New password: ")
	if err != nil {
		return "", err
	}
	second, err := ask("Once more: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two differ; nothing was changed")
	}
	return first, nil
}

type healthcheckCommand struct {
	Listen  string `help:"Address that the server listens at." default:"127.0.0.1:7860" env:"MCPGATEWAY_LISTEN"`
	TLSCert string `name:"tls-cert" help:"Set if the server speaks TLS." env:"MCPGATEWAY_TLS_CERT" placeholder:"FILE"`
}

// Run asks /readyz.
func (c *healthcheckCommand) Run(ctx context.Context) error {
	return app.HealthCheck(ctx, c.Listen, c.TLSCert != "")
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(s *streams) error {
	_, err := fmt.Fprintln(s.out, "mcpgateway", version)
	return err
}
