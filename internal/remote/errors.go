package remote

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// makeToken is the command that makes a token which suffices here.
const makeToken = "mcpgateway token create --data DIR --name cli"

// UsageError is a mistake in what the command was given. Its text names it.
type UsageError struct{ message string }

// Error says what is wrong and what would be right.
func (e *UsageError) Error() string { return e.message }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// errNotFound says that the gateway has no such service for this token.
var errNotFound = errors.New("no such service")

// noAPIError says that the API is not for us at the address, though services
// may be: it is elsewhere, or there is no token for it.
type noAPIError struct{ reason error }

func (e *noAPIError) Error() string { return e.reason.Error() }
func (e *noAPIError) Unwrap() error { return e.reason }

// noToken says how to come by a token.
func noToken() error {
	return usage("No token: give one with --token-file, --token or MCPGATEWAY_TOKEN. On the gateway's machine, make one, where DIR is its data directory, with: %s", makeToken)
}

// titleNoService is the title of the gateway's problem for a service that is
// not there. Any other 404 of its own means that there is no API.
const titleNoService = "No such service"

// unreachable explains an error of the connection to the gateway.
func (g *Gateway) unreachable(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, isDNS := errors.AsType[*net.DNSError](err)
	timeout, isNet := errors.AsType[net.Error](err)
	hint := "is --url right?"
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		hint = "is it running, and is --url right? mcpgateway serve starts one"
	case isUnknown:
		hint = "name the file with its CA's certificate with --cacert"
	case isDNS:
		hint = "is the host's name in --url spelled right?"
	case errors.Is(err, http.ErrSchemeMismatch):
		hint = "it speaks plain HTTP; should --url begin with http://?"
	case isNet && timeout.Timeout():
		hint = "it did not answer in time"
	}
	return fmt.Errorf("reach the gateway at %s: %w; %s", g.base, err, hint)
}

// refused explains an answer other than 200.
func (g *Gateway) refused(res *http.Response, body []byte) error {
	var problem struct{ Title, Detail string }
	_ = json.Unmarshal(body, &problem) // What can be read helps.
	detail := Line(problem.Detail, 300)
	if detail == "" {
		detail = "it gives no reason; is --url right?"
	}
	switch res.StatusCode {
	case http.StatusUnauthorized:
		if g.token == "" {
			return &noAPIError{noToken()}
		}
		return fmt.Errorf("the gateway at %s does not know the token: it may be revoked, expired or another gateway's. On its machine, make one, where DIR is its data directory, with: %s", g.base, makeToken)
	case http.StatusForbidden:
		return fmt.Errorf("the gateway at %s refuses: %s", g.base, detail)
	case http.StatusNotFound:
		if problem.Title == titleNoService {
			return errNotFound
		}
		if problem.Detail != "" {
			return &noAPIError{fmt.Errorf("the gateway at %s answers: %s", g.base, detail)}
		}
	}
	return fmt.Errorf("the gateway at %s answers %s: %s", g.base, Line(res.Status, 100), detail)
}

// explainCall is what a person is told of an error of MCP through the gateway.
// What the gateway itself says is the whole of it.
func (g *Gateway) explainCall(err error, sent registry.Headers) error {
	p, ok := errors.AsType[*mcpclient.ProblemError](err)
	switch {
	case !ok:
		return err
	case p.Status == http.StatusUnauthorized && g.token == "":
		return noToken()
	}
	return errors.New(Line(sent.Redact(p.Detail), 300))
}
