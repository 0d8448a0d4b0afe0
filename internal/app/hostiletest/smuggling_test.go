package hostiletest

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// follows is a request that must be understood as one after whatever came
// before it, unless the connection has ended.
const follows = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

// hidden is a request that is part of another one's body, to those who read
// that rightly.
const hidden = "GET /up/smuggled HTTP/1.1\r\nHost: localhost\r\nX: "

// oddHeader is what no header may have on its way to an upstream.
var oddHeader = regexp.MustCompile(`\r[^\n]|[^\r]\n|\n[ \t]|\x00`)

// Two readers that disagree where a request ends let one caller write into
// another's connection. What arrives at an upstream is one request, well formed,
// for each that was accepted, and nothing else.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newRecorder(t, nil)
	w.register(t, "/up", up.URL+"/base", nil)
	chunks := "5\r\nhello\r\n0\r\n\r\n"
	post := func(lines ...string) string {
		return "POST /up/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + w.bearer + "\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n"
	}
	cases := map[string]struct {
		send string
		// body is what must arrive; a minus sign: nothing may.
		body string
	}{
		"the usual":                 {post("Content-Length: 5") + "hello", "hello"},
		"chunks":                    {post("Transfer-Encoding: chunked") + chunks, "hello"},
		"chunks with extensions":    {post("Transfer-Encoding: chunked") + "5;a=b;c\r\nhello\r\n0;x\r\n\r\n", "hello"},
		"trailers":                  {post("Transfer-Encoding: chunked", "Trailer: X-Api-Key, Cookie") + "5\r\nhello\r\n0\r\nX-Api-Key: late\r\nCookie: late\r\n\r\n", "hello"},
		"both lengths":              {post("Content-Length: 5", "Transfer-Encoding: chunked") + chunks, "hello"},
		"both lengths, hiding":      {post("Content-Length: 4", "Transfer-Encoding: chunked") + "0\r\n\r\n", ""},
		"a folded coding":           {post("Transfer-Encoding:\r\n chunked") + chunks, "hello"},
		"coding twice":              {post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + chunks, "-"},
		"coding in a list":          {post("Transfer-Encoding: chunked, identity") + chunks, "-"},
		"another coding":            {post("Transfer-Encoding: gzip, chunked") + chunks, "-"},
		"odd coding":                {post("Transfer-Encoding: xchunked") + chunks, "-"},
		"coding after a tab":        {post("Transfer-Encoding:\tchunked") + chunks, "hello"},
		"coding after a VT":         {post("Transfer-Encoding: \x0bchunked") + chunks, "-"},
		"a space before the colon":  {post("Transfer-Encoding : chunked", "Content-Length: 5") + "hello", "-"},
		"a folded line":             {post("X: y", " Transfer-Encoding: chunked", "Content-Length: 5") + "hello", "hello"},
		"a name with a space":       {post("X Y: z", "Content-Length: 5") + "hello", "-"},
		"an empty name":             {post(": z", "Content-Length: 5") + "hello", "-"},
		"lengths that differ":       {post("Content-Length: 5", "Content-Length: 6") + "hello!", "-"},
		"the same length twice":     {post("Content-Length: 5", "Content-Length: 5") + "hello", "hello"},
		"a list of lengths":         {post("Content-Length: 5, 5") + "hello", "-"},
		"a length with a sign":      {post("Content-Length: +5") + "hello", "-"},
		"a negative length":         {post("Content-Length: -5") + "hello", "-"},
		"a length in hex":           {post("Content-Length: 0x5") + "hello", "-"},
		"a huge length":             {post("Content-Length: 99999999999999999999") + "hello", "-"},
		"two hosts":                 {post("Host: evil.example", "Content-Length: 5") + "hello", "-"},
		"no host":                   {"GET /up/x HTTP/1.1\r\nAuthorization: " + w.bearer + "\r\n\r\n", "-"},
		"a host with a path":        {strings.Replace(post("Content-Length: 5"), "localhost", "localhost/x", 1) + "hello", "-"},
		"a host with a user":        {strings.Replace(post("Content-Length: 5"), "localhost", "evil@localhost", 1) + "hello", "-"},
		"a chunk size with a sign":  {post("Transfer-Encoding: chunked") + "+5\r\nhello\r\n0\r\n\r\n", "-"},
		"a chunk size in 0x":        {post("Transfer-Encoding: chunked") + "0x5\r\nhello\r\n0\r\n\r\n", "-"},
		"a negative chunk":          {post("Transfer-Encoding: chunked") + "-5\r\nhello\r\n0\r\n\r\n", "-"},
		"a huge chunk":              {post("Transfer-Encoding: chunked") + "fffffffffffffffff\r\nhello\r\n0\r\n\r\n", "-"},
		"a chunk that is too long":  {post("Transfer-Encoding: chunked") + "4\r\nhello\r\n0\r\n\r\n", "-"},
		"a chunk without its end":   {post("Transfer-Encoding: chunked") + "5\r\nhello0\r\n\r\n", "-"},
		"LF after a chunk size":     {post("Transfer-Encoding: chunked") + "5\nhello\r\n0\r\n\r\n", "-"},
		"CR in a chunk extension":   {post("Transfer-Encoding: chunked") + "5;\rx\r\nhello\r\n0\r\n\r\n", "-"},
		"a CR in a value":           {post("X: a\rTransfer-Encoding: chunked", "Content-Length: 5") + "hello", "-"},
		"a zero in a value":         {post("X: a\x00b", "Content-Length: 5") + "hello", "-"},
		"a zero in a name":          {post("X\x00: b", "Content-Length: 5") + "hello", "-"},
		"HTTP/1.0 with chunks":      {strings.Replace(post("Transfer-Encoding: chunked"), "HTTP/1.1", "HTTP/1.0", 1) + chunks, ""},
		"HTTP/0.9":                  {"GET /up/x\r\n\r\n", "-"},
		"HTTP/2 without asking":     {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "-"},
		"a version with a space":    {strings.Replace(post("Content-Length: 5"), "HTTP/1.1", "HTTP/1.1 x", 1) + "hello", "-"},
		"a refusal before a body":   {strings.Replace(post("Content-Length: 60"), "/up/x", "/up/../x", 1) + hidden, "-"},
		"an unknown service's body": {strings.Replace(post("Content-Length: 60"), "/up/x", "/none/x", 1) + hidden, "-"},
		"waiting for a go-ahead":    {post("Content-Length: 5", "Expect: 100-continue") + "hello", "hello"},
		"another expectation":       {post("Content-Length: 5", "Expect: 200-maybe") + "hello", "-"},
		"a body longer than told":   {post("Content-Length: 5") + "hello" + hidden + "\r\n\r\n", "hello"},
		"a GET with a body":         {strings.Replace(post("Content-Length: 5"), "POST", "GET", 1) + "hello", "hello"},
		"lines that end at LF only": {strings.ReplaceAll(post("Content-Length: 5"), "\r\n", "\n") + "hello", "hello"},
	}
	for name, c := range cases {
		all := w.raw(t, c.send+follows)
		if len(all) == 0 {
			t.Errorf("%s: no answer", name)
			continue
		}
		arrived := up.take()
		switch {
		case c.body == "-":
			for _, a := range all[:1] {
				if a.status < 400 && a.status != http.StatusContinue {
					t.Errorf("%s: accepted with %d", name, a.status)
				}
			}
			if len(arrived) != 0 {
				t.Errorf("%s: %s %s %q arrived", name, arrived[0].Method, arrived[0].RequestURI, arrived[0].body)
			}
		case len(arrived) != 1 || arrived[0].RequestURI != "/base/x" || arrived[0].body != c.body:
			t.Errorf("%s: %d requests arrived, answered with %+v", name, len(arrived), all)
		case len(arrived[0].Trailer) != 0 || arrived[0].Header.Get("Cookie")+arrived[0].Header.Get("Expect") != "":
			t.Errorf("%s: arrived with %v", name, arrived[0].Header)
		}
		if last := all[len(all)-1]; last.status == http.StatusOK && len(all) > 1 && !strings.Contains(last.body, "ok") {
			t.Errorf("%s: the next answer is %d %s", name, last.status, last.body)
		}
	}
	wire := up.wire()
	if strings.Contains(wire, "smuggled") || strings.Contains(wire, "late") {
		t.Error("a hidden request, or a trailer, reached the upstream")
	}
	for head := range strings.SplitSeq(wire, "\r\n\r\n") {
		if odd := oddHeader.FindString(head); odd != "" && strings.Contains(head, "HTTP/1.1") {
			t.Errorf("%q in %q", odd, head)
		}
	}
	// And nothing is left on the gateway's connections to the upstream.
	for range 5 {
		if a := w.one(t, w.request("/up/after")); a.status != http.StatusOK || a.body != "ok" {
			t.Errorf("afterwards: %d %q", a.status, a.body)
		}
		for _, r := range up.take() {
			if r.RequestURI != "/base/after" {
				t.Errorf("%s arrived", r.RequestURI)
			}
		}
	}
}

