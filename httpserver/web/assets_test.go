package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"
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
		if f.gzip() == nil {
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
		"x-gzip": true, "*": true, "*;q=0": false, "br, *;q=0.1": true, "gzip;q=0, *": false,
		"gzip;q=0.5, identity": false, "identity;q=0.5, gzip;q=0.5": true, "gzip;q=x": false, "gzip;q=2": false,
		"gzip;Q=0.3": true, "gzip;level=9": false, "identity": false, "*;q=0, gzip": true,
	} {
		if got := TakesGzip([]string{header}); got != want {
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

// TestFirstViewIsSmall adds up what the dashboard loads the first time: the
// page itself, full of services that have something to say, the list that
// script fetches left out.
func TestFirstViewIsSmall(t *testing.T) {
	const most = 100 << 10 // bytes over the wire
	p := newPages(t)
	page := DashboardPage{Shell: Shell{User: "admin", Now: noon}, Counts: Counts{Total: 2000, Enabled: 2000}, Matches: 2000, Pages: 40}
	for i := range 50 {
		page.Services = append(page.Services, ServiceCard{
			Path: fmt.Sprintf("/team%d/service%d", i%7, i*7919), Name: fmt.Sprintf("Service %d", i*104729), NumTools: i, Enabled: true,
			Description: fmt.Sprintf("Number %x of a great many services, with a sentence to say about itself.", i*15485863),
			Upstream:    fmt.Sprintf("http://10.0.%d.%d:8000/mcp", i, 255-i), Tags: []string{fmt.Sprint("tag", i*31), "many"},
			Status: "healthy", Kind: "healthy", LastChecked: noon.Add(-time.Duration(i) * time.Second), Since: noon, Changed: noon,
			Latency: time.Duration(i) * time.Millisecond, Stars: i % 5, License: "MIT", Transport: "streamable-http", Requests: int64(i * 1000),
		})
	}
	var html bytes.Buffer
	if err := p.Dashboard(&html, page); err != nil {
		t.Fatal(err)
	}
	total := len(shrink(html.Bytes()))
	t.Logf("the page: %d bytes, %d packed", html.Len(), total)
	loaded := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?:src|href)="`+regexp.QuoteMeta(p.assets.prefix)+`([^"#]+)"`).FindAllStringSubmatch(html.String(), -1) {
		loaded[m[1]] = true
	}
	for name := range loaded {
		f := p.assets.files[name]
		packed := f.gzip()
		if packed == nil {
			packed = f.plain
		}
		total += len(packed)
	}
	t.Logf("with %d assets: %d bytes", len(loaded), total)
	if len(loaded) < 20 || total > most {
		t.Errorf("%d bytes", total)
	}
}
