package mcpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// explain turns an error of the network, or of reading a body, into a status
// in the contract's words and a hint for a person.
func explain(err error) (registry.Status, string) {
	if blocked, ok := errors.AsType[*BlockedError](err); ok {
		return broken("blocked address"), "The address " + blocked.Addr.String() + " is " + blocked.Reason + "."
	}
	// Before names, which cannot be looked up then either.
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return broken("out of file descriptors"), "This gateway can open no more connections; it needs a higher limit of open files."
	}
	if status, hint, ok := explainTLS(err); ok {
		return status, hint
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsTimeout {
		return unhealthy("host not found"), "Is the host's name spelled right, and known to this machine?"
	}
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, errBusy):
		return broken("too busy"), "This gateway was reading too many long answers at once; the next check tries again."
	case errors.Is(err, context.Canceled):
		return broken("cancelled"), "It was given up before it ended."
	case errors.Is(err, context.DeadlineExceeded), ok && timeout.Timeout():
		return unhealthy("timeout"), "It did not answer in time."
	case errors.Is(err, syscall.ECONNREFUSED):
		return unhealthy("connection refused"), "Is the server running, and on this port?"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return unhealthy("host unreachable"), "There is no way through the network to its address."
	case errors.Is(err, errTooMuch), errors.Is(err, errEventTooLarge):
		return tooLarge(), "It sent more than this gateway reads."
	case errors.Is(err, errFlood):
		return unhealthy("protocol error: too many events"), "It sent events without end, but no answer."
	}
	return explainHTTP(err)
}

// tooLarge is the status for an answer beyond its limit.
func tooLarge() registry.Status { return unhealthy("protocol error: answer too large") }

// explainHTTP judges what is left: connections cut short, and what net/http
// says of answers that are no HTTP. Its errors have no types, only texts.
func explainHTTP(err error) (registry.Status, string) {
	text := err.Error()
	switch {
	case strings.Contains(text, "headers exceeded"):
		return unhealthy("protocol error: response header too large"), "It sent more header than an MCP server needs."
	case strings.Contains(text, "malformed HTTP"), strings.Contains(text, "malformed MIME"):
		return unhealthy("protocol error: not HTTP"), "Something other than an HTTP server listens there."
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		strings.Contains(text, "EOF"), strings.Contains(text, "connection reset"), strings.Contains(text, "server closed"):
		return unhealthy("connection reset"), "It closed the connection before its answer was complete."
	}
	return unhealthy("protocol error: broken answer"), line(text, maxQuote)
}

// explainTLS judges the errors of a TLS handshake.
func explainTLS(err error) (registry.Status, string, bool) {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, isOther := errors.AsType[x509.HostnameError](err)
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	_, isAlert := errors.AsType[tls.AlertError](err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		return unhealthy("TLS: certificate expired"), "Renew its certificate, or set a clock right.", true
	case isUnknown:
		return unhealthy("TLS: unknown authority"), "Its certificate is signed by nobody this machine trusts.", true
	case isOther:
		return unhealthy("TLS: wrong host"), "Its certificate is for another name than the URL's.", true
	case isInvalid:
		return unhealthy("TLS: certificate not valid"), line(invalid.Error(), maxQuote), true
	case isRecord, errors.Is(err, http.ErrSchemeMismatch):
		return unhealthy("TLS: not a TLS server"), "It does not speak TLS; should the URL begin with http:// instead?", true
	case isAlert, strings.Contains(err.Error(), "tls: "):
		return unhealthy("TLS: handshake failed"), line(err.Error(), maxQuote), true
	}
	return registry.Status{}, "", false
}
