package http1

import (
	"bufio"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse: what is taken for plain, net/http takes for the same. So no request
// has two readings, whoever serves it.
func FuzzParse(f *testing.F) {
	for _, header := range []string{
		"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"POST /weather/mcp?a=b HTTP/1.1\r\nHost: localhost:7860\r\nUser-Agent: python-httpx/0.28\r\nAccept: application/json, text/event-stream\r\nContent-Type: application/json\r\nMcp-Session-Id: a.b\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n",
		"DELETE /a HTTP/1.1\r\nhost: [::1]:80\r\nX-A: 1\r\nx-a: 2\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n",
		"GET /%2e%2e/a%2Fb/../c?d=%zz HTTP/1.1\r\nHost: a_b\r\nA:\r\nB: \t x \t\r\n\r\n",
		"GET /?Pragma HTTP/1.1\r\nHost: a:b:c\r\nPragma: no-cache\r\nConnection: close\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 05\r\nContent-Length: 5\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nB: 1\rC: 2\r\n D: 3\r\n\r\n",
	} {
		f.Add(header)
	}
	var p parser // One for all: what it remembers must not show.
	f.Fuzz(func(t *testing.T, header string) {
		// What comes to parse ends with the first empty line, and is bounded.
		end := strings.Index(header, "\r\n\r\n")
		if end < 0 || end+4 > MaxHeader {
			return
		}
		header = header[:end+4]
		got := new(http.Request)
		if !p.parse(got, []byte(header)) {
			return
		}
		want, err := http.ReadRequest(bufio.NewReader(strings.NewReader(header + strings.Repeat("x", MaxContent))))
		if err != nil {
			t.Fatalf("%q is plain, and to net/http: %v", header, err)
		}
		type reading struct {
			Method, Target, URL, Path, RawPath, Query, Host, Proto string
			Length                                                 int64
			Close                                                  bool
			Header                                                 http.Header
		}
		read := func(r *http.Request) reading {
			h := maps.Clone(r.Header)
			if len(h) == 0 {
				h = nil
			}
			return reading{r.Method, r.RequestURI, r.URL.String(), r.URL.Path, r.URL.RawPath, r.URL.RawQuery, r.Host, r.Proto, r.ContentLength, r.Close, h}
		}
		if diff := cmp.Diff(read(want), read(got)); diff != "" {
			t.Fatalf("%q (-net/http +http1):\n%s", header, diff)
		}
		once := read(got)
		if got = new(http.Request); !p.parse(got, []byte(header)) {
			t.Fatalf("%q is plain only once", header)
		}
		if diff := cmp.Diff(once, read(got)); diff != "" {
			t.Fatalf("%q is read otherwise again (-once +again):\n%s", header, diff)
		}
		content, err := io.ReadAll(want.Body)
		if err != nil || int64(len(content)) != got.ContentLength || got.ContentLength > MaxContent {
			t.Fatalf("%q: net/http reads %d bytes of content (%v), http1 %d", header, len(content), err, got.ContentLength)
		}
	})
}
