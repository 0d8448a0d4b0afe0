package hostiletest

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// What an upstream answers is passed on as proper HTTP or not at all; what breaks
// off does not look whole.
func TestAnswersOutOfShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newScript(t)
	w.register(t, "/up", up.URL+"/base", nil)
	const ok = "HTTP/1.1 200 OK\r\n"
	cases := map[string]struct {
		say    string
		status int
		// body is what must come; a minus sign: any, but broken off.
		body string
	}{
		"the usual":                    {ok + "Content-Length: 2\r\n\r\nhi", 200, "hi"},
		"no length":                    {ok + "\r\nhi", 200, "hi"},
		"chunks":                       {ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nSet-Cookie: late=1\r\n\r\n", 200, "hi"},
		"nothing":                      {"", 502, ""},
		"no HTTP":                      {"SSH-2.0-OpenSSH\r\n", 502, ""},
		"a bad status":                 {"HTTP/1.1 20x OK\r\n\r\n", 502, ""},
		"a short status":               {"HTTP/1.1 20 OK\r\n\r\n", 502, ""},
		"status 0":                     {"HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n", 502, ""},
		"a header without a colon":     {ok + "nonsense\r\n\r\n", 502, ""},
		"too much header":              {ok + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", 80) + "\r\n", 502, ""},
		"one long header":              {ok + "X: " + strings.Repeat("x", 70<<10) + "\r\n\r\n", 502, ""},
		"too many header lines":        {ok + strings.Repeat("X: \r\n", 20000) + "\r\n", 502, ""},
		"hints without end":            {strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 10000) + ok + "\r\n", 502, ""},
		"a hint":                       {"HTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nhi", 200, "hi"},
		"another protocol":             {"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 502, ""},
		"a body that is too short":     {ok + "Content-Length: 10\r\n\r\nhi", 200, "-"},
		"a large one too short":        {ok + "Content-Length: 100000\r\n\r\n" + strings.Repeat("x", 70000), 200, "-"},
		"a body that is too long":      {ok + "Content-Length: 2\r\n\r\nhi" + ok + "Set-Cookie: split=1\r\n\r\n", 200, "hi"},
		"chunks that break off":        {ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", 200, "-"},
		"a bad chunk":                  {ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz\r\n", 200, "-"},
		"both lengths":                 {ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, "hi"},
		"two lengths":                  {ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", 502, ""},
		"a bad length":                 {ok + "Content-Length: two\r\n\r\nhi", 502, ""},
		"another coding":               {ok + "Transfer-Encoding: gzip\r\n\r\nhi", 502, ""},
		"no content with a length":     {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", 204, ""},
		"not modified with a body":     {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello", 304, ""},
		"it wants a password":          {"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=you\r\nContent-Length: 2\r\n\r\nhi", 502, ""},
		"it is a proxy that wants one": {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=you\r\nContent-Length: 2\r\n\r\nhi", 502, ""},
		"a CR in a value":              {ok + "X: a\rSet-Cookie: split=1\r\nContent-Length: 2\r\n\r\nhi", 0, ""},
		"a folded value":               {ok + "X: a\r\n Set-Cookie: split=1\r\nContent-Length: 2\r\n\r\nhi", 0, ""},
		"a zero in a value":            {ok + "X: a\x00Set-Cookie: split=1\r\nContent-Length: 2\r\n\r\nhi", 0, ""},
		"a packed stream of events":    {ok + "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\nhi", 502, ""},
		"a session id out of shape":    {ok + "Mcp-Session-Id: a\tb\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
	}
	for name, c := range cases {
		up.say(c.say)
		all := w.raw(t, strings.Replace(w.request("/up/x"), "Connection: close\r\n", "", 1)+follows)
		if len(all) == 0 {
			if c.body != "-" { // It may break off before the header was sent.
				t.Errorf("%s: no answer", name)
			}
			continue
		}
		a := all[0]
		if c.status != 0 && a.status != c.status {
			t.Errorf("%s: %d, want %d: %.200s", name, a.status, c.status, a.body)
		}
		switch {
		case a.status == http.StatusBadGateway:
			if a.header.Get("Content-Type") != "application/problem+json" || strings.Contains(a.body, "127.0.0.1") || a.header.Get("WWW-Authenticate") != "" {
				t.Errorf("%s: %v %s", name, a.header, a.body)
			}
		case c.body == "-":
			if a.err == nil {
				t.Errorf("%s: looks whole: %.80q", name, a.body)
			}
		case c.status != 0 && (a.body != c.body || a.err != nil):
			t.Errorf("%s: %.80q, %v", name, a.body, a.err)
		}
		if a.header.Get("Set-Cookie") != "" || a.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" {
			t.Errorf("%s: the header is %v", name, a.header)
		}
		if a.status == http.StatusNoContent && a.header.Get("Content-Length") != "" {
			t.Errorf("%s: a length without a body (RFC 9110, section 8.6)", name)
		}
		// The caller's connection ends, or the next answer is the right one.
		if rest := all[1:]; len(rest) > 1 || len(rest) == 1 && (rest[0].status != 200 || rest[0].body == "hi") {
			t.Errorf("%s: then came %+v", name, rest)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newScript(t)
	w.register(t, "/up", up.URL+"/base", nil)
	host := strings.TrimPrefix(up.URL, "http://")
	for to, want := range map[string]string{
		up.URL + "/base":             "/up",
		up.URL + "/base/":            "/up/",
		up.URL + "/base/y?a=b&c":     "/up/y?a=b&c",
		"/base/y":                    "/up/y",
		"y":                          "/up/a/y",
		"../y":                       "/up/y",
		"?q":                         "/up/a/x?q",
		"#f":                         "/up/a/x#f",
		"//" + host + "/base/y":      "/up/y",
		"HTTP://" + host + "/base/y": "/up/y",
		"/base/a%20b":                "/up/a%20b",
		// Elsewhere.
		"http://evil.example/base":          "",
		"//evil.example/base":               "",
		`/\evil.example/base`:               "",
		`\\evil.example/base`:               "",
		"https://" + host + "/base":         "",
		"http://127.0.0.1:1/base":           "",
		"http://localhost/base":             "",
		"http://evil@" + host + "/base":     "",
		"http://" + host + "@evil.example/": "",
		"ftp://" + host + "/base":           "",
		"javascript:alert(1)":               "",
		"data:text/html,x":                  "",
		"http:evil.example/base":            "",
		"http:/base/y":                      "",
		"/":                                 "",
		"/other":                            "",
		"/basement":                         "",
		"/base/../other":                    "",
		"../../other":                       "",
		"/base/%2e%2e/other":                "",
		"/base/..%2fother":                  "",
		"/base//evil.example":               "",
		"/base/%00":                         "",
		"http://" + host + "/base/" + strings.Repeat("x", 3000): "",
		"http://[::1/base": "",
	} {
		for _, status := range []int{301, 302, 303, 307, 308, 300, 200, 404} {
			up.say("HTTP/1.1 " + strconv.Itoa(status) + " X\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n")
			a := w.one(t, w.request("/up/a/x"))
			switch got := a.header.Get("Location"); {
			case want == "" && (a.status != http.StatusBadGateway || got != ""):
				t.Errorf("%d to %.80q: %d to %q", status, to, a.status, got)
			case want != "" && (a.status != status || got != want):
				t.Errorf("%d to %.80q: %d to %q, want %q", status, to, a.status, got, want)
			}
		}
	}
}

// An upstream that sends without end is read no faster than the caller reads,
// and hears of the caller's end.
func TestAnEndlessBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newScript(t)
	w.register(t, "/up", up.URL, nil)
	var sent int
	stopped := make(chan struct{})
	up.do(func(c net.Conn, _ *http.Request) {
		defer close(stopped)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
		part := strings.Repeat("data: x\n\n", 1000)
		for {
			n, err := io.WriteString(c, part)
			if sent += n; err != nil {
				return
			}
		}
	})
	conn := w.dial(t)
	if _, err := io.WriteString(conn, w.request("/up")); err != nil {
		t.Fatal(err)
	}
	const taken = 1 << 20
	if _, err := io.CopyN(io.Discard, conn, taken); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	<-stopped
	// Sockets hold some megabytes at most; no stage keeps more.
	if sent > taken+(64<<20) {
		t.Errorf("the upstream got rid of %d bytes for %d", sent, taken)
	}
}
