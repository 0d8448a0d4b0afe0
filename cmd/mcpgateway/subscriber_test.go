package main_test

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestPythonSubscriber runs the documentation's Python example, with only the
// port changed: it must print the snapshot, a later change, and the end.
func TestPythonSubscriber(t *testing.T) {
	t.Parallel()
	python := os.Getenv("MCPGATEWAY_PYTHON")
	if python == "" {
		python = "/usr/bin/python3"
	}
	needs(t, exec.Command(python, "-c", "import websockets").Run() == nil, python+" with the package websockets")

	s := serve(t, "", "--admin-password", password)
	c := s.signIn(t, password)
	upstream := upstreamtest.Stateless(t, "forecast", "warnings")
	c.post(t, "/register", url.Values{
		"name": {"Weather"}, "description": {""}, "path": {"/weather"}, "proxy_pass_url": {upstream.URL},
	}).expect(t, http.StatusCreated)

	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	example := readFile(t, filepath.Join(seedFolder, "subscriber.py"))
	script := filepath.Join(t.TempDir(), "subscriber.py")
	writeFile(t, script, strings.ReplaceAll(example, "localhost:7860", "localhost:"+u.Port()), 0o600)
	var printed output
	cmd := exec.Command(python, "-u", script)
	cmd.Stdout, cmd.Stderr = &printed, &printed
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	prints := func(text string) {
		t.Helper()
		eventually(t, "the subscriber prints "+text, func() bool { return strings.Contains(printed.String(), text) })
	}

	prints("WebSocket connection established\nHealth status update received:\nService /weather: disabled\nLast checked: None\nNumber of tools: 0\n---\n")
	c.post(t, "/toggle/weather", url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	prints("Service /weather: healthy\nLast checked: 20")
	c.post(t, "/api/refresh/weather", nil).expect(t, http.StatusOK)
	prints("Number of tools: 2\n---\n")
	s.stop(t)
	if err := <-ended; err != nil {
		t.Errorf("the subscriber ended badly: %v", err)
	}
	if text := printed.String(); !strings.HasSuffix(text, "---\nConnection closed\n") {
		t.Errorf("printed:\n%s", text)
	}
}
