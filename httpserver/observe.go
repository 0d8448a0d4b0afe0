package httpserver

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// observe gives every request its id, and writes the access log and the
// metrics once it is answered.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, rec := new(call), &recorder{ResponseWriter: w}
		s.begin(c, r)
		c.request = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		w.Header().Set("X-Request-Id", c.id)
		defer s.end(c, rec) //nolint:contextcheck // The call has it.
		next.ServeHTTP(rec, c.request)
	})
}

// end tells of a request that was answered.
func (s *Server) end(c *call, rec *recorder) {
	took := time.Since(c.began)
	s.metrics.requests.observe(c.route, c.method, rec.code(), took)
	s.logCall(c, rec, took)
}

// nameRoute remembers the route that the router finds.
func nameRoute(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		// The router fills this in; it would make its own otherwise, which
		// nobody out here could read.
		routing := chi.NewRouteContext()
		if r.Method == http.MethodHead {
			routing.RouteMethod = http.MethodGet
		}
		c.request = r.WithContext(contextWithRouting(r.Context(), routing))
		defer func() { c.route = routing.RoutePattern() }()
		next.ServeHTTP(w, c.request)
	})
}

// maxLogged bounds each of the caller's own words in the log, in bytes. A
// header may have 64 KiB, and so may a method.
const maxLogged = 512

func forLog(given string) string {
	if len(given) <= maxLogged {
		return given
	}
	return strings.ToValidUTF8(given[:maxLogged], "") + "…"
}

// logCall writes the line of a request. Query strings are left out of it: people
// put secrets there.
func (s *Server) logCall(c *call, rec *recorder, took time.Duration) {
	level := slog.LevelInfo
	switch {
	case c.failure != nil:
		level = slog.LevelError
	case isNoise(c.path):
		level = slog.LevelDebug
	}
	if !s.log.Enabled(c.request.Context(), level) {
		return
	}
	var room [16]slog.Attr
	attrs := append(room[:0],
		slog.String("method", forLog(c.method)),
		slog.String("path", forLog(auth.HideSecret(c.path))),
		slog.Int("status", rec.code()),
		slog.Int64("bytes", rec.bytes),
		slog.Duration("took", took),
		slog.String("client", c.address),
		slog.String("principal", c.principal.String()),
		slog.String("request_id", c.id))
	if c.report.Service != "" {
		attrs = append(attrs, slog.String("service", string(c.report.Service)))
	}
	if c.report.Method != "" {
		attrs = append(attrs, slog.String("mcp_method", forLog(c.report.Method)))
	}
	if c.report.Name != "" {
		attrs = append(attrs, slog.String("mcp_name", forLog(c.report.Name)))
	}
	if cause := cmp.Or(c.cause, c.report.Broken); cause != nil {
		attrs = append(attrs, slog.String("cause", forLog(cause.Error())))
	}
	if c.failure != nil {
		attrs = append(attrs, slog.Any("error", c.failure))
		if e, ok := errors.AsType[*panicError](c.failure); ok {
			attrs = append(attrs, slog.String("stack", string(e.stack)))
		}
	}
	ctx, now := c.request.Context(), c.began.Add(took)
	if s.lines != nil {
		_ = s.lines.Line(ctx, now, level, "request", attrs)
		return
	}
	// The logger would find out which line of code it was called from, for
	// every request, and the handlers have no use for it.
	record := slog.NewRecord(now, level, "request", 0)
	record.AddAttrs(attrs...)
	_ = s.log.Handler().Handle(ctx, record)
}

// isNoise says of requests that come by themselves, from monitors and with
// every page, that the log need not tell of them.
func isNoise(path string) bool {
	switch path {
	case "/livez", "/readyz", "/health", "/metrics", "/favicon.ico":
		return true
	}
	return strings.HasPrefix(path, "/static/")
}

// panicError is what a handler panicked with, and where.
type panicError struct {
	reason any
	stack  []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("a handler panicked: %v", e.reason) }

// recoverPanics turns a panic into a 500, if it is not too late for that. The
// access log has it, with its stack.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.recoverPanic(callOf(r.Context()), w, r)
		next.ServeHTTP(w, r)
	})
}

// recoverPanic is to be deferred. w is the recorder, as long as nothing stands
// in front of it.
func (s *Server) recoverPanic(c *call, w http.ResponseWriter, r *http.Request) {
	reason := recover()
	if reason == nil {
		return
	}
	if reason == http.ErrAbortHandler { //nolint:errorlint // The very value, by net/http's contract.
		panic(reason)
	}
	err := &panicError{reason, debug.Stack()}
	if rec, ok := w.(*recorder); ok && rec.status != 0 {
		c.failure = err
		panic(http.ErrAbortHandler) // Half an answer must not look whole.
	}
	s.failCall(c, w, r, err)
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader remembers the first final status.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 || status == http.StatusSwitchingProtocols {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap lets [http.ResponseController] through.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// Hijack lets the websocket upgrade through, which asks for it by type.
func (rec *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(rec.ResponseWriter).Hijack()
	if err == nil {
		rec.status = http.StatusSwitchingProtocols
	}
	return conn, rw, err
}

func (rec *recorder) code() int {
	if rec.status == 0 {
		return http.StatusOK
	}
	return rec.status
}
