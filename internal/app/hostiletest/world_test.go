package hostiletest

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/app"
	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

// patience bounds every wait. It is only ever used up by a test that fails.
const patience = 30 * time.Second

// world is a server, its administrator, and the token of an agent.
type world struct {
	*apptest.Server
	admin  *http.Client
	bearer string
}

func newWorld(tb testing.TB, adjust ...func(*app.Config)) *world {
	tb.Helper()
	c := apptest.Config(tb)
	for _, f := range adjust {
		f(&c)
	}
	s := apptest.Start(tb, c)
	w := &world{Server: s, admin: s.SignedIn(tb)}
	w.bearer = w.token(tb)
	return w
}

// token makes a token for all services, as Authorization wants it.
func (w *world) token(tb testing.TB) string {
	tb.Helper()
	var made struct{ Token string }
	answer := w.post(tb, "/api/tokens", map[string]any{"name": "agent", "scope": "gateway"}, http.StatusCreated)
	if err := json.Unmarshal(answer, &made); err != nil {
		tb.Fatal(err)
	}
	return "Bearer " + made.Token
}

// post sends JSON as the administrator.
func (w *world) post(tb testing.TB, path string, body any, status int) []byte {
	tb.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		tb.Fatal(err)
	}
	res, err := w.admin.Post(w.URL+path, "application/json", strings.NewReader(string(text)))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if res.StatusCode != status {
		tb.Fatalf("POST %s: %s\n%s", path, res.Status, answer)
	}
	return answer
}

// register registers and enables a service, with headers towards its upstream.
func (w *world) register(tb testing.TB, path, upstream string, headers map[string]string) {
	tb.Helper()
	w.post(tb, "/register", map[string]any{"name": path, "path": path, "proxy_pass_url": upstream, "upstream_headers": headers}, http.StatusCreated)
	res, err := w.admin.PostForm(w.URL+"/toggle"+path, url.Values{"enabled": {"on"}})
	if err != nil {
		tb.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		tb.Fatalf("enable %s: %s", path, res.Status)
	}
}

// answer is a response that was read; err says that its body broke off.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

// dial connects to the gateway.
func (w *world) dial(tb testing.TB) net.Conn {
	tb.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.GatewayURL, "http://"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// raw sends bytes over a connection of their own and reads what comes until the
// server closes it. The last request should ask for that.
func (w *world) raw(tb testing.TB, bytes string) (all []answer) {
	tb.Helper()
	conn := w.dial(tb)
	defer func() { _ = conn.Close() }()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, bytes) // The server may hang up on it.
	}()
	in := bufio.NewReader(conn)
	for {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			break
		}
		body, err := io.ReadAll(res.Body)
		all = append(all, answer{res.StatusCode, res.Header, string(body), err})
		if err != nil || res.Close {
			break
		}
	}
	_ = conn.Close()
	<-sent
	return all
}

// request is the text of a GET with the agent's token and further header lines,
// after which the connection ends.
func (w *world) request(target string, lines ...string) string {
	return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: " + w.bearer + "\r\n" +
		strings.Join(append(lines, "", ""), "\r\n")
}

// one is raw for a single answer.
func (w *world) one(tb testing.TB, bytes string) answer {
	tb.Helper()
	all := w.raw(tb, bytes)
	if len(all) != 1 {
		tb.Fatalf("%d answers to %.200q", len(all), bytes)
	}
	return all[0]
}

func mustURL(tb testing.TB, text string) *url.URL {
	tb.Helper()
	u, err := url.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

// startAgain starts a server on the data of one that has stopped.
func startAgain(tb testing.TB, c app.Config, bearer string) *world {
	tb.Helper()
	s := apptest.Start(tb, c)
	return &world{Server: s, admin: s.SignedIn(tb), bearer: bearer}
}
