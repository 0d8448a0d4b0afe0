package httpserver_test

import (
	"html"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver"
)

const rightLogin = "username=admin&password=correct+horse+battery"

func TestLogin(t *testing.T) {
	e := newEdge(t, setup{})
	e.setPassword(t)
	c := e.stranger(t)

	in := c.form("/login", rightLogin).to("/")
	if in.cookie == nil || in.cookie.Name != "mcp_gateway_session" || !in.cookie.HttpOnly || in.cookie.SameSite != http.SameSiteLaxMode ||
		in.cookie.Path != "/" || in.cookie.Secure || in.cookie.Domain != "" || in.cookie.MaxAge < 8*3600-60 || in.cookie.MaxAge > 8*3600 {
		t.Fatalf("the cookie is %+v", in.cookie)
	}
	me := c.with("Cookie", "mcp_gateway_session="+in.cookie.Value)
	me.get("/").page(http.StatusOK, "Services")
	me.get("/login").to("/")

	for _, fields := range []string{
		"username=admin&password=wrong",
		"username=nobody&password=correct+horse+battery",
		"username=ADMIN&password=correct+horse+battery",
		"username=admin",
		"password=correct+horse+battery",
		"username=admin&password=correct+horse+battery&password=wrong",
		"",
	} {
		bad := c.form("/login", fields).to("/login?error=Invalid+username+or+password")
		if bad.cookie != nil {
			t.Errorf("%q: a cookie", fields)
		}
	}
	c.get("/login?error=Invalid+username+or+password").page(http.StatusOK, "Invalid username or password")
	c.get("/login?error=%3Cscript%3Ealert(1)%3C/script%3E").page(http.StatusOK, "&lt;script&gt;alert(1)&lt;/script&gt;")

	t.Run("only by the body", func(t *testing.T) {
		c := e.stranger(t)
		c.post("/login?" + rightLogin).to("/login?error=Invalid+username+or+password")
		c.form("/login?"+rightLogin, "").to("/login?error=Invalid+username+or+password")
		c.json("/login", `{"username":"admin","password":"correct horse battery"}`).problem(http.StatusUnsupportedMediaType)
	})
	t.Run("a new login ends the session before", func(t *testing.T) {
		token := e.session(t)
		old := e.stranger(t).with("Cookie", "mcp_gateway_session="+token)
		next := old.form("/login", rightLogin).to("/")
		if next.cookie.Value == token {
			t.Error("the login kept the session that the caller came with")
		}
		old.get("/api/tools/all").problem(http.StatusUnauthorized)
	})
}

func TestNextStaysHere(t *testing.T) {
	e := newEdge(t, setup{})
	e.setPassword(t)
	c := e.stranger(t)
	for given, want := range map[string]string{
		"":                             "/",
		"/":                            "/",
		"/edit/team/weather":           "/edit/team/weather",
		"/?query=a+b&status=all":       "/?query=a+b&status=all",
		"/edit/a%20b":                  "/edit/a%20b",
		"/%0d%0aSet-Cookie:%20a=b":     "/%0d%0aSet-Cookie:%20a=b", // Escaped, it is only an odd path.
		"//evil.example":               "/",
		"///evil.example":              "/",
		`/\evil.example`:               "/",
		`\\evil.example`:               "/",
		"https://evil.example/":        "/",
		"https:evil.example":           "/",
		"javascript:alert(1)":          "/",
		"data:text/html,x":             "/",
		"evil.example":                 "/",
		"/\r\nSet-Cookie: a=b":         "/",
		"/\t/evil.example":             "/",
		"\x00//evil.example":           "/",
		" //evil.example":              "/",
		"/%zz":                         "/",
		"/é":                           "/",
		"/" + strings.Repeat("x", 3e3): "/",
	} {
		// The form carries on what it will be sent back with.
		page := c.get("/login?next=" + url.QueryEscape(given)).page(http.StatusOK)
		if !strings.Contains(html.UnescapeString(page.body), `name="next" value="`+want+`"`) {
			t.Errorf("next=%q is not %q in the form", given, want)
		}
		if len(given) < 20 { // Each costs a hash.
			c.form("/login", rightLogin+"&next="+url.QueryEscape(given)).to(want)
		}
	}
	c.form("/login", "username=admin&next=/edit/weather").
		to("/login?error=Invalid+username+or+password&next=%2Fedit%2Fweather")
}

