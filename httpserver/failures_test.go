package httpserver_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver"
)

const internal = "Something went wrong here; the server's log has it under the request id."

func TestAFailingStore(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	before := c.record("/weather")
	e.faults.broken.Store(true)
	for _, call := range []func(*caller) answer{
		func(c *caller) answer { return c.form("/register", least("/fresh").Encode()) },
		func(c *caller) answer { return c.form("/edit/weather", "name=Changed") },
		func(c *caller) answer { return c.json("/edit/weather", `{"name":"Changed"}`) },
		func(c *caller) answer { return c.form("/toggle/weather", "enabled=on") },
		func(c *caller) answer { return c.post("/delete/weather") },
		func(c *caller) answer { return c.delete("/api/server_details/weather") },
	} {
		a := call(c)
		if p := a.problem(http.StatusInternalServerError); p.Detail != internal || p.Title != "Internal Server Error" || len(p.Errors) > 0 {
			t.Errorf("%s: %s", a.what, a.body)
		}
		lines := e.log.of(t, a.header.Get("X-Request-Id"))
		if len(lines) != 1 || lines[0]["level"] != "ERROR" || !strings.Contains(lines[0]["error"].(string), errDisk.Error()) {
			t.Errorf("%s: the log has %v", a.what, lines)
		}
		if !strings.HasPrefix(a.what, "DELETE") {
			call(c.browser()).page(http.StatusInternalServerError, "Something went wrong here")
		}
	}
	if n := strings.Count(e.log.String(), errDisk.Error()); n != 11 {
		t.Errorf("the cause of 11 failures is logged %d times", n)
	}
	e.faults.broken.Store(false)
	if after := c.record("/weather"); after.Health.Version != before.Health.Version || after.ServerName != before.ServerName || after.IsEnabled {
		t.Errorf("a failure changed the record: %+v", after)
	}
	c.get("/api/server_details/fresh").problem(http.StatusNotFound)
	c.form("/edit/weather", "name=Changed").to("/")
}

func TestAPanicInAHandler(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.Ready = func(context.Context) error { panic("runtime error: a secret of the server") }
	}})
	c := e.stranger(t)
	for range 5 {
		a := c.get("/readyz")
		if p := a.problem(http.StatusInternalServerError); p.Detail != internal {
			t.Errorf("the detail is %q", p.Detail)
		}
		lines := e.log.of(t, a.header.Get("X-Request-Id"))
		if len(lines) != 1 || lines[0]["level"] != "ERROR" || !strings.Contains(lines[0]["error"].(string), "a secret of the server") ||
			!strings.Contains(lines[0]["stack"].(string), "failures_test.go") {
			t.Errorf("the log has %v", lines)
		}
	}
	c.get("/health").is(http.StatusOK)
}

func TestReadyErrorsStayInside(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) { o.Ready = func(context.Context) error { return errDisk } }})
	a := e.stranger(t).get("/readyz")
	a.problem(http.StatusServiceUnavailable)
	if lines := e.log.of(t, a.header.Get("X-Request-Id")); len(lines) != 1 || !strings.Contains(lines[0]["error"].(string), errDisk.Error()) {
		t.Errorf("the log has %v", lines)
	}
}

func TestStopping(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	if err := e.system.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/api/tools/all", "/api/server_details/weather", "/ws/health_status"} {
		a := c.get(target)
		a.problem(http.StatusServiceUnavailable)
		if a.header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", a.what)
		}
	}
	c.browser().get("/").page(http.StatusServiceUnavailable, "shutting down")
	c.browser().post("/delete/weather").page(http.StatusServiceUnavailable, "shutting down") // Its dashboard cannot be drawn.
	c.get("/livez").is(http.StatusOK)
}

func TestRequestIDs(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	for given, taken := range map[string]bool{
		"abc-DEF_1.2": true, strings.Repeat("x", 128): true, "0": true,
		strings.Repeat("x", 129): false, "a b": false, `"quoted"`: false, "<script>": false, "a,b": false, "é": false, "a/b": false, "": false,
	} {
		a := c.with("X-Request-Id", given).get("/api/nosuch")
		p := a.problem(http.StatusNotFound)
		if (*p.RequestID == given) != taken {
			t.Errorf("X-Request-Id %.30q became %q", given, *p.RequestID)
		}
	}
	a, b := c.get("/health"), c.get("/health")
	if a.header.Get("X-Request-Id") == b.header.Get("X-Request-Id") {
		t.Error("two requests have one id")
	}
}

