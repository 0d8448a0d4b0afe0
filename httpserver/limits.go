package httpserver

import (
	"context"
	"net/http"
	"time"
)

// What a request's body may have, in bytes. Nobody needs to have signed in to
// send the login form, so little is kept for it.
const (
	maxBody      = 1 << 20
	maxLoginBody = 16 << 10
	// maxImportBody has room for a text of a mebibyte, with its escapes or in
	// base64, and for what is decided about each service in it.
	maxImportBody = 3 << 20
)

// A caller has this long to send its request and to take the answer. Handlers
// that stream lift the limits themselves.
const (
	readTimeout  = 30 * time.Second
	writeTimeout = 60 * time.Second
)

// handleTimeout bounds what a handler waits for, besides a check.
const handleTimeout = 15 * time.Second

// limitTime bounds both directions in time. It comes before anything that may
// refuse the request: the rest of a body is read, and waited for, after a
// refusal too.
func limitTime(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limitAnswer(w)
		next.ServeHTTP(w, r)
	})
}

// limitAnswer is limitTime for one answer.
func limitAnswer(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	now := time.Now()
	// Only connections without deadlines, in tests, refuse these.
	_ = control.SetReadDeadline(now.Add(readTimeout))
	_ = control.SetWriteDeadline(now.Add(writeTimeout))
}

// limit bounds the request's body, and what is waited for on its behalf.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := int64(maxBody)
		switch r.URL.Path {
		case "/login":
			most = maxLoginBody
		case "/api/import", "/register/import":
			most = maxImportBody
		}
		if r.ContentLength > most {
			s.fail(w, r, &http.MaxBytesError{Limit: most})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		// A websocket, once it is open, does not heed the context.
		ctx, cancel := context.WithTimeout(r.Context(), handleTimeout+2*s.o.CheckTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// pagePolicy is the Content-Security-Policy of our own pages.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// securityHeaders tells browsers to distrust the pages as far as they work.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setPageHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}

func setPageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	// What is shown depends on who is signed in. Assets say otherwise.
	h.Set("Cache-Control", "no-store")
}
