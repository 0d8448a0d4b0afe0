package httpserver

import (
	"compress/gzip"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/mcpgateway/mcpgateway/httpserver/web"
)

// leastCompressed is the size below which an answer goes out as it is: about
// one packet, in bytes.
const leastCompressed = 1400

// packers are gzip writers between two answers; one holds some 800 KiB.
type packers struct{ pool sync.Pool }

func (p *packers) take(w http.ResponseWriter) *gzip.Writer {
	z, ok := p.pool.Get().(*gzip.Writer)
	if !ok {
		z, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed+2) // The level is a valid one.
	}
	z.Reset(w)
	return z
}

// compress packs what our own routes answer, for those who take gzip. What
// others wrote, on proxied routes, never comes here.
//
// A compressed length tells somebody who listens on the wire whether a guess
// of theirs stands in the same answer as a secret (BREACH, CVE-2013-3587). So
// only what a page of ours or a person asks for is packed, and nothing that
// another site made a browser ask for; and nothing but answers to GET, and to
// HEAD, which has the same header (RFC 9110, section 9.3.2), so that no answer that shows a new token is, nor a form with what was typed. Over
// plain http browsers don't say who asks, and whoever listens needs no guess.
func compress(next http.Handler) http.Handler {
	var pool packers
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		site := r.Header.Get("Sec-Fetch-Site")
		if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("Upgrade") != "" || site == "cross-site" || site == "same-site" {
			next.ServeHTTP(w, r)
			return
		}
		p := &packed{ResponseWriter: w, pool: &pool, wanted: web.TakesGzip(r.Header.Values("Accept-Encoding"))}
		next.ServeHTTP(p, r)
		p.finish() // A panic leaves what is held back unsent.
	})
}

// packed holds back the beginning of an answer until it is known whether it is
// worth packing.
type packed struct {
	http.ResponseWriter
	pool   *packers
	wanted bool

	status  int
	held    []byte
	zip     *gzip.Writer // nil unless packing
	decided bool
}

// WriteHeader keeps the status for later; one that is not final goes out.
func (p *packed) WriteHeader(status int) {
	if status < 200 {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	if p.status == 0 {
		p.status = status
	}
}

// Write packs, or holds back, or passes on.
func (p *packed) Write(b []byte) (int, error) {
	if !p.decided {
		if len(p.held)+len(b) < leastCompressed && p.worthIt() {
			p.held = append(p.held, b...)
			return len(b), nil
		}
		if err := p.decide(p.worthIt()); err != nil {
			return 0, err
		}
	}
	if p.zip != nil {
		return p.zip.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// worthIt says whether the answer is of a kind that can be packed, whoever
// asks for it.
func (p *packed) worthIt() bool {
	h := p.Header()
	if h.Get("Content-Encoding") != "" || h.Get("Content-Range") != "" {
		return false
	}
	switch kind, _, _ := mime.ParseMediaType(h.Get("Content-Type")); kind {
	case "text/html", "text/plain", "text/css", "text/javascript", "image/svg+xml",
		"application/json", "application/problem+json", "application/yaml":
		return true
	}
	return false
}

// decide sends the header and what was held back.
func (p *packed) decide(worthIt bool) error {
	p.decided = true
	h := p.Header()
	// What is not modified was such an answer once (RFC 9110, section 15.4.5).
	if (worthIt || p.status == http.StatusNotModified) && !varies(h) {
		h.Add("Vary", "Accept-Encoding")
	}
	if worthIt && p.wanted && p.status != http.StatusNoContent && p.status != http.StatusNotModified {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		h.Del("Accept-Ranges")
		// Other bytes need another strong tag. Ours are weak, which means the
		// same under every encoding.
		if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
			h.Set("ETag", "W/"+tag)
		}
		p.zip = p.pool.take(p.ResponseWriter)
	}
	if p.status != 0 {
		p.ResponseWriter.WriteHeader(p.status)
	}
	if len(p.held) == 0 {
		return nil
	}
	held := p.held
	p.held = nil
	var err error
	if p.zip != nil {
		_, err = p.zip.Write(held)
	} else {
		_, err = p.ResponseWriter.Write(held)
	}
	return err
}

func varies(h http.Header) bool {
	return slices.ContainsFunc(h.Values("Vary"), func(v string) bool {
		return strings.Contains(strings.ToLower(v), "accept-encoding")
	})
}

// finish sends what is still held back; so short, it is not packed.
func (p *packed) finish() {
	if !p.decided {
		kept := p.wanted
		p.wanted = false
		_ = p.decide(p.worthIt()) // An error means that the caller has gone.
		p.wanted = kept
	}
	if p.zip != nil {
		_ = p.zip.Close() // An error means that the caller has gone.
		p.pool.pool.Put(p.zip)
		p.zip = nil
	}
}

// Flush sends all there is so far.
func (p *packed) Flush() {
	if !p.decided {
		_ = p.decide(p.worthIt()) // An error means that the caller has gone.
	}
	if p.zip != nil {
		_ = p.zip.Flush()
	}
	_ = http.NewResponseController(p.ResponseWriter).Flush()
}

// Unwrap lets [http.ResponseController] through.
func (p *packed) Unwrap() http.ResponseWriter { return p.ResponseWriter }