func TestAccessLog(t *testing.T) {
	e := newEdge(t, setup{})
	e.setPassword(t)
	token := e.session(t)
	c := e.stranger(t).with("Cookie", "mcp_gateway_session="+token)
	find := func(a answer) map[string]any {
		t.Helper()
		lines := slices.DeleteFunc(e.log.of(t, a.header.Get("X-Request-Id")), func(line map[string]any) bool { return line["msg"] != "request" })
		if len(lines) != 1 {
			t.Fatalf("%s: the log has %v", a.what, lines)
		}
		return lines[0]
	}
	line := find(c.get("/?query=top-secret-query"))
	for name, want := range map[string]any{"method": "GET", "path": "/", "status": 200.0, "principal": "user:admin", "client": "127.0.0.1", "level": "INFO"} {
		if line[name] != want {
			t.Errorf("%s is %v, not %v", name, line[name], want)
		}
	}
	if line["bytes"].(float64) < 1000 {
		t.Errorf("%v bytes", line["bytes"])
	}
	find(c.form("/login?password=secret-in-query", "username=admin&password=secret-in-form"))
	find(c.with("Authorization", "Bearer secret-token").get("/api/tools/all"))
	find(c.with("Referer", "http://localhost/?secret-referer").get("/nosuch?x=secret-too"))
	fresh := c.form("/login", rightLogin).to("/")
	if find(fresh)["principal"] != "user:admin" {
		t.Error("the login does not say who signed in")
	}
	if find(e.stranger(t).get("/"))["principal"] != "nobody" {
		t.Error("nobody has a name")
	}
	for _, noise := range []string{"/health", "/favicon.ico", "/static/nosuch.css"} {
		if find(e.stranger(t).get(noise))["level"] != "DEBUG" {
			t.Errorf("%s fills the log", noise)
		}
	}
	text := e.log.String()
	for _, secret := range []string{"secret", "correct", token, fresh.cookie.Value} {
		if strings.Contains(text, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	e.stranger(t).raw("GET /x%0a%22level%22:fake HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: forged\r\nConnection: close\r\n\r\n").is(http.StatusUnauthorized)
	if lines := e.log.of(t, "forged"); len(lines) != 1 {
		t.Errorf("the path made lines: %v", lines)
	}
	long := strings.Repeat("é", 5_000)
	e.stranger(t).raw(strings.Repeat("X", 20_000) + " /" + url.PathEscape(long) + " HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: long\r\nConnection: close\r\n\r\n")
	line = e.log.of(t, "long")[0]
	if path := line["path"].(string); path != "/"+long[:510]+"…" || len(line["method"].(string)) > 520 {
		t.Errorf("a path of %d bytes is logged as %d, the method as %d", len(long), len(path), len(line["method"].(string)))
	}
}

func TestCallersThatLeave(t *testing.T) {
	checking := make(chan struct{})
	e := newEdge(t, setup{check: hanging(checking)})
	c := e.signedIn(t)
	c.register("/weather")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(e.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(conn, "POST /toggle/weather HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: gone\r\nCookie: "+c.header.Get("Cookie")+
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nenabled=on")
	if err != nil {
		t.Fatal(err)
	}
	<-checking
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if line := e.log.of(t, "gone")[0]; line["status"] != 499.0 {
		t.Errorf("the log says %v", line)
	}
	if s := c.record("/weather"); !s.IsEnabled {
		t.Error("what was done before the caller left is undone")
	}
}

func TestBrokenBodies(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	cookie := "\r\nCookie: " + c.header.Get("Cookie")
	const head = "POST /edit/weather HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close"
	c.raw(head + cookie + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nname=x\r\n0\r\n\r\n").problem(http.StatusBadRequest)
	for name, body := range map[string]io.Reader{
		"cut short": io.MultiReader(strings.NewReader("name=x"), failing{}),
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.url+"/edit/weather", body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = c.header.Clone()
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if res, err := c.client.Do(r); err == nil {
			_ = res.Body.Close()
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	if s := c.record("/weather"); s.ServerName != "Weather" {
		t.Errorf("half a body renamed it %q", s.ServerName)
	}
}

type failing struct{}

// Read fails.
func (failing) Read([]byte) (int, error) { return 0, errors.New("the caller stumbles") }

// A header that the table of failures holds is not changed by an answer.
func TestAnswersShareNothing(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	var first []string
	for range 3 {
		got := c.get("/api/tools/all").header.Values("WWW-Authenticate")
		if first == nil {
			first = slices.Clone(got)
		}
		if !slices.Equal(first, got) {
			t.Errorf("WWW-Authenticate was %q, is %q", first, got)
		}
	}
	if bytes.Contains([]byte(strings.Join(first, "")), []byte(",")) {
		t.Errorf("WWW-Authenticate is %q", first)
	}
}
