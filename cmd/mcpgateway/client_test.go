package main_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// password is the administrator's, unless a test is about passwords.
const password = "correct horse battery"

const sessionCookie = "mcp_gateway_session"

// client is a person's HTTP client: it keeps cookies and follows no redirect.
type client struct {
	*http.Client
	url string
}

// answer is a response, read.
type answer struct {
	*http.Response
	body string
}

func httpClient(t *testing.T, tlsConfig *tls.Config) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: tlsConfig}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Jar:           jar,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       2 * patience,
	}
}

// signIn is a client that is signed in as admin.
func (s *server) signIn(t *testing.T, password string) *client {
	t.Helper()
	c := &client{httpClient(t, nil), s.url}
	if !c.login(t, password) {
		t.Fatalf("the password does not work")
	}
	return c
}

// login says whether the password is right.
func (c *client) login(t *testing.T, password string) bool {
	t.Helper()
	evidence.secret(password)
	a := c.post(t, "/login", url.Values{"username": {"admin"}, "password": {password}})
	for _, cookie := range a.Cookies() {
		evidence.secret(cookie.Value)
	}
	location := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || location != "/" && location != "/login?error=Invalid+username+or+password" {
		t.Fatalf("login: %s to %q", a.Status, location)
	}
	return location == "/"
}

// signedIn says whether the client's session is alive.
func (c *client) signedIn(t *testing.T) bool {
	t.Helper()
	switch a := c.get(t, "/api/server_details/all"); a.StatusCode {
	case http.StatusOK:
		return true
	case http.StatusUnauthorized:
		return false
	default:
		t.Fatalf("details: %s", a.Status)
		return false
	}
}

func (c *client) get(t *testing.T, path string) answer {
	t.Helper()
	a, err := c.do(http.MethodGet, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (c *client) post(t *testing.T, path string, form url.Values) answer {
	t.Helper()
	a, err := c.do(http.MethodPost, path, form)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// do makes a request and reads the answer. Its error is the connection's.
func (c *client) do(method, path string, form url.Values) (answer, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, c.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return answer{res, string(body)}, err
}

// expect fails the test if the status is another.
func (a answer) expect(t *testing.T, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: %s, want %d\n%s", a.Request.Method, a.Request.URL, a.Status, status, a.body)
	}
	return a
}

// decode reads a JSON body.
func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

// health is a service on the socket.
type health struct {
	Status      string
	NumTools    int     `json:"num_tools"`
	LastChecked *string `json:"last_checked_iso"`
	Since       string  `json:"since_iso"`
	Version     uint64
}

// record is a service's.
type record struct {
	Name        string `json:"server_name"`
	Description string
	Path        string
	Upstream    string `json:"proxy_pass_url"`
	Tags        []string
	NumTools    int  `json:"num_tools"`
	Stars       int  `json:"num_stars"`
	IsPython    bool `json:"is_python"`
	License     string
	Tools       []struct{ Name string } `json:"tool_list"`
	Enabled     bool                    `json:"is_enabled"`
	Health      health
}

func (c *client) records(t *testing.T) map[string]record {
	t.Helper()
	return decode[map[string]record](t, c.get(t, "/api/server_details/all").expect(t, http.StatusOK).body)
}

// subscriber is a client of the health socket.
type subscriber struct {
	socket *websocket.Conn
	known  map[string]health
}

// subscribe connects and reads the snapshot.
func (s *server) subscribe(t *testing.T) *subscriber {
	t.Helper()
	socket, res, err := websocket.DefaultDialer.Dial(strings.Replace(s.url, "http", "ws", 1)+"/ws/health_status", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	t.Cleanup(func() { _ = socket.Close() })
	sub := &subscriber{socket, make(map[string]health)}
	if err := sub.next(); err != nil {
		t.Fatal(err)
	}
	return sub
}

// next takes one message in.
func (s *subscriber) next() error {
	if err := s.socket.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	return s.socket.ReadJSON(&s.known)
}

// await reads messages until the service's health is as wanted.
func (s *subscriber) await(t *testing.T, path string, wanted func(health) bool) health {
	t.Helper()
	for !wanted(s.known[path]) {
		if err := s.next(); err != nil {
			t.Fatalf("%s stays %+v: %v", path, s.known[path], err)
		}
	}
	return s.known[path]
}

// has is a condition for await.
func has(status string) func(health) bool {
	return func(h health) bool { return h.Status == status }
}
