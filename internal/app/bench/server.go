package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// server is a running mcpgateway, as people run it: `mcpgateway serve`, with
// its access log on standard error, which is a file.
type server struct {
	*process
	url     string
	address string
	data    string
	client  *http.Client
	admin   string // A token that may do everything.
}

// serve starts the server on a data directory, with further flags, and waits
// until it is ready.
func (b *bench) serve(name, data string, flags ...string) (*server, error) {
	s, err := b.begin(name, data, flags...)
	if err != nil {
		return nil, err
	}
	if err := b.until(s.process, s.ready); err != nil {
		return nil, err
	}
	s.admin, err = b.token(data, "admin")
	return s, err
}

// begin starts the server without waiting for it.
func (b *bench) begin(name, data string, flags ...string) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	flags = append([]string{"serve", "--listen", address, "--data", data}, flags...)
	p, err := b.start(name, nil, b.binary, flags...)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
	return &server{
		process: p, address: address, url: "http://" + address, data: data,
		client: &http.Client{Transport: transport, Timeout: time.Minute},
	}, nil
}

// ready tells whether /readyz says so.
func (s *server) ready() bool {
	res, err := s.client.Get(s.url + "/readyz") //nolint:noctx // The client has a timeout.
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// token makes a token of the scope, by the command line.
func (b *bench) token(data, scope string) (string, error) {
	cmd := exec.CommandContext(b.ctx, b.binary, "token", "create", "--data", data, "--name", "bench-"+scope, "--scope", scope) //nolint:gosec // G204: the built server
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("make a token: %w\n%s", err, stderr.Bytes())
	}
	return strings.TrimSpace(stdout.String()), nil
}

// post sends a body as JSON. Any answer but a success is an error.
func (s *server) post(path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, s.url+path, bytes.NewReader(text)) //nolint:noctx // The client has a timeout.
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	_, err = s.do(req)
	return err
}

// get is the body at a path.
func (s *server) get(path string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, s.url+path, nil) //nolint:noctx // The client has a timeout.
	if err != nil {
		return nil, err
	}
	return s.do(req)
}

func (s *server) do(req *http.Request) ([]byte, error) {
	req.Header.Set("Authorization", "Bearer "+s.admin)
	res, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s %s: %s: %s", req.Method, req.URL.Path, res.Status, body[:min(len(body), 500)])
	}
	return body, nil
}

// register registers a service and, if wanted, enables it.
func (s *server) register(path, upstream string, enabled bool) error {
	err := s.post("/register", registration(path, upstream))
	if err != nil || !enabled {
		return err
	}
	return s.toggle(path, true)
}

func registration(path, upstream string) map[string]any {
	return map[string]any{
		"name": strings.TrimPrefix(path, "/"), "description": "One of many.", "path": path, "proxy_pass_url": upstream,
		"tags": []string{"weather", "forecast"},
	}
}

// connect connects as the administrator.
func (s *server) connect() (*wire, error) {
	return connect(s.address, map[string]string{"Authorization": "Bearer " + s.admin, "Content-Type": "application/json"})
}

// toggle switches a service on or off.
func (s *server) toggle(path string, on bool) error {
	return s.post("/toggle"+path, map[string]any{"enabled": on})
}
