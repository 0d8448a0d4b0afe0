package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxHeaderFile bounds what is read of a file of headers, in bytes.
const maxHeaderFile = 64 << 10

// DoctorConfig is what to examine, and how; the tags make the command line.
type DoctorConfig struct {
	URL           string        `arg:"" help:"URL of an MCP server, as it would be registered."`
	Header        []string      `help:"Header for the server, such as \"X-Api-Key: …\"; may come several times. @FILE reads lines of them: a command line is visible to others." sep:"none" placeholder:"NAME: VALUE"`
	JSON          bool          `name:"json" help:"Print what POST /api/doctor answers."`
	Timeout       time.Duration `help:"Most time that one address may take; 12s or less, which is what the whole may." default:"5s"`
	AllowUpstream []string      `help:"Networks (CIDR) that the server must be in; any, if none is named." env:"MCPGATEWAY_ALLOW_UPSTREAM" placeholder:"CIDR"`
	DenyUpstream  []string      `help:"Networks (CIDR) that the server must not be in." env:"MCPGATEWAY_DENY_UPSTREAM" placeholder:"CIDR"`

	// Version is the program's, for the server.
	Version string `kong:"-"`
}

// ErrNotWell is the error of a [Doctor] whose verdict is not ok. What is wrong
// is in what it wrote.
var ErrNotWell = errors.New("the URL does not work as it is")

// Doctor examines a URL without a server and writes what it found. The error is
// a *[UsageError] about the settings, or [ErrNotWell].
func Doctor(ctx context.Context, c DoctorConfig, out io.Writer) error {
	target, dialer, err := c.read()
	if err != nil {
		return err
	}
	client := mcpclient.New(mcpclient.Options{
		Dialer:    mcpclient.NewDialer(dialer),
		Timeout:   c.Timeout,
		Version:   c.Version,
		Elsewhere: true,
	})
	x := client.Examine(ctx, target)
	if c.JSON {
		err = httpserver.WriteExamination(out, x)
	} else {
		err = writeExamination(out, x, target.Headers.Names())
	}
	if err != nil {
		return err
	}
	if x.Verdict != registry.VerdictOK {
		return ErrNotWell
	}
	return nil
}

// read checks the whole configuration, and reports all that is wrong at once.
func (c DoctorConfig) read() (t registry.Target, o mcpclient.DialerOptions, err error) {
	var errs []error
	if t.Upstream, err = registry.ParseUpstream("URL", c.URL); err != nil {
		errs = append(errs, usage("%v", err))
	}
	if t.Headers, err = c.headers(); err != nil {
		errs = append(errs, err)
	}
	if c.Timeout < 100*time.Millisecond {
		errs = append(errs, usage("--timeout: give 100ms or more."))
	}
	var wrong []error
	o.Timeout = c.Timeout
	o.Allow, wrong = networks("allow-upstream", c.AllowUpstream)
	errs = append(errs, wrong...)
	o.Deny, wrong = networks("deny-upstream", c.DenyUpstream)
	return t, o, errors.Join(append(errs, wrong...)...)
}

// headers reads --header. Its error tells no value.
func (c DoctorConfig) headers() (registry.Headers, error) {
	lines, err := c.headerLines()
	if err != nil {
		return registry.Headers{}, usage("--header: %v", err)
	}
	given := map[string]string{}
	for _, text := range lines {
		name, value, ok := strings.Cut(text, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if _, twice := given[name]; twice || !ok {
			return registry.Headers{}, usage("--header: write each as \"Name: value\", and each name once.")
		}
		given[name] = value
	}
	h, err := registry.ParseHeaders(given)
	if err != nil {
		return h, usage("%s", strings.Replace(err.Error(), "upstream_headers: ", "--header: ", 1))
	}
	return h, nil
}

// headerLines are the values of --header, with what the files among them hold.
func (c DoctorConfig) headerLines() (lines []string, err error) {
	for _, text := range c.Header {
		name, isFile := strings.CutPrefix(text, "@")
		if !isFile {
			lines = append(lines, text)
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		raw, err := io.ReadAll(io.LimitReader(file, maxHeaderFile))
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		for line := range strings.Lines(string(raw)) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}
