package httpserver

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/snippets"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetConnection is GET /connect/{service_path}.
func (s *Server) GetConnection(ctx context.Context, req gen.GetConnectionRequestObject) (gen.GetConnectionResponseObject, error) {
	service, err := s.service(ctx, req.ServicePath)
	if err != nil {
		return nil, err
	}
	c := callOf(ctx)
	target := snippets.Target{Base: s.gatewayURL(c), Path: service.Path, Detected: service.Detected, Open: s.o.OpenGateway}
	texts, err := s.snippets.For(target)
	if err != nil {
		return nil, err
	}
	if c.wantsPage {
		view := connectPage(service, target, texts)
		view.Shell = s.shellOf(c, "Connect to "+service.Name)
		return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Connect(w, view) }}, nil
	}
	return gen.GetConnection200JSONResponse{Body: connectionOf(target, texts, s.o.SeparateGateway)}, nil
}

// gatewayURL is where clients find the gateway, for this caller; no slash ends
// it. A gateway with a listener of its own, at every address of the machine, is
// where the caller found this one, at the other port.
func (s *Server) gatewayURL(c *call) string {
	here := s.ownOrigin(c)
	if !s.o.SeparateGateway {
		return here
	}
	if s.o.GatewayURL != nil {
		return originOf(s.o.GatewayURL)
	}
	u, err := url.Parse(here)
	host, port, listenErr := net.SplitHostPort(s.o.GatewayListen)
	if err != nil || listenErr != nil {
		return here
	}
	if addr, err := netip.ParseAddr(host); host == "" || err == nil && addr.IsUnspecified() {
		host = u.Hostname()
	}
	u.Host = net.JoinHostPort(host, port)
	return originOf(u)
}

// connectionOf is how to connect to a service, as the API shows it.
func connectionOf(t snippets.Target, texts []snippets.Snippet, apart bool) gen.Connection {
	connection := gen.Connection{
		ServicePath: string(t.Path),
		Name:        snippets.Name(t.Path),
		URL:         t.URL(),
		Apart:       apart,
		Transport:   string(t.Transport()),
		Snippets:    make([]gen.Snippet, len(texts)),
	}
	for i, text := range texts {
		connection.Snippets[i] = gen.Snippet{
			Client: text.Client, Title: text.Title, Language: text.Language, Place: text.Place, Text: text.Text,
		}
	}
	return connection
}

// connectPage is the same for people.
func connectPage(service *registry.Service, t snippets.Target, texts []snippets.Snippet) web.ConnectPage {
	view := web.ConnectPage{
		Service: cardOf(service), URL: t.URL(), Open: t.Open,
		OldTransport: t.Transport() == registry.HTTPSSE,
		Snippets:     make([]web.Snippet, len(texts)),
	}
	for i, text := range texts {
		view.Snippets[i] = web.Snippet{Client: text.Client, Title: text.Title, Place: text.Place, Text: text.Text}
	}
	return view
}
