package web

import (
	"bytes"
	"net/http"
	"path"
	"strings"
	"time"
)

// contentTypes is every kind of file there is. The table of the operating
// system would do, and differ from machine to machine.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".ico": "image/x-icon",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// assets serves the files of a bundle.
type assets struct {
	*bundle
	missing http.Handler
}

// ServeHTTP answers with the file, compressed if the caller takes gzip. A name
// under /static/ carries the hash of all files and so may be kept for ever.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, hashed := strings.CutPrefix(r.URL.Path, a.prefix)
	if r.URL.Path == "/favicon.ico" {
		name = "favicon.ico"
	} else if !hashed {
		name = ""
	}
	f, ok := a.files[name]
	if !ok {
		a.missing.ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentTypes[path.Ext(name)])
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=86400")
	if hashed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Vary", "Accept-Encoding")
	body, etag := f.plain, f.etag
	if f.gzip != nil && takesGzip(r.Header.Values("Accept-Encoding")) {
		body, etag = f.gzip, f.etag+"-gz"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3) as far as it concerns
// gzip. A weight of zero, however it is written, refuses it.
func takesGzip(headers []string) bool {
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		coding, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		weight, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		return !ok || strings.Trim(weight, "0.") != ""
	}
	return false
}
