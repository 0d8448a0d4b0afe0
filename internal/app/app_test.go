package app_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

func TestServeAndStop(t *testing.T) {
	s := apptest.Start(t, apptest.Config(t))
	client := s.SignedIn(t)
	res, err := client.Get(s.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("dashboard: %s", res.Status)
	}
	client.CloseIdleConnections()
	s.Stop(t)
}
