package httpserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"os"
	"strings"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Failures of the edge itself.
var (
	errNoRoute         = errors.New("no route")
	errNotSignedIn     = errors.New("not signed in")
	errLimitedSocket   = errors.New("a limited token asks for the health socket")
	errForeignHost     = errors.New("foreign host")
	errForeignOrigin   = errors.New("foreign origin")
	errForeignPage     = errors.New("foreign page on a proxied route")
	errGatewayOnly     = errors.New("not at the gateway's own listener")
	errMalformedBody   = errors.New("malformed body")
	errEncodedBody     = errors.New("encoded body")
	errNoObject        = errors.New("the JSON body is no object")
	errTooManyFields   = errors.New("too many form fields")
	errCallerGone      = errors.New("the caller has gone")
	errTooManySockets  = errors.New("too many websockets")
	errTooManyFromHere = errors.New("too many websockets from one address")
	errNotReady        = errors.New("not ready")
	errExaminersBusy   = errors.New("too many examinations")
)

// methodError says that a URL exists, but not with this method.
type methodError struct{ allowed []string }

func (e *methodError) Error() string { return "method not allowed" }

// mediaTypeError says that an operation does not take the body's type.
type mediaTypeError struct{ takes []string }

func (e *mediaTypeError) Error() string { return "unsupported media type" }

// scopeError says that a token's scope does not allow an operation.
type scopeError struct {
	has   auth.Scope
	wants []auth.Scope
}

func (e *scopeError) Error() string { return "scope too small" }

// failure is what a caller sees of an error. Nothing of the error's own text
// is in it, but for field errors, which are written for callers.
type failure struct {
	status int
	title  string
	// detail is one sentence that says what to do.
	detail string
	fields []registry.FieldError
	header http.Header
}

// hangUp ends the connection after the answer: the rest of the request is not
// worth reading.
var hangUp = http.Header{"Connection": {"close"}}

