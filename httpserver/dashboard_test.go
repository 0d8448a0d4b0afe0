package httpserver_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/mcpgateway/mcpgateway/httpserver"
)

// TestEmptyDashboardNamesItsOwnAddress reads the command that the empty list
// shows: it must work where it is copied from.
func TestEmptyDashboardNamesItsOwnAddress(t *testing.T) {
	e := newEdge(t, setup{})
	e.signedIn(t).with("Accept", "text/html").get("/").page(http.StatusOK, "curl -X POST "+e.url+"/register ")

	e = newEdge(t, setup{adjust: func(o *httpserver.Options) {
		o.PublicURL = &url.URL{Scheme: "https", Host: "gateway.example", Path: "/"}
	}})
	e.signedIn(t).with("Accept", "text/html").get("/").page(http.StatusOK, "curl -X POST https://gateway.example/register ")
}
