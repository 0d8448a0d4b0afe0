package http1_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const host = "Host: localhost\r\n"

// said are bytes that a caller may send: plain requests, odd ones, and such as
// are made to be understood in two ways.
func said() []string {
	plain := "POST /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello"
	get := "GET /b?c=d HTTP/1.1\r\n" + host + "\r\n"
	with := func(lines string) string {
		return "POST /a HTTP/1.1\r\n" + host + lines + "\r\nhello" + get
	}
	all := []string{
		"", "\r\n", "\x00", "G", get, plain, plain + get + plain, get + get,
		"\r\n" + get, "\n" + get,
		"GET /a%2Fb/%2e%2e/c%20d?x=%zz HTTP/1.1\r\n" + host + "\r\n",
		"GET /%zz HTTP/1.1\r\n" + host + "\r\n",
		"GET //evil HTTP/1.1\r\n" + host + "\r\n",
		"GET /../a HTTP/1.1\r\n" + host + "\r\n",
		"GET http://other/a HTTP/1.1\r\n" + host + "\r\n",
		"GET * HTTP/1.1\r\n" + host + "\r\n", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n",
		"GET /a#b HTTP/1.1\r\n" + host + "\r\n", "GET /a b HTTP/1.1\r\n" + host + "\r\n",
		"GET /\xff HTTP/1.1\r\n" + host + "\r\n", "GET /a\tb HTTP/1.1\r\n" + host + "\r\n",
		"GET /a HTTP/1.0\r\n" + host + "\r\n" + get, "GET /a HTTP/1.0\r\n\r\n", "GET /a HTTP/1.2\r\n" + host + "\r\n", "GET /a HTTP/2.0\r\n" + host + "\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /a\r\n\r\n", "get /a HTTP/1.1\r\n" + host + "\r\n",
		"GET /a HTTP/1.1 \r\n" + host + "\r\n", "GET  /a HTTP/1.1\r\n" + host + "\r\n", " GET /a HTTP/1.1\r\n" + host + "\r\n",
		"HEAD /a HTTP/1.1\r\n" + host + "\r\n" + get, "DELETE /a HTTP/1.1\r\n" + host + "\r\n" + get,
		"DELETE /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello" + get,
		"GET /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello" + get,
		"GET /a HTTP/1.1\r\n\r\n", "GET /a HTTP/1.1\r\n" + host + host + "\r\n", "GET /a HTTP/1.1\r\nHost:\r\n\r\n",
		"GET /a HTTP/1.1\r\nHost: a b\r\n\r\n", "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /a HTTP/1.1\r\nHost: user@a\r\n\r\n",
		"GET /a HTTP/1.1\n" + "Host: localhost\n\n", "GET /a HTTP/1.1\r\n" + host + "\n",
		"POST /a HTTP/1.1\r\n" + host + "\r\n" + get,
		"POST /a HTTP/1.1\r\n" + host + "Content-Length: 50\r\n\r\nshort",
		"POST /a HTTP/1.1\r\n" + host + "Content-Length: 40000\r\n\r\n" + strings.Repeat("x", 40000) + get,
		"POST /a HTTP/1.1\r\n" + host + "Content-Length: 32768\r\n\r\n" + strings.Repeat("x", 32768) + get,
		"GET /a HTTP/1.1\r\n" + host + "Cookie: " + strings.Repeat("x", 5000) + "\r\n\r\n" + get,
		"GET /" + strings.Repeat("x", 5000) + " HTTP/1.1\r\n" + host + "\r\n" + get,
		"GET /a HTTP/1.1\r\n" + host + strings.Repeat("A: 1\r\n", 100) + "\r\n" + get,
		"GET /a HTTP/1.1\r\n" + host + "Pragma: no-cache\r\n\r\n" + get,
		"GET /a HTTP/1.1\r\n" + host + "A: 1\r\na: 2\r\nA:3\r\nB:\r\nC: \t x \t\r\n\r\n" + get,
	}
	// One after the other over a connection, alike in part.
	next := func(line, lines string) string { return line + " HTTP/1.1\r\n" + host + lines + "\r\n" }
	all = append(all,
		next("GET /a", "A: 1\r\nB: 2\r\n")+next("GET /a", "A: 1\r\n")+next("GET /a", "B: 2\r\n")+next("GET /a", "")+next("GET /a", "A: 1\r\nB: 2\r\nA: 3\r\n"),
		next("POST /a", "A: 1\r\nContent-Length: 5\r\n")+"hello"+next("POST /a", "A: 1\r\nContent-Length: 4\r\n")+"hell"+next("POST /a", "A: 1\r\n")+next("GET /a", "A: 1\r\n"),
		next("GET /a?b", "Cookie: a\r\n")+next("GET /a?c", "Cookie: a\r\n")+next("DELETE /a?c", "Cookie: b\r\n")+next("DELETE /a%3Fc", "cookie: b\r\n")+next("DELETE /a?c", "Cookie: b\r\n"),
		next("GET /a", "A: 1\r\n")+next("GET /a", "A: 1\r\nHost: other\r\n")+next("GET /a", ""),
		next("GET /a", "A: 1\r\n")+next("GET /a", "A: 1\r\n B: folded\r\n")+next("GET /a", "A: 1\r\n"),
	)
	for _, lines := range []string{
		"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 5\r\n",
		"Content-Length: +5\r\n", "Content-Length: 05\r\n", "Content-Length: 5 \r\n", "Content-Length : 5\r\n", "Content-Length: 0x5\r\n", "Content-Length: -1\r\n", "Content-Length:\r\n",
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "Transfer-Encoding:\x0bchunked\r\nContent-Length: 5\r\n",
		"Content-Length: 5\r\nExpect: 100-continue\r\n", "Content-Length: 5\r\nUpgrade: websocket\r\nConnection: upgrade\r\n",
		"Content-Length: 5\r\nConnection: close\r\n", "Content-Length: 5\r\nConnection: keep-alive\r\n", "Content-Length: 5\r\nConnection: Keep-Alive, Foo\r\n", "Content-Length: 5\r\nTE: trailers\r\n", "Content-Length: 5\r\nTrailer: A\r\n",
		"Content-Length: 5\r\n A: folded\r\n", "A: 1\r\n\tfolded\r\nContent-Length: 5\r\n", "A\r\nContent-Length: 5\r\n", ": 1\r\nContent-Length: 5\r\n", "A B: 1\r\nContent-Length: 5\r\n",
		"A: \x00\r\nContent-Length: 5\r\n", "A: \x7f\r\nContent-Length: 5\r\n", "A: \xe9\r\nContent-Length: 5\r\n", "A: 1\rB: 2\r\nContent-Length: 5\r\n", "A: 1\nB: 2\r\nContent-Length: 5\r\n",
		"A_B: 1\r\nContent-Length: 5\r\n", "A!#$: 1\r\nContent-Length: 5\r\n", "\xe9: 1\r\nContent-Length: 5\r\n", "content-length: 5\r\n", "CONTENT-LENGTH: 5\r\nx-y-z: Q\r\n",
	} {
		all = append(all, with(lines))
	}
	return all
}

