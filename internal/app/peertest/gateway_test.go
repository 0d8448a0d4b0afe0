package peertest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
)

// gateway is a running gateway, and somebody who is signed in there.
type gateway struct {
	*apptest.Server
	client *http.Client
	token  string
}

// startGateway starts a gateway that is open to all, or takes the token that it
// makes.
func startGateway(tb testing.TB, open bool) *gateway {
	tb.Helper()
	config := apptest.Config(tb)
	if open {
		config.GatewayAuth = "none"
	}
	s := apptest.Start(tb, config)
	g := &gateway{Server: s, client: s.SignedIn(tb)}
	body := g.post(tb, "/api/tokens", "application/json", `{"name":"peers","scope":"gateway"}`, http.StatusCreated)
	var made struct{ Token string }
	if err := json.Unmarshal(body, &made); err != nil {
		tb.Fatal(err)
	}
	g.token = made.Token
	return g
}

// serve registers a server, enables it and returns where clients find it.
func (g *gateway) serve(tb testing.TB, path, server, transport string) target {
	tb.Helper()
	form := url.Values{"name": {path}, "path": {path}, "proxy_pass_url": {server}, "description": {""}}
	const formType = "application/x-www-form-urlencoded"
	g.post(tb, "/register", formType, form.Encode(), http.StatusCreated)
	g.post(tb, "/toggle"+path, formType, "enabled=on", http.StatusOK)
	endpoint := "/mcp"
	if transport == sse {
		endpoint = "/sse"
	}
	return target{url: g.GatewayURL + path + endpoint, token: g.token}
}

func (g *gateway) post(tb testing.TB, path, contentType, body string, status int) []byte {
	tb.Helper()
	res, err := g.client.Post(g.URL+path, contentType, bytes.NewReader([]byte(body)))
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	out, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		tb.Fatalf("POST %s: %s %v\n%s", path, res.Status, err, out)
	}
	return out
}