func TestNobodySignedIn(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	browser := c.browser()
	spec, err := document()
	if err != nil {
		t.Fatal(err)
	}
	public := map[string]bool{
		"/login": true, "/logout": true, "/ws/health_status": true, "/health": true, "/livez": true, "/readyz": true,
		"/openapi.yaml": true, "/openapi.json": true, "/docs": true,
	}
	pages := map[string]bool{"/": true, "/register": true, "/edit/{service_path}": true, "/tools/{service_path}": true, "/health/{service_path}": true, "/tokens": true}
	for pattern, item := range spec.Paths.Map() {
		target := strings.Replace(pattern, "{service_path}", "team/weather", 1)
		for method := range item.Operations() {
			a, b := c.send(method, target, "", nil), browser.send(method, target, "", nil)
			switch {
			case public[pattern]:
				if a.status >= 400 || b.status >= 400 {
					t.Errorf("%s is not public", a.what)
				}
				continue
			case method == "GET" && pages[pattern]:
				a.to("/login?next=" + target)
			default:
				a.problem(http.StatusUnauthorized)
				if got := a.header.Get("WWW-Authenticate"); got != `Bearer realm="mcpgateway"` {
					t.Errorf("%s: WWW-Authenticate is %q", a.what, got)
				}
			}
			if method == "GET" {
				b.to("/login?next=" + target)
			} else {
				b.to("/login?next=/") // It cannot be asked for again.
			}
		}
	}
	c.get("/?status=a&status=b").to("/login?next=/%3Fstatus%3Da%26status%3Db") // Nothing of it is judged yet.
	c.get("/login?next=a&next=b").problem(http.StatusBadRequest)
	c.get("/?query=a%26b&status=all").to("/login?next=/%3Fquery%3Da%2526b%26status%3Dall")
	c.get("/edit/team%2Fweather").to("/login?next=/edit/team/weather")
	c.with("Accept", "application/json").get("/").to("/login?next=/")
	for accept, page := range map[string]bool{
		"text/html": true, "*/*": false, "application/json": false, "text/html;q=0.1, application/json": false,
		"text/html, application/json": true, "text/html;q=0": false, "text/html;q=x": false, "": false, "text/*": false, "application/xhtml+xml": true,
	} {
		a := c.with("Accept", accept).get("/api/tools/all")
		if page {
			a.to("/login?next=/api/tools/all")
		} else {
			a.problem(http.StatusUnauthorized)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	e := newEdge(t, setup{})
	refused := func(t *testing.T, c *caller) {
		t.Helper()
		c.get("/api/server_details/all").problem(http.StatusUnauthorized)
		c.post("/toggle/weather").problem(http.StatusUnauthorized)
		c.get("/").to("/login?next=/")
	}
	t.Run("logout", func(t *testing.T) {
		c := e.signedIn(t)
		c.get("/").page(http.StatusOK)
		out := c.post("/logout").to("/login")
		if out.cookie == nil || out.cookie.Value != "" || out.cookie.MaxAge >= 0 || out.cookie.Path != "/" || !out.cookie.HttpOnly {
			t.Errorf("the cookie is %+v", out.cookie)
		}
		refused(t, c) // The same cookie again.
		c.post("/logout").to("/login")
	})
	t.Run("logout of nobody", func(t *testing.T) {
		e.stranger(t).post("/logout").to("/login")
		e.stranger(t).browser().post("/logout").to("/login")
	})
	t.Run("another server's", func(t *testing.T) {
		other := newEdge(t, setup{})
		refused(t, e.stranger(t).with("Cookie", "mcp_gateway_session="+other.session(t)))
	})
	t.Run("made up", func(t *testing.T) {
		for _, value := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 5000), "' OR 1=1 --"} {
			refused(t, e.stranger(t).with("Cookie", "mcp_gateway_session="+value))
		}
	})
	t.Run("behind stale cookies", func(t *testing.T) {
		const name = "mcp_gateway_session="
		good, other := e.session(t), e.session(t)
		stale := name + strings.Repeat("A", 43) + "; "
		e.stranger(t).with("Cookie", stale+name+"; "+stale+name+good).get("/api/tools/all").is(http.StatusOK)
		refused(t, e.stranger(t).with("Cookie", strings.Repeat(stale, 4)+name+good))
		// Both are good: signing out must not lead to the other.
		both := e.stranger(t).with("Cookie", stale+name+good+"; "+name+other)
		both.get("/").page(http.StatusOK)
		both.post("/logout").to("/login")
		refused(t, both)
	})
	t.Run("new password", func(t *testing.T) {
		c := e.signedIn(t)
		c.get("/").page(http.StatusOK)
		if err := e.admin.SetPassword(t.Context(), "another long password"); err != nil {
			t.Fatal(err)
		}
		refused(t, c)
	})
	t.Run("in time", func(t *testing.T) {
		// The session is younger than its lifetime when it is made, and older
		// when it is used: what lies between is at least one tick.
		brief := newEdge(t, setup{lifetime: time.Nanosecond})
		refused(t, brief.signedIn(t))
	})
}