// Whatever a caller sends: handlers see what they would see behind net/http, and
// the caller gets the same answers.
func TestAlike(t *testing.T) {
	direct, plain := serving(t, nil, true), serving(t, nil, false)
	for _, text := range said() {
		alike(t, direct, plain, []byte(text))
	}
	if direct.direct < 20 {
		t.Errorf("only %d requests were served without net/http", direct.direct)
	}
}

func alike(t *testing.T, direct, plain *site, text []byte) {
	t.Helper()
	got, want := answersIn(direct.say(t, text)), answersIn(plain.say(t, text))
	direct.mu.Lock()
	plain.mu.Lock()
	defer direct.mu.Unlock()
	defer plain.mu.Unlock()
	if diff := cmp.Diff(plain.seen, direct.seen); diff != "" {
		t.Errorf("%.200q is seen otherwise (-net/http +http1):\n%s", text, diff)
	}
	if strings.Contains(strings.Join(plain.seen, ""), `"failed":true`) {
		// net/http does not always say that it hangs up then.
		for _, answers := range [][]string{got, want} {
			for i := range answers {
				answers[i] = strings.Replace(answers[i], `{"close":true`, `{"close":false`, 1)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%.200q is answered otherwise (-net/http +http1):\n%s", text, diff)
	}
	direct.seen, plain.seen = nil, nil
}

func FuzzAlike(f *testing.F) {
	for _, text := range said() {
		f.Add([]byte(text))
	}
	direct, plain := serving(f, nil, true), serving(f, nil, false)
	f.Fuzz(func(t *testing.T, text []byte) { alike(t, direct, plain, text) })
}

// Whatever a handler does with its response, the caller gets what it would get
// behind net/http.
func TestResponsesAlike(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 4<<10)
	handlers := map[string]http.HandlerFunc{
		"nothing":    func(http.ResponseWriter, *http.Request) {},
		"a status":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) },
		"no content": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"no content, and some": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			_, _ = w.Write([]byte("x"))
		},
		"not modified": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			w.WriteHeader(http.StatusNotModified)
		},
		"a text": func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "hello") },
		"a page": func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "<html>") },
		"a status that nobody knows": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(799)
			_, _ = fmt.Fprint(w, "hello")
		},
		"two statuses": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusAccepted)
			w.WriteHeader(http.StatusTeapot)
			w.Header().Set("Late", "1")
		},
		"typed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Add("A", "1")
			w.Header().Add("A", "2\r\nB: 3")
			_, _ = fmt.Fprint(w, "{}")
		},
		"untyped on purpose": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = fmt.Fprint(w, "{}")
		},
		"with a length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			_, _ = fmt.Fprint(w, "hello")
		},
		"too short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "6")
			_, _ = fmt.Fprint(w, "hello")
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			_, _ = fmt.Fprint(w, "hel")
			_, _ = fmt.Fprint(w, "lo")
		},
		"big with a length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(big)))
			_, _ = fmt.Fprint(w, big)
		},
		"big": func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, big) },
		"big and small": func(w http.ResponseWriter, _ *http.Request) {
			for range 2 {
				_, _ = fmt.Fprint(w, "small")
				_, _ = fmt.Fprint(w, big)
				_, _ = fmt.Fprint(w, big[:len(big)/2])
				_, _ = fmt.Fprint(w, big[:len(big)/2+1])
			}
		},
		"big after its header": func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			_, _ = fmt.Fprint(w, big)
			w.(http.Flusher).Flush()
			_, _ = fmt.Fprint(w, big)
		},
		"parts": func(w http.ResponseWriter, _ *http.Request) {
			for range 3 {
				_, _ = fmt.Fprint(w, "part ")
				w.(http.Flusher).Flush()
			}
		},
		"a header first": func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			_, _ = fmt.Fprint(w, "hello")
		},
		"a header only": func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() },
		"the last": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			_, _ = fmt.Fprint(w, "hello")
		},
		"an abort": func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
		"an abort in the middle": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"a panic": func(http.ResponseWriter, *http.Request) { panic("x") },
	}
	for name, h := range handlers {
		direct, plain := serving(t, h, true), serving(t, h, false)
		for what, text := range map[string]string{
			"twice":             "GET /a HTTP/1.1\r\n" + host + "\r\nGET /b HTTP/1.1\r\n" + host + "\r\n",
			"content unread":    "POST /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\n" + host + "\r\n",
			"content not there": "POST /a HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhe",
		} {
			got, want := answersIn(direct.say(t, []byte(text))), answersIn(plain.say(t, []byte(text)))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s (-net/http +http1):\n%s", name, what, diff)
			}
		}
		direct.stop()
		plain.stop()
	}
}
