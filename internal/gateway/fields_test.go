package gateway_test

import (
	"bufio"
	"crypto/x509"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Which of the caller's headers go on, and with what of ours, does not hang on
// how the upstream is reached.
func TestFieldsTowardsTheUpstream(t *testing.T) {
	seen := make(chan http.Header, 1)
	tell := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header })
	secure := httptest.NewTLSServer(tell)
	t.Cleanup(secure.Close)
	w := newWorld(t, func(o *gateway.Options) {
		o.RootCAs = x509.NewCertPool()
		o.RootCAs.AddCert(secure.Certificate())
	})
	own := func(s *registry.Service) {
		s.UpstreamHeaders = registry.RestoreHeaders(map[string]string{"X-Api-Key": "ours", "Accept-Encoding": "br"})
	}
	for path, up := range map[string]string{"/clear": serving(t, tell), "/tls": secure.URL} {
		w.register(path, up)
		w.register(path+"/keyed", up, own)
	}
	const gives = "Host: localhost\r\nAccept: a\r\naccept: b\r\nX-A: 1\r\nx-a: 2\r\nX-Empty:\r\nX-Named: 1\r\n" +
		"X-Api-Key: theirs\r\nX_Api_Key: theirs\r\nX-Forwarded-For: 192.0.2.66\r\nX_Forwarded_Host: evil\r\nX-Request-Id: theirs\r\n" +
		"Accept-Encoding: gzip\r\nCookie: a=b\r\nAuthorization: Bearer x\r\nOrigin: http://localhost\r\nSec-Fetch-Site: none\r\n" +
		"Te: trailers\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nConnection: close, X-Named\r\nIdempotency-Key: 7\r\n"
	said := func(more http.Header) http.Header {
		h := http.Header{
			"Accept": {"a", "b"}, "X-A": {"1", "2"}, "X-Empty": {""}, "Idempotency-Key": {"7"},
			"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Host": {"localhost"}, "X-Forwarded-Proto": {"http"}, "X-Request-Id": {"id-1"},
		}
		maps.Copy(h, more)
		return h
	}
	for _, c := range []struct {
		method, tail, lines string
		want                http.Header
	}{
		{"GET", "", "", said(http.Header{"X-Api-Key": {"theirs"}, "X_api_key": {"theirs"}})},
		{"POST", "", "Content-Length: 0\r\n", said(http.Header{"X-Api-Key": {"theirs"}, "X_api_key": {"theirs"}, "Accept-Encoding": {"gzip"}, "Content-Length": {"0"}})},
		{"GET", "/keyed", "User-Agent: theirs\r\n", said(http.Header{"X-Api-Key": {"ours"}, "Accept-Encoding": {"br"}, "User-Agent": {"theirs"}})},
		{"DELETE", "/keyed", "", said(http.Header{"X-Api-Key": {"ours"}, "Accept-Encoding": {"br"}})},
	} {
		for _, path := range []string{"/clear", "/tls"} {
			conn := w.dial()
			_, _ = io.WriteString(conn, c.method+" "+path+c.tail+" HTTP/1.1\r\n"+gives+c.lines+"\r\n")
			if res := readAnswer(bufio.NewReader(conn)); res == nil || res.StatusCode != http.StatusOK {
				t.Fatalf("%s %s%s: %+v", c.method, path, c.tail, res)
			}
			if diff := cmp.Diff(c.want, <-seen); diff != "" {
				t.Errorf("%s %s%s (-wanted +seen):\n%s", c.method, path, c.tail, diff)
			}
		}
	}
}

// An upstream that hangs up on a connection that was good gets once more what
// only reads, and what has a key by which it can tell: not what has a key that
// stays here.
func TestWhatIsSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		body, header string
		again        bool
	}{
		"a call":                      {`{"method":"tools/call"}`, "", false},
		"what only reads":             {`{"method":"tools/list"}`, "", true},
		"with a key":                  {`{"method":"tools/call"}`, "Idempotency-Key: 1\r\n", true},
		"with a key that stays here":  {`{"method":"tools/call"}`, "Idempotency-Key: 1\r\nConnection: Idempotency-Key\r\n", false},
		"no body, and no harm":        {"", "", true},
		"no body, though with a verb": {"-", "", false},
	} {
		w := newWorld(t)
		var came atomic.Int32
		w.register("/up", hangsUpOnTheSecond(t, &came))
		method, body := http.MethodPost, c.body
		switch body {
		case "":
			method = http.MethodGet
		case "-":
			body = ""
		}
		if a := w.send(http.MethodGet, "/up", ""); a.StatusCode != http.StatusOK {
			t.Fatal(a.Status)
		}
		conn := w.dial()
		_, _ = io.WriteString(conn, method+" /up HTTP/1.1\r\nHost: localhost\r\n"+c.header+"Content-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
		res, want := readAnswer(bufio.NewReader(conn)), int32(2)
		if c.again {
			want = 3
		}
		if res == nil || (res.StatusCode == http.StatusOK) != c.again || came.Load() != want {
			t.Errorf("%s: %d requests came, want %d; answered with %+v", name, came.Load(), want, res)
		}
	}
}

// hangsUpOnTheSecond is an upstream that counts requests, and leaves the second
// one without an answer.
func hangsUpOnTheSecond(t *testing.T, came *atomic.Int32) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					if came.Add(1) == 2 {
						return
					}
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}
