package main

import (
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/mcpgateway/mcpgateway/internal/remote"
)

// maxTokenFile bounds what is read as a token, in bytes.
const maxTokenFile = 4 << 10

// gatewayFlags say which gateway a command talks to, and as whom.
type gatewayFlags struct {
	URL       string `name:"url" help:"Address of the gateway." default:"http://localhost:7860" env:"MCPGATEWAY_URL"`
	Token     string `help:"API token of scope gateway or admin. Better set by its environment variable or --token-file: a command line is visible to others." env:"MCPGATEWAY_TOKEN" placeholder:"TOKEN"`
	TokenFile string `help:"File whose first line is the token; it wins over --token." placeholder:"FILE"`
	CACert    string `name:"cacert" help:"Certificates to trust in place of the system's, PEM." env:"MCPGATEWAY_CACERT" placeholder:"FILE"`
}

// gateway makes a client of the gateway, whose warnings go to errOut.
func (f gatewayFlags) gateway(errOut io.Writer) (*remote.Gateway, error) {
	o := remote.Options{
		URL: f.URL, Token: strings.TrimSpace(f.Token), Version: version,
		Warn: func(line string) { _, _ = fmt.Fprintln(errOut, line) },
	}
	if f.TokenFile != "" {
		text, err := readSmall(f.TokenFile, maxTokenFile)
		if err != nil {
			return nil, fmt.Errorf("--token-file: %w", err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		o.Token = strings.TrimSpace(first)
	}
	if f.CACert != "" {
		pem, err := readSmall(f.CACert, 16<<20)
		if err != nil {
			return nil, fmt.Errorf("--cacert: %w", err)
		}
		o.Roots = x509.NewCertPool()
		if !o.Roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--cacert: there is no certificate in PEM in %s", f.CACert)
		}
	}
	return remote.New(o)
}

// readSmall reads a file's first limit bytes.
func readSmall(name string, limit int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, limit))
}

// onTerminal says whether what is written to w is seen by a person at once.
func onTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
