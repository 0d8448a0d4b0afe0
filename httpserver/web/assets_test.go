package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, h http.Handler, method, url string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAssetsAreServed(t *testing.T) {
	p := newPages(t)
	h := p.Assets(nowhere)
	for name, f := range p.assets.files {
		url := p.assets.prefix + name
		plain := get(t, h, "GET", url)
		if plain.Code != http.StatusOK || !bytes.Equal(plain.Body.Bytes(), f.plain) {
			t.Errorf("%s: status %d, %d bytes", name, plain.Code, plain.Body.Len())
		}
		for header, want := range map[string]string{
			"Content-Type":           contentTypes[path.Ext(name)],
			"Cache-Control":          "public, max-age=31536000, immutable",
			"X-Content-Type-Options": "nosniff",
			"Vary":                   "Accept-Encoding",
		} {
			if got := plain.Header().Get(header); got != want || want == "" {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		packed := get(t, h, "GET", url, "Accept-Encoding", "br, gzip;q=0.5")
		if f.gzip == nil {
			continue
		}
		if packed.Header().Get("Content-Encoding") != "gzip" || packed.Header().Get("ETag") == plain.Header().Get("ETag") {
			t.Errorf("%s: %v", name, packed.Header())
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, f.plain) {
			t.Errorf("%s: unpacked to %d bytes, %v", name, len(got), err)
		}
		again := get(t, h, "GET", url, "If-None-Match", plain.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: status %d for a known ETag", name, again.Code)
		}
	}
}

// nowhere answers for what is missing, as nobody else does.
var nowhere = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })

func TestMissingAssetsAreTheCallers(t *testing.T) {
	p := newPages(t)
	for _, url := range []string{
		"/", "/static/", "/static/css/base.css", p.assets.prefix, p.assets.prefix + "css", p.assets.prefix + "none.js",
		"/static/000000000000/css/base.css", p.assets.prefix + "../assets.go", p.assets.prefix + "css//base.css",
	} {
		w := get(t, p.Assets(nowhere), "GET", url)
		if w.Code != http.StatusTeapot || len(w.Header()) > 0 || w.Body.Len() > 0 {
			t.Errorf("%s: status %d, %v", url, w.Code, w.Header())
		}
	}
	w := get(t, p.Assets(nowhere), "HEAD", p.assets.prefix+"css/base.css")
	if w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("HEAD: status %d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestFavicon(t *testing.T) {
	w := get(t, newPages(t).Assets(nowhere), "GET", "/favicon.ico")
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "public, max-age=86400" {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	if w.Body.Len() > 2048 {
		t.Errorf("%d bytes: an icon is small", w.Body.Len())
	}
}

func TestTakesGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "br, gzip": true, "gzip;q=0.1": true, "gzip; q=1": true,
		"gzip;q=0": false, "gzip; q=0.000": false, "br": false, "xgzip": false,
	} {
		if got := takesGzip([]string{header}); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

// TestHashFollowsContent makes two bundles: the same files must have the same
// name on every replica.
func TestHashFollowsContent(t *testing.T) {
	a, b := newPages(t).assets, newPages(t).assets
	if a.prefix != b.prefix || !regexp.MustCompile(`^/static/[0-9a-f]{12}/$`).MatchString(a.prefix) {
		t.Errorf("%s and %s", a.prefix, b.prefix)
	}
}

// TestImportsResolve holds every module to imports that are relative, on one
// line, and there; and the preload list to be complete.
func TestImportsResolve(t *testing.T) {
	b := newPages(t).assets
	anyImport := regexp.MustCompile(`(?m)^(?:import|export)\b[^;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\(|^import\s*['"]`)
	for name, f := range b.files {
		if path.Ext(name) != ".js" {
			continue
		}
		all, ours := anyImport.FindAllString(string(f.plain), -1), importing.FindAllSubmatch(f.plain, -1)
		if len(all) != len(ours) {
			t.Errorf("%s: %d imports, of which %d are in our manner: %q", name, len(all), len(ours), all)
		}
		for _, m := range ours {
			if to := path.Join(path.Dir(name), string(m[1])); b.files[to].plain == nil {
				t.Errorf("%s imports %s, which is not there", name, to)
			}
		}
	}
	loads := b.modules("js/dashboard.js")
	for _, want := range []string{"js/socket.js", "js/dom.js", "js/order.js"} {
		if !strings.Contains(strings.Join(loads, " "), b.prefix+want) {
			t.Errorf("%s is not preloaded: %v", want, loads)
		}
	}
}

// TestFirstViewIsSmall adds up what the dashboard loads the first time.
func TestFirstViewIsSmall(t *testing.T) {
	const most = 100 << 10 // bytes over the wire, the page itself included
	p := newPages(t)
	var page bytes.Buffer
	if err := p.Dashboard(&page, DashboardPage{Shell: Shell{User: "admin"}}); err != nil {
		t.Fatal(err)
	}
	total, seen := len(shrink(page.Bytes())), map[string]bool{}
	add := func(url string) {
		f, ok := p.assets.files[strings.TrimPrefix(url, p.assets.prefix)]
		if !ok || seen[url] {
			return
		}
		seen[url] = true
		if f.gzip != nil {
			total += len(f.gzip)
		} else {
			total += len(f.plain)
		}
	}
	for _, e := range elements(t, page.String()) {
		add(e.attrs["src"])
		add(e.attrs["href"])
	}
	for url := range maps.Clone(seen) {
		for _, imported := range p.assets.modules(strings.TrimPrefix(url, p.assets.prefix)) {
			add(imported)
		}
	}
	t.Logf("%d bytes in %d files", total, len(seen))
	if len(seen) < 10 || total > most/2 {
		t.Errorf("%d bytes in %d files leave no room for the services", total, len(seen))
	}
}
