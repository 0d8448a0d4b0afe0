package main_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestUpstreamHeadersOnCalls: what a service adds reaches its upstream with
// each call, in place of what the caller sends under the same names. What the
// upstream then says of it is the service's own; nothing of ours says it.
func TestUpstreamHeadersOnCalls(t *testing.T) {
	t.Parallel()
	const key, tenant = "key-of-the-upstream-9876543210", "tenant-of-the-upstream-0123"
	evidence.secret(key)
	evidence.secret(tenant)
	up := upstreamtest.Stateless(t, "forecast")
	lock := &upstreamtest.Lock{Name: "Authorization", Value: "Bearer " + key, Behind: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/echo":
			_ = json.NewEncoder(w).Encode(r.Header)
		case "/break":
			upstreamtest.Reset().ServeHTTP(w, r)
		default:
			up.ServeHTTP(w, r)
		}
	})}
	at := upstreamtest.Serve(t, lock)
	s, c, secret := serveWithToken(t, "--log-level", "debug")
	c.json(t, "/register", `{"name":"Weather","path":"/weather","proxy_pass_url":"`+at+`","upstream_headers":{"Authorization":"Bearer `+key+`","X-Tenant":"`+tenant+`"}}`).expect(t, http.StatusCreated)
	c.post(t, "/toggle/weather", url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	refused := lock.Refused()

	call := []string{"call", "/weather", "forecast", "--url", s.url, "--token", secret}
	if code, out, text := run(t, nil, call...); code != 0 || out != "forecast\n" {
		t.Errorf("exit code %d\n%s%s", code, out, text)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/weather/echo", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("X-Tenant", "tenant-of-the-caller")
	echo := c.send(t, req).expect(t, http.StatusOK)
	heard := decode[http.Header](t, echo.body)
	if got := heard.Values("Authorization"); len(got) != 1 || got[0] != "Bearer "+key {
		t.Errorf("Authorization: %q", got)
	}
	if got := heard.Values("X-Tenant"); len(got) != 1 || got[0] != tenant {
		t.Errorf("X-Tenant: %q", got)
	}
	if heard.Get("Cookie") != "" || strings.Contains(echo.body, secret) {
		t.Errorf("the caller's secrets went along: %s", echo.body)
	}
	if lock.Refused() != refused {
		t.Errorf("%d requests without the key", lock.Refused()-refused)
	}

	var said strings.Builder
	broken := c.get(t, "/weather/break").expect(t, http.StatusBadGateway)
	_ = broken.Header.Write(&said)
	_ = echo.Header.Write(&said)
	said.WriteString(broken.body)
	// Another key is what the next call brings; without one the upstream refuses
	// us, which is no reason to ask the caller for credentials.
	c.json(t, "/edit/weather", `{"upstream_headers":{}}`).expect(t, http.StatusOK)
	locked := c.get(t, "/weather/echo").expect(t, http.StatusBadGateway)
	if locked.Header.Get("WWW-Authenticate") != "" || !strings.Contains(locked.body, "upstream_headers") {
		t.Errorf("%v\n%s", locked.Header, locked.body)
	}
	said.WriteString(locked.body)
	for _, path := range []string{"/", "/api/server_details/weather", "/connect/weather", "/edit/weather", "/metrics", "/ws/health_status"} {
		said.WriteString(c.get(t, path).expect(t, http.StatusOK).body)
	}
	s.stop(t)
	for what, text := range map[string]string{"an answer": said.String(), "a file": allFiles(t, s.data)} {
		if strings.Contains(text, key) || strings.Contains(text, tenant) {
			t.Errorf("%s holds a value", what)
		}
	}
}
