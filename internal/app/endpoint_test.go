package app_test

import (
	"net/http"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

// With a listener of its own, the gateway shows nothing of the dashboard, and
// both end together.
func TestGatewayListener(t *testing.T) {
	c := apptest.Config(t)
	c.GatewayListen = "127.0.0.1:0"
	s := apptest.Start(t, c)
	if s.URL == s.GatewayURL {
		t.Fatalf("both are at %s", s.URL)
	}
	client := s.SignedIn(t)
	for url, want := range map[string]int{
		s.URL + "/":               http.StatusOK,
		s.GatewayURL + "/":        http.StatusNotFound,
		s.GatewayURL + "/login":   http.StatusNotFound,
		s.GatewayURL + "/health":  http.StatusOK,
		s.GatewayURL + "/readyz":  http.StatusOK,
		s.GatewayURL + "/metrics": http.StatusNotFound,
	} {
		res, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", url, res.StatusCode, want)
		}
	}
	client.CloseIdleConnections()
	s.Stop(t)
	if res, err := client.Get(s.GatewayURL + "/health"); err == nil {
		_ = res.Body.Close()
		t.Error("the gateway's listener goes on after the end")
	}
}