// sentinels is the table of the errors that are told by identity. Those that
// carry data follow in failureOf.
var sentinels = []struct {
	is      error
	failure failure
}{
	{errNoRoute, failure{status: 404, title: "Not Found", detail: "Nothing is at this address; /docs lists what there is."}},
	{registry.ErrNotFound, failure{status: 404, title: "No such service", detail: "No service is registered at this path, or not for this token; GET /api/server_details/all lists those that are."}},
	{registry.ErrConflict, failure{status: 409, title: "Path taken", detail: "A service is registered at this path already; choose another path, or edit or delete that service."}},
	{registry.ErrNotStored, failure{status: 503, title: "Not stored", detail: "The change could not be stored, so it was not made: the disk is full, may not be written to, or fails, as the server's log tells; try again once that is mended.", header: http.Header{"Retry-After": {"30"}}}},
	{registry.ErrDisabled, failure{status: 400, title: "Service disabled", detail: "The service is disabled and is not checked; enable it first."}},
	{errForeignHost, failure{header: hangUp, status: 403, title: "Unknown host", detail: "The request names a host that is not this server's; if it should be, add it with --allowed-hosts or set --public-url."}},
	{errForeignOrigin, failure{header: hangUp, status: 403, title: "Cross-origin request", detail: "The request comes from a page of another site; if that is this server's own address, add it with --allowed-hosts or set --public-url."}},
	{errForeignPage, failure{header: hangUp, status: 403, title: "Cross-origin request", detail: "The request comes from a page of another site; to let its scripts call services, add its origin with --cors-origins."}},
	{errGatewayOnly, failure{status: 404, title: "Not Found", detail: "Only services are at this address, each under its path; the dashboard and the API have an address of their own."}},
	{errNotSignedIn, failure{status: 401, title: "Not signed in", detail: "Sign in with POST /login and send the cookie it sets, or send a token as Authorization: Bearer.", header: http.Header{"Www-Authenticate": {`Bearer realm="mcpgateway"`}}}},
	{errLimitedSocket, failure{status: 403, title: "Limited token", detail: "The socket sends the health of all services; use a token that is not limited to some, or read the same address without Upgrade."}},
	{gateway.ErrDisabled, failure{status: 503, title: "Service disabled", detail: "The service is switched off; whoever runs it can enable it on the dashboard."}},
	{gateway.ErrUnknownSession, failure{status: 404, title: "No such session", detail: "This session was not issued to this caller for this service, or has ended; start a new one."}},
	{gateway.ErrTooManyOpen, failure{status: 503, title: "Busy", detail: "Too many requests to this service are open; try again in a moment.", header: http.Header{"Retry-After": {"1"}}}},
	{gateway.ErrExhausted, failure{status: 503, title: "Out of connections", detail: "The gateway can open no more connections; try again in a moment. Whoever runs it can let it have more file descriptors.", header: http.Header{"Retry-After": {"5"}}}},
	{gateway.ErrUpstreamTimeout, failure{status: 504, title: "Gateway Timeout", detail: "The service's server did not begin to answer in time; try again, or see the service's health."}},
	{auth.ErrBadToken, failure{status: 401, title: "Bad token", detail: "The token is unknown, revoked or expired; send another one.", header: http.Header{"Www-Authenticate": {`Bearer realm="mcpgateway", error="invalid_token"`}}}},
	{auth.ErrNoToken, failure{status: 404, title: "No such token", detail: "No token has this ID; GET /api/tokens lists those that exist."}},
	{auth.ErrTooManyTokens, failure{status: 400, title: "Too many tokens", detail: fmt.Sprintf("There are %d tokens that are good; revoke one that is not needed.", auth.MaxTokens)}},
	{os.ErrDeadlineExceeded, failure{status: 408, title: "Request Timeout", detail: "The body did not come in time; send it again, faster.", header: http.Header{"Connection": {"close"}}}},
	{errMalformedBody, failure{status: 400, title: "Bad Request", detail: "The body cannot be read as its Content-Type says; correct its syntax."}},
	{errEncodedBody, failure{status: 415, title: "Unsupported Media Type", detail: "Send the body as it is, without Content-Encoding.", header: http.Header{"Accept-Encoding": {"identity"}}}},
	{errNoObject, failure{status: 400, title: "Bad Request", detail: "Send one JSON object with the fields in it, such as {\"name\": \"…\"}."}},
	{errTooManyFields, failure{status: 400, title: "Bad Request", detail: fmt.Sprintf("Send a form of at most %d fields.", maxFields)}},
	{errTooManySockets, failure{status: 503, title: "Too many connections", detail: "All websocket connections are taken; try again later.", header: http.Header{"Retry-After": {"30"}}}},
	{errTooManyFromHere, failure{status: 429, title: "Too many connections", detail: "Too many websocket connections come from this address; close some first.", header: http.Header{"Retry-After": {"30"}}}},
	{errNoUpgrade, failure{status: 400, title: "Bad Request", detail: "The websocket handshake lacks Upgrade: websocket or Connection: Upgrade; let the proxies in between pass both on."}},
	{errSocketVersion, failure{status: 426, title: "Upgrade Required", detail: "Speak version 13 of the websocket protocol, RFC 6455.", header: http.Header{"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Version": {"13"}}}},
	{errBadHandshake, failure{status: 400, title: "Bad Request", detail: "Send a Sec-WebSocket-Key of 16 bytes in base64, as RFC 6455 asks in section 4.1."}},
	{errNotReady, failure{status: 503, title: "Not ready", detail: "The database does not answer; the server's log says why.", header: http.Header{"Retry-After": {"5"}}}},
	{errExaminersBusy, failure{status: 503, title: "Busy", detail: "Too many URLs are being examined; try again in a few seconds.", header: http.Header{"Retry-After": {"5"}}}},
	{auth.ErrBusy, failure{status: 503, title: "Busy", detail: "Too many passwords are being checked; try again in a moment.", header: http.Header{"Retry-After": {"1"}}}},
	{actors.ErrOverloaded, failure{status: 503, title: "Overloaded", detail: "Too many requests are waiting; try again in a moment.", header: http.Header{"Retry-After": {"1"}}}},
	{actors.ErrStopped, failure{status: 503, title: "Shutting down", detail: "The server is shutting down; try again in a moment.", header: http.Header{"Retry-After": {"5"}}}},
	{context.DeadlineExceeded, failure{status: 503, title: "Overloaded", detail: "The request was not handled in time; try again in a moment.", header: http.Header{"Retry-After": {"5"}}}},
}