func TestLoginThrottling(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	var last answer
	for range 30 {
		if last = c.form("/login", "username=admin&password=guess"); last.status != http.StatusSeeOther {
			break
		}
	}
	p := last.problem(http.StatusTooManyRequests)
	after, err := time.ParseDuration(last.header.Get("Retry-After") + "s")
	if err != nil || after < time.Second || after > time.Minute {
		t.Errorf("Retry-After is %q", last.header.Get("Retry-After"))
	}
	if !strings.HasPrefix(p.Detail, "Too many logins failed; try again in ") {
		t.Errorf("the detail is %q", p.Detail)
	}
	page := c.browser().form("/login", "username=admin&password=guess&next=/edit/weather").
		page(http.StatusTooManyRequests, "Too many logins failed", `name="username" value="admin"`, `name="next" value="/edit/weather"`)
	if page.header.Get("Retry-After") == "" || strings.Contains(page.body, "guess") {
		t.Errorf("Retry-After is %q; the password is on the page: %v", page.header.Get("Retry-After"), strings.Contains(page.body, "guess"))
	}
	e.signedIn(t).get("/").page(http.StatusOK) // Sessions go on.
}

func TestSecureCookie(t *testing.T) {
	proxies := func(o *httpserver.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }
	for name, test := range map[string]struct {
		adjust func(*httpserver.Options)
		proto  string
		secure bool
	}{
		"plain":                       {nil, "", false},
		"a stranger's word":           {nil, "https", false},
		"a trusted proxy":             {proxies, "https", true},
		"a trusted proxy, in capital": {proxies, "HTTPS", true},
		"a trusted proxy, plain":      {proxies, "http", false},
		"proxies in a row":            {proxies, "https, http", true},
		"proxies in a row, plain":     {proxies, "http,https", false},
		"an https public URL":         {func(o *httpserver.Options) { o.PublicURL = &url.URL{Scheme: "https", Host: "gw.example"} }, "", true},
		"an http public URL":          {func(o *httpserver.Options) { o.PublicURL = &url.URL{Scheme: "http", Host: "gw.example"} }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEdge(t, setup{adjust: test.adjust})
			e.setPassword(t)
			c := e.stranger(t)
			if test.proto != "" {
				c = c.with("X-Forwarded-Proto", test.proto)
			}
			for _, a := range []answer{c.form("/login", rightLogin).to("/"), c.post("/logout")} {
				if a.cookie == nil || a.cookie.Secure != test.secure {
					t.Errorf("%s: the cookie is %+v", a.what, a.cookie)
				}
			}
		})
	}
}

func TestClientAddress(t *testing.T) {
	e := newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	}})
	c := e.stranger(t)
	for forwarded, want := range map[string]string{
		"":                                 "127.0.0.1",
		"203.0.113.7":                      "203.0.113.7",
		"192.0.2.1, 203.0.113.7":           "203.0.113.7", // The first is the caller's own claim.
		"192.0.2.1, 203.0.113.7, 10.1.2.3": "203.0.113.7",
		"::ffff:203.0.113.7":               "203.0.113.7",
		"2001:db8::1":                      "2001:db8::1",
		"nonsense":                         "127.0.0.1",
		"203.0.113.7, <script>":            "127.0.0.1",
		strings.Repeat("10.0.0.1, ", 1000): "127.0.0.1",
	} {
		a := c.with("X-Forwarded-For", forwarded).get("/docs").is(http.StatusOK)
		if got := e.log.of(t, a.header.Get("X-Request-Id"))[0]["client"]; got != want {
			t.Errorf("X-Forwarded-For %.40q: the client is %v, want %s", forwarded, got, want)
		}
	}
	plain := newEdge(t, setup{})
	a := plain.stranger(t).with("X-Forwarded-For", "203.0.113.7").get("/docs")
	if got := plain.log.of(t, a.header.Get("X-Request-Id"))[0]["client"]; got != "127.0.0.1" {
		t.Errorf("a stranger's word counts: %v", got)
	}
}
