package httpserver_test

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
)

// caller is somebody who calls an edge, with a session or without. It follows
// no redirect and keeps no cookie but its session's.
type caller struct {
	e      *edge
	t      testing.TB
	client *http.Client
	header http.Header
}

// stranger is a caller without a session.
func (e *edge) stranger(t testing.TB) *caller {
	t.Helper()
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	return &caller{e: e, t: t, header: http.Header{}, client: &http.Client{
		Transport:     conformant{t, base},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       time.Minute,
	}}
}

// signedIn is a caller with a session.
func (e *edge) signedIn(t testing.TB) *caller {
	t.Helper()
	return e.stranger(t).with("Cookie", "mcp_gateway_session="+e.session(t))
}

// with is the caller with one more header.
func (c *caller) with(name, value string) *caller {
	d := *c
	d.header = maps.Clone(c.header)
	d.header[http.CanonicalHeaderKey(name)] = []string{value}
	return &d
}

// browser is the caller as Chromium asks for pages.
func (c *caller) browser() *caller {
	return c.with("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8")
}

// answer is a response that was read.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   string
	cookie *http.Cookie
}

func (c *caller) send(method, target, contentType string, body io.Reader) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.e.url+target, body)
	if err != nil {
		c.t.Fatal(err)
	}
	maps.Copy(r.Header, c.header)
	if host := c.header.Get("Host"); host != "" {
		r.Host = host
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	res, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	return read(c.t, method+" "+target, res)
}

func read(t testing.TB, what string, res *http.Response) answer {
	t.Helper()
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{t: t, what: what, status: res.StatusCode, header: res.Header, body: string(body)}
	if cookies := res.Cookies(); len(cookies) == 1 {
		a.cookie = cookies[0]
	} else if len(cookies) > 1 {
		t.Errorf("%s: %d cookies", what, len(cookies))
	}
	return a
}

func (c *caller) get(target string) answer { c.t.Helper(); return c.send("GET", target, "", nil) }

func (c *caller) post(target string) answer { c.t.Helper(); return c.send("POST", target, "", nil) }

func (c *caller) delete(target string) answer { c.t.Helper(); return c.send("DELETE", target, "", nil) }

// form posts fields that are encoded already.
func (c *caller) form(target, fields string) answer {
	c.t.Helper()
	return c.send("POST", target, "application/x-www-form-urlencoded", strings.NewReader(fields))
}

func (c *caller) json(target, body string) answer {
	c.t.Helper()
	return c.send("POST", target, "application/json", strings.NewReader(body))
}

// raw sends bytes over a connection of its own, as a client would that follows
// no rule, and reads one response. The first line says what it is judged as.
func (c *caller) raw(request string) answer {
	c.t.Helper()
	conn, err := new(net.Dialer).DialContext(c.t.Context(), "tcp", strings.TrimPrefix(c.e.url, "http://"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(conn, request); err != nil {
		c.t.Fatal(err)
	}
	line, _, _ := strings.Cut(request, "\r\n")
	method, rest, _ := strings.Cut(line, " ")
	target, _, _ := strings.Cut(rest, " ")
	r := &http.Request{Method: method, URL: &url.URL{Path: "/"}, Header: http.Header{}}
	if u, err := url.ParseRequestURI(target); err == nil {
		r.URL = u
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		c.t.Fatalf("%s: %v", line, err)
	}
	a := read(c.t, line, res)
	if refused := a.status == http.StatusBadRequest || a.status == http.StatusRequestHeaderFieldsTooLarge; !refused || a.header.Get("X-Request-Id") != "" {
		judge(c.t, r, res, []byte(a.body)) // What net/http itself refused has no id.
	}
	return a
}

// register makes a service.
func (c *caller) register(path string) {
	c.t.Helper()
	fields := url.Values{"name": {"Weather"}, "description": {"Forecasts"}, "path": {path}, "proxy_pass_url": {"http://localhost:8000"}}
	c.form("/register", fields.Encode()).is(http.StatusCreated)
}

// record reads a service.
func (c *caller) record(path string) gen.Service {
	c.t.Helper()
	var s gen.Service
	decode(c.t, []byte(c.get("/api/server_details"+path).is(http.StatusOK).body), &s)
	return s
}

// is asserts the status.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, clip([]byte(a.body)))
	}
	return a
}

// to asserts a redirect.
func (a answer) to(location string) answer {
	a.t.Helper()
	a.is(http.StatusSeeOther)
	if got := a.header.Get("Location"); got != location {
		a.t.Fatalf("%s: redirected to %q, want %q", a.what, got, location)
	}
	return a
}

// page asserts an HTML page that has each of the texts.
func (a answer) page(status int, texts ...string) answer {
	a.t.Helper()
	a.is(status)
	if kind := a.header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
		a.t.Fatalf("%s: the Content-Type is %q: %s", a.what, kind, clip([]byte(a.body)))
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("%s: the page lacks %q:\n%s", a.what, text, a.body)
		}
	}
	return a
}

// problem asserts a problem and returns it.
func (a answer) problem(status int) gen.Problem {
	a.t.Helper()
	a.is(status)
	var p gen.Problem
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		a.t.Fatalf("%s: the Content-Type is %q: %s", a.what, kind, clip([]byte(a.body)))
	}
	decode(a.t, []byte(a.body), &p)
	if p.Status != status || p.Title == "" || p.Detail == "" || p.RequestID == nil || *p.RequestID != a.header.Get("X-Request-Id") {
		a.t.Errorf("%s: the problem is %s", a.what, a.body)
	}
	return p
}

// refuses asserts a 400 about exactly these fields, in any order.
func (a answer) refuses(fields ...string) gen.Problem {
	a.t.Helper()
	p := a.problem(http.StatusBadRequest)
	named := map[string]bool{}
	for _, f := range p.Errors {
		if named[f.Field] || f.Message == "" {
			a.t.Errorf("%s: the field errors are %+v", a.what, p.Errors)
		}
		named[f.Field] = true
	}
	want := map[string]bool{}
	for _, f := range fields {
		want[f] = true
	}
	if !maps.Equal(named, want) {
		a.t.Errorf("%s: refused the fields %v, want %v: %s", a.what, named, want, a.body)
	}
	return p
}

func decode(t testing.TB, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("decode %s: %v", clip(data), err)
	}
}
