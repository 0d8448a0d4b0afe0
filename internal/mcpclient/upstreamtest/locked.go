package upstreamtest

import (
	"net/http"
	"sync/atomic"
)

// Lock stands in front of a server and lets only those through who send the
// right value of a header.
type Lock struct {
	// Name and Value are of the header that opens it.
	Name, Value string
	// Behind is what it protects.
	Behind http.Handler

	opened, refused atomic.Int64
}

// ServeHTTP answers 401 without the header.
func (l *Lock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if given := r.Header.Values(l.Name); len(given) != 1 || given[0] != l.Value {
		l.refused.Add(1)
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "the key is missing or wrong", http.StatusUnauthorized)
		return
	}
	l.opened.Add(1)
	l.Behind.ServeHTTP(w, r)
}

// Opened is the number of requests that were let through.
func (l *Lock) Opened() int { return int(l.opened.Load()) }

// Refused is the number of requests that were not let through.
func (l *Lock) Refused() int { return int(l.refused.Load()) }
