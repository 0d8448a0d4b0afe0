package gateway_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// hidden is a request within the body of another one.
const hidden = "GET /up/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"

// What is left of a body that the gateway gave up, or that the upstream did not
// wait for, is never the next request.
func TestTheRestOfABodyIsNoRequest(t *testing.T) {
	w := newWorld(t)
	w.register("/up", serving(t, echoTarget))
	w.register("/early", answersEarly(t))
	const chunked = "Transfer-Encoding: chunked\r\n\r\n"
	for name, c := range map[string]struct{ path, before, after string }{
		"a bad chunk":            {"/up", chunked + "zz\r\n", hidden},
		"a bad chunk, later":     {"/up", chunked + "5\r\nhello\r\nzz\r\n", hidden},
		"within a chunk":         {"/early", chunked + fmt.Sprintf("c350\r\n%s\r\n%x\r\n", strings.Repeat("x", 50_000), len(hidden)), hidden + "\r\n0\r\n\r\n"},
		"within a body":          {"/early", "Content-Length: 100000\r\n\r\n" + strings.Repeat("x", 50_000), strings.Repeat("x", 50_000) + hidden},
		"within a body, exactly": {"/early", fmt.Sprintf("Content-Length: %d\r\n\r\n", 50_000+len(hidden)) + strings.Repeat("x", 50_000), hidden},
	} {
		conn := w.dial()
		_, _ = io.WriteString(conn, "POST "+c.path+" HTTP/1.1\r\nHost: localhost\r\n"+c.before)
		in := bufio.NewReader(conn)
		first := readAnswer(in)
		_, _ = io.WriteString(conn, c.after) // The gateway may have hung up.
		if second := readAnswer(in); first == nil || second != nil {
			t.Errorf("%s: answered with %v, then %v", name, first != nil, second != nil)
		} else if !first.Close {
			t.Errorf("%s: the answer does not say that it is the connection's last", name)
		}
	}
}

// A caller that never sends the rest of a body does not keep the connection.
func TestTheRestOfABodyThatNeverComes(t *testing.T) {
	w := newWorld(t)
	w.register("/early", answersEarly(t))
	conn := w.dial()
	_, _ = io.WriteString(conn, "POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"+strings.Repeat("x", 50_000))
	in := bufio.NewReader(conn)
	if first := readAnswer(in); first == nil || first.StatusCode != http.StatusOK {
		t.Fatalf("answered with %+v", first)
	}
	if _, err := in.ReadByte(); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the connection is still there: %v", err)
	}
}

// dial connects to the gateway.
func (w *world) dial() net.Conn {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return conn
}

// readAnswer is the next answer, nil if there is none.
func readAnswer(in *bufio.Reader) *http.Response {
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res
}

// answersEarly is an upstream that answers without having read a body.
func answersEarly(t *testing.T) string {
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
				for line := ""; line != "\r\n"; {
					if line, err = in.ReadString('\n'); err != nil {
						return
					}
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly")
				_, _ = io.Copy(io.Discard, in)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}
