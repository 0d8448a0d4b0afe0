package httpserver

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCompress(t *testing.T) {
	long := strings.Repeat("word ", 1000)
	answer := func(kind, body string, more ...string) http.Handler {
		return compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			for i := 0; i < len(more); i += 2 {
				w.Header().Set(more[i], more[i+1])
			}
			w.WriteHeader(http.StatusAccepted)
			for part := range strings.SplitAfterSeq(body, " ") {
				_, _ = io.WriteString(w, part)
			}
		}))
	}
	for name, c := range map[string]struct {
		h        http.Handler
		method   string
		header   [2]string
		body     string
		packed   bool
		vary     string
		wantETag string
	}{
		"a page":             {h: answer("text/html; charset=utf-8", long), body: long, packed: true, vary: "Accept-Encoding"},
		"our own script":     {h: answer("application/json", long), header: [2]string{"Sec-Fetch-Site", "same-origin"}, body: long, packed: true, vary: "Accept-Encoding"},
		"a weak tag stays":   {h: answer("application/json", long, "ETag", `W/"1"`), body: long, packed: true, vary: "Accept-Encoding", wantETag: `W/"1"`},
		"a strong tag bends": {h: answer("application/json", long, "ETag", `"1"`), body: long, packed: true, vary: "Accept-Encoding", wantETag: `W/"1"`},
		"another site":       {h: answer("text/html", long), header: [2]string{"Sec-Fetch-Site", "cross-site"}, body: long},
		"a neighbour":        {h: answer("text/html", long), header: [2]string{"Sec-Fetch-Site", "same-site"}, body: long},
		"an answer to HEAD":  {h: answer("text/html", long), method: http.MethodHead, body: long, packed: true, vary: "Accept-Encoding"},
		"an answer to POST":  {h: answer("text/html", long), method: http.MethodPost, body: long},
		"not asked for":      {h: answer("text/html", long), header: [2]string{"Accept-Encoding", "gzip;q=0, br"}, body: long, vary: "Accept-Encoding"},
		"short":              {h: answer("text/html", "short"), body: "short", vary: "Accept-Encoding"},
		"no text":            {h: answer("image/x-icon", long), body: long},
		"packed already":     {h: answer("text/html", long, "Content-Encoding", "br"), body: long},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/", nil)
			r.Header.Set("Accept-Encoding", "gzip")
			if c.header[0] != "" {
				r.Header.Set(c.header[0], c.header[1])
			}
			w := httptest.NewRecorder()
			c.h.ServeHTTP(w, r)
			if packed := w.Header().Get("Content-Encoding") == "gzip"; packed != c.packed || w.Code != http.StatusAccepted {
				t.Fatalf("status %d, %v", w.Code, w.Header())
			}
			if got := w.Header().Get("Vary"); got != c.vary {
				t.Errorf("Vary is %q", got)
			}
			if got := w.Header().Get("ETag"); got != c.wantETag {
				t.Errorf("ETag is %q", got)
			}
			body := io.Reader(w.Body)
			if c.packed {
				if w.Body.Len() > len(c.body)/10 {
					t.Errorf("%d bytes of %d", w.Body.Len(), len(c.body))
				}
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatal(err)
				}
				body = z
			}
			if got, err := io.ReadAll(body); err != nil || string(got) != c.body {
				t.Errorf("%d bytes came out, %v", len(got), err)
			}
		})
	}
}

// TestCompressTellsCaches says of an answer that is not modified what it would
// have said of the answer.
func TestCompressTellsCaches(t *testing.T) {
	w := httptest.NewRecorder()
	compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `W/"1"`)
		w.WriteHeader(http.StatusNotModified)
	})).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if h := w.Header(); w.Code != http.StatusNotModified || h.Get("Vary") != "Accept-Encoding" || h.Get("ETag") != `W/"1"` || h.Get("Content-Encoding") != "" {
		t.Errorf("status %d, %v", w.Code, h)
	}
}

// A panic must not leave half an answer behind that looks whole.
func TestCompressLeavesAPanicUnsent(t *testing.T) {
	w := httptest.NewRecorder()
	defer func() {
		if recover() == nil || w.Body.Len() > 0 {
			t.Errorf("%d bytes went out", w.Body.Len())
		}
	}()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "half")
		panic("oh")
	})).ServeHTTP(w, r)
}

func TestFolded(t *testing.T) {
	for given, want := range map[string]string{
		"Plain Text": "plain text", "Café Olé": "cafe ole", "ÅNGSTRÖM": "angstrom", "ﬁne": "fine", "Süß": "suß", "日本": "日本", "e\u0301": "e",
	} {
		if got := folded(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}