// failureOf says what the caller sees of err. known is false for an error that
// nobody foresaw, which has to be logged.
func failureOf(err error) (f failure, known bool) {
	for _, row := range sentinels {
		if errors.Is(err, row.is) {
			return row.failure, true
		}
	}
	if e, ok := errors.AsType[*registry.InvalidError](err); ok {
		return failure{status: 400, title: "Invalid input", detail: fieldSentence(e.Fields), fields: e.Fields}, true
	}
	if e, ok := errors.AsType[*auth.ThrottledError](err); ok {
		seconds := max(1, int(math.Ceil(e.RetryAfter.Seconds())))
		return failure{
			status: 429, title: "Too many tries",
			detail: fmt.Sprintf("Too many logins failed; try again in %d seconds.", seconds),
			header: http.Header{"Retry-After": {fmt.Sprint(seconds)}},
		}, true
	}
	if e, ok := errors.AsType[*scopeError](err); ok {
		wants := make([]string, len(e.wants))
		for i, scope := range e.wants {
			wants[i] = string(scope)
		}
		return failure{
			status: 403, title: "Scope too small",
			detail: fmt.Sprintf("This takes a token of scope %s; this one's scope is %s.", strings.Join(wants, " or "), e.has),
			header: http.Header{"Www-Authenticate": {fmt.Sprintf(`Bearer realm="mcpgateway", error="insufficient_scope", scope=%q`, wants[len(wants)-1])}},
		}, true
	}
	if e, ok := errors.AsType[*gateway.UpstreamError](err); ok {
		return failure{status: 502, title: "Bad Gateway", detail: "The service's server " + e.Reason}, true
	}
	if e, ok := errors.AsType[*gateway.MethodError](err); ok {
		return wrongMethod(e.Allowed, e.Stream), true
	}
	if e, ok := errors.AsType[*methodError](err); ok {
		return wrongMethod(e.allowed, ""), true
	}
	if e, ok := errors.AsType[*mediaTypeError](err); ok {
		return failure{
			status: 415, title: "Unsupported Media Type",
			detail: "Send the body as " + strings.Join(e.takes, " or ") + ", and say so in Content-Type.",
		}, true
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return failure{
			status: 413, title: "Content Too Large",
			detail: fmt.Sprintf("Send a body of at most %d bytes.", e.Limit),
			header: hangUp,
		}, true
	}
	return failure{
		status: 500, title: "Internal Server Error",
		detail: "Something went wrong here; the server's log has it under the request id.",
	}, false
}

// wrongMethod is the failure for a method that an address does not take. stream
// is where a service is reached that speaks HTTP+SSE only.
func wrongMethod(allowed []string, stream string) failure {
	names := strings.Join(allowed, ", ")
	f := failure{
		status: 405, title: "Method Not Allowed",
		detail: "Use one of the methods that this address takes: " + names + ".",
		header: http.Header{"Allow": {names}},
	}
	if stream != "" {
		f.detail = "This service's server speaks HTTP+SSE only: connect to " + stream + " with a client of that transport."
	}
	return f
}

// fieldSentence sums field errors up.
func fieldSentence(fields []registry.FieldError) string {
	if len(fields) == 1 {
		return fields[0].Field + ": " + fields[0].Message
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Field
	}
	return "Correct the fields " + strings.Join(names, ", ") + "; errors says how."
}

// statusCallerGone stands in the log for an answer that nobody waited for.
const statusCallerGone = 499

// fail answers with what the caller may see of err: a page for a browser that
// asked for one where there are any, a problem (RFC 9457) otherwise. It fits
// the generated server's hook for errors of handlers.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.failCall(callOf(r.Context()), w, r, err)
}

// failCall is fail where the request's context does not have its call.
func (s *Server) failCall(c *call, w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errCallerGone) || errors.Is(err, gateway.ErrCallerGone) || errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(statusCallerGone)
		return
	}
	if c.proxied { // The gateway bounds and marks its own answers.
		limitAnswer(w)
		w.Header().Set("Cache-Control", "no-store")
	}
	f, known := failureOf(err)
	if !known || isOurs(err) {
		c.failure = err
	}
	if f.status == http.StatusUnauthorized && c.wantsPage {
		s.toLogin(w, r)
		return
	}
	maps.Copy(w.Header(), f.header)
	if c.wantsPage && s.routes.mayShowPage(r.URL.EscapedPath(), r.Method) {
		s.failPage(w, c, f, err)
		return
	}
	s.writeProblem(w, r, c, f)
}

// isOurs says of an error that the caller is told of whether the operator has to
// hear of it, too: what failed is the server's.
func isOurs(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, registry.ErrNotStored) || errors.Is(err, gateway.ErrExhausted)
}

func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, c *call, f failure) {
	p := problemOf(c, f)
	if r.URL.Path == "/register" {
		p.Error = &p.Detail
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(f.status)
	if r.Method != http.MethodHead {
		// An error here means that the caller has gone.
		_ = json.NewEncoder(w).Encode(p)
	}
}

// problemOf is a failure as the API tells it.
func problemOf(c *call, f failure) gen.Problem {
	p := gen.Problem{Type: "about:blank", Title: f.title, Status: f.status, Detail: f.detail, RequestID: &c.id}
	for _, field := range f.fields {
		p.Errors = append(p.Errors, gen.FieldProblem{Field: field.Field, Message: field.Message})
	}
	return p
}
