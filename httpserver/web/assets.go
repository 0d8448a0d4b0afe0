package web

import (
	"bytes"
	"net/http"
	"path"
	"strconv"
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
	if TakesGzip(r.Header.Values("Accept-Encoding")) {
		if packed := f.gzip(); packed != nil {
			body, etag = packed, f.etag+"-gz"
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// TakesGzip reads the values of Accept-Encoding (RFC 9110, 12.5.3) as far as
// they concern gzip: true if it is acceptable and nothing about it is liked
// less than the plain bytes. An unreadable weight refuses.
func TakesGzip(values []string) bool {
	gzip, other, plain := -1.0, 0.0, -1.0
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		coding, params, weighted := strings.Cut(part, ";")
		weight := 1.0
		if weighted {
			name, value, _ := strings.Cut(strings.TrimSpace(params), "=")
			var err error
			if weight, err = strconv.ParseFloat(strings.TrimSpace(value), 64); err != nil || !strings.EqualFold(name, "q") || weight < 0 || weight > 1 {
				weight = 0
			}
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			gzip = max(gzip, weight)
		case "identity":
			plain = weight
		case "*":
			other = weight
		}
	}
	if gzip < 0 {
		gzip = other
	}
	return gzip > 0 && gzip >= plain
}
