package upstreamtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Hanging accepts a request and says nothing until the client goes away.
func Hanging() http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

// DripFeeding sends the header of a good answer and then a byte of its body
// now and then, without end.
func DripFeeding() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-tick.C:
			case <-r.Context().Done():
				return
			}
		}
	})
}

// Body answers every request with one status, content type and body.
func Body(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// HTMLPage answers every request with a web page.
func HTMLPage() http.Handler {
	return Body(http.StatusOK, "text/html; charset=utf-8", "<!doctype html><title>Hello</title><p>A web page.")
}

// EndlessEvents answers every request with a stream that sends event as fast
// as the client reads, without end. The event must end with an empty line.
func EndlessEvents(event string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, event); err != nil {
				return
			}
		}
	})
}

// SSEEndpoint streams one endpoint event of the given data on GET, then
// silence, and accepts every POST without ever answering it.
func SSEEndpoint(data string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			http.Error(w, "use GET", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintf(w, "event: endpoint\ndata: %s\n\n", data)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
}

// Redirect answers every request with a redirect to url.
func Redirect(url string, status int) http.Handler {
	return http.RedirectHandler(url, status)
}

// GzipBomb answers every request, asked for or not, with a gzip body that
// unpacks to size bytes of JSON.
func GzipBomb(size int) http.Handler {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, `{"jsonrpc":"2.0","id":1,"result":{"x":"`)
	_, _ = z.Write(bytes.Repeat([]byte("x"), size))
	_, _ = io.WriteString(z, `"}}`)
	_ = z.Close()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
}

// HugeHeader answers every request with a header of size bytes.
func HugeHeader(size int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Huge", strings.Repeat("x", size))
		w.WriteHeader(http.StatusOK)
	})
}

// Reset closes the connection without an answer.
func Reset() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
}
