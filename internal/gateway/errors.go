package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
)

// Why a request is not forwarded. A service that does not exist, or not for
// this caller, is [registry.ErrNotFound]; a path that is not clean is a
// *[registry.InvalidError], a body too large a *[http.MaxBytesError].
var (
	// ErrDisabled: the service is switched off.
	ErrDisabled = errors.New("the service is disabled")
	// ErrUnknownSession: no session of this id was issued to this caller for
	// this service.
	ErrUnknownSession = errors.New("unknown session")
	// ErrTooManyOpen: the service has as many open exchanges as it may.
	ErrTooManyOpen = errors.New("too many open requests")
	// ErrExhausted: the process, or the machine, has no descriptor left for a
	// connection to the upstream.
	ErrExhausted = errors.New("no descriptor is left for a connection")
	// ErrCallerGone: the caller left before there was an answer.
	ErrCallerGone = errors.New("the caller has gone")
	// ErrUpstreamTimeout: the upstream did not begin to answer in time.
	ErrUpstreamTimeout = errors.New("the upstream did not answer in time")
)

// MethodError says that an address of the service takes other methods.
type MethodError struct {
	Allowed []string
	// Stream is set at the MCP endpoint of a service whose server speaks
	// HTTP+SSE only: the address of its event stream here, such as /weather/sse.
	Stream string
}

func (e *MethodError) Error() string { return "method not allowed" }

// UpstreamError says that an upstream gave no answer that could be passed on.
type UpstreamError struct {
	// Reason completes the sentence "The service's server …". It is ours, not
	// the upstream's.
	Reason string
	cause  error
}

func (e *UpstreamError) Error() string { return "the upstream " + e.Reason }

func (e *UpstreamError) Unwrap() error { return e.cause }

// explain turns what a round trip failed with into one of this package's
// errors, or that of the caller's own body.
func explain(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	if e, ok := errors.AsType[*bodyError](err); ok {
		if ctx.Err() != nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			return ErrCallerGone
		}
		return e.cause
	}
	if ctx.Err() != nil {
		return ErrCallerGone
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return ErrUpstreamTimeout
	}
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return fmt.Errorf("%w: %w", ErrExhausted, err)
	}
	return &UpstreamError{Reason: reason(err), cause: err}
}

func reason(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return "has a host name that was not found."
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "has a certificate that cannot be verified."
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused the connection."
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), strings.HasSuffix(err.Error(), "EOF"):
		return "closed the connection without an answer."
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "cannot be reached from here."
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return "could not be connected to."
	}
	return "did not answer in proper HTTP."
}