// A body that breaks off must not look whole to the upstream.
func TestABodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	up := newRecorder(t, nil)
	w.register(t, "/up", up.URL, nil)
	for name, body := range map[string]string{
		"short":          "Content-Length: 100\r\n\r\nhello",
		"short, large":   "Content-Length: 100000\r\n\r\n" + strings.Repeat("x", 60000),
		"chunks":         "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"half a chunk":   "Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
		"without an end": "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
	} {
		conn := w.dial(t)
		if _, err := io.WriteString(conn, "POST /up/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: "+w.bearer+"\r\n"+body); err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
		// A request after it, which the upstream does see.
		w.one(t, w.request("/up/next"))
		next := 0
		for _, r := range up.take() {
			switch {
			case r.RequestURI == "/next":
				next++
			case r.err == nil:
				t.Errorf("%s: half a body arrived as a whole one: %.80q", name, r.body)
			}
		}
		if next != 1 {
			t.Errorf("%s: the next request arrived %d times", name, next)
		}
	}
}

// An upstream that answers before it has the body leaves the rest of that to
// nobody: it is no request on the caller's connection, nor on the upstream's.
func TestAnAnswerBeforeTheBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	early, up := newScript(t), newRecorder(t, nil)
	w.register(t, "/early", early.URL, nil)
	w.register(t, "/up", up.URL, nil)
	early.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly")
	inner := w.request("/up/smuggled")
	for _, body := range []string{
		strings.Repeat(inner, 1+(100<<10)/len(inner)),
		strings.Repeat(inner, 1+(2<<20)/len(inner)),
	} {
		all := w.raw(t, "POST /early HTTP/1.1\r\nHost: localhost\r\nAuthorization: "+w.bearer+
			"\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body+follows)
		for i, a := range all {
			if i == 0 && (a.status == http.StatusOK && a.body == "early" || a.status == http.StatusBadGateway) || i == 1 && a.status == http.StatusOK && a.body != "ok" {
				continue
			}
			t.Errorf("answer %d is %d %s", i, a.status, a.body)
		}
		if arrived := up.take(); len(arrived) != 0 {
			t.Errorf("%d requests out of a body arrived", len(arrived))
		}
	}
}
