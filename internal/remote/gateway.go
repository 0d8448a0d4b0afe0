package remote

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// apiTimeout bounds one request to the API.
	apiTimeout = 30 * time.Second
	// maxAPIBody bounds an answer of the API, in bytes.
	maxAPIBody = 256 << 20
)

// Options says which gateway to talk to, and as whom.
type Options struct {
	// URL is the gateway's base, such as https://mcp.example.com.
	URL string
	// Token is an API token of scope gateway or admin. It may be empty: a
	// gateway can be open to everybody, though its API is not.
	Token string
	// Roots verifies the gateway's certificate. Nil means the system's roots.
	Roots *x509.CertPool
	// Version is what this program calls its own version.
	Version string
	// Warn, unless nil, is told once if the token is to go over a network where
	// everybody on the way could read it: a line that a terminal can be shown.
	Warn func(line string)
}

// Gateway is a running gateway. It uses no proxy and follows no redirect.
type Gateway struct {
	base    *url.URL
	token   string
	roots   *x509.CertPool
	version string
	http    *http.Client
	warn    func(line string)
}

// New makes a Gateway, and sends nothing. The error is a *[UsageError].
func New(o Options) (*Gateway, error) {
	base, err := url.Parse(o.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, usage("--url: %q is not the address of a gateway; write it as http://localhost:7860.", o.URL)
	}
	if strings.ContainsFunc(o.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, usage("The token is not one of a gateway's: it has characters that no token has.")
	}
	g := &Gateway{
		base: base, token: o.Token, roots: o.Roots, version: o.Version, warn: o.Warn,
		http: &http.Client{
			Timeout: apiTimeout,
			Transport: &http.Transport{
				DisableKeepAlives: true,
				TLSClientConfig:   &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	g.beforeToken(base)
	return g, nil
}

// beforeToken warns, at the first address that asks for it, that the token will
// be readable on the way there.
func (g *Gateway) beforeToken(to *url.URL) {
	if g.warn == nil || g.token == "" || to.Scheme != "http" || isLoopback(to.Hostname()) {
		return
	}
	g.warn("Warning: the token goes to http://" + Line(to.Host, 100) + " in the clear, and everybody on the way can read it; use an https address.")
	g.warn = nil
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}

// parsePath reads the path of a service. The error is a *[UsageError].
func parsePath(given string) (registry.Path, error) {
	path, err := registry.ParsePath(given)
	if invalid, ok := errors.AsType[*registry.InvalidError](err); ok {
		return "", usage("%s is no path of a service: %s", Line(given, 100), invalid.Fields[0].Message)
	}
	return path, err
}

// get reads one resource of the API, which is JSON.
func (g *Gateway) get(ctx context.Context, path string, into any) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.base.JoinPath(path).String(), nil)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	if g.token != "" {
		req.Header.Set("Authorization", "Bearer "+g.token)
	}
	req.Header.Set("Accept", "application/json, application/problem+json")
	req.Header.Set("User-Agent", "mcpgateway/"+g.version)
	res, err := g.http.Do(req)
	if err != nil {
		return nil, g.unreachable(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAPIBody+1))
	switch {
	case err != nil:
		return nil, g.unreachable(ctx, err)
	case len(body) > maxAPIBody:
		return nil, fmt.Errorf("the answer of %s is larger than %d MiB", g.base, maxAPIBody>>20)
	case res.StatusCode != http.StatusOK:
		return nil, g.refused(res, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return nil, fmt.Errorf("%s answers, but not as a gateway does; is --url right?", g.base)
	}
	return body, nil
}
