package main_test

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// seedFolder holds the API documentation, and its examples as files.
const seedFolder = "../../testdata/seed"

// TestSeedIsWordForWord: the files are the documentation's examples, each one
// of them, to the letter.
func TestSeedIsWordForWord(t *testing.T) {
	text := readFile(t, filepath.Join(seedFolder, "registry_api.txt"))
	scripts, err := filepath.Glob(filepath.Join(seedFolder, "*.sh"))
	if err != nil {
		t.Fatal(err)
	}
	rest := text
	for _, file := range append(scripts, filepath.Join(seedFolder, "subscriber.py")) {
		example := strings.TrimSpace(readFile(t, file))
		before, after, found := strings.Cut(rest, example)
		if !found {
			t.Errorf("%s is not in the documentation after the examples before it", file)
		}
		if strings.HasSuffix(file, ".sh") && !strings.Contains(file, "-flow-") && strings.Contains(before, "curl -X") {
			t.Errorf("an example before %s has no file", file)
		}
		rest = before + after
	}
	if strings.Contains(rest, "curl -X") || strings.Contains(rest, "import asyncio") {
		t.Errorf("an example has no file:\n%s", rest)
	}
}

// curl runs the documentation's commands. Between them and the real curl is
// only a wrapper that puts our port in the place of 7860, and a .curlrc that
// makes curl write the header to a file.
type curl struct {
	dir string
	env []string
}

const curlWrapper = `#!/bin/bash
exec "$REAL_CURL" "${@//localhost:7860/localhost:$PORT}"
`

func newCurl(t *testing.T, base string) *curl {
	t.Helper()
	program, err := exec.LookPath("curl")
	needs(t, err == nil, "curl")
	_, err = exec.LookPath("bash")
	needs(t, err == nil, "bash")
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "bin", "curl"), curlWrapper, 0o700)
	writeFile(t, filepath.Join(dir, ".curlrc"), "silent\nshow-error\nmax-time = 60\nnoproxy = *\ndump-header = header.txt\n", 0o600)
	return &curl{dir, []string{
		"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"),
		"CURL_HOME=" + dir,
		"REAL_CURL=" + program,
		"PORT=" + u.Port(),
	}}
}

// run runs one of the files and returns what curl received.
func (c *curl) run(t *testing.T, file string) (header, body string) {
	t.Helper()
	script, err := filepath.Abs(filepath.Join(seedFolder, file))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", script)
	cmd.Dir, cmd.Env = c.dir, c.env
	var failure strings.Builder
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", file, err, &failure)
	}
	return readFile(t, filepath.Join(c.dir, "header.txt")), string(out)
}

// expect runs one of the files and compares the status and, unless empty, the
// Location.
func (c *curl) expect(t *testing.T, file, status, location string) (body string) {
	t.Helper()
	header, body := c.run(t, file)
	if first, _, _ := strings.Cut(header, "\r\n"); first != "HTTP/1.1 "+status {
		t.Fatalf("%s: %q, want %s\n%s", file, first, status, body)
	}
	if location != "" && !strings.Contains(header, "\r\nLocation: "+location+"\r\n") {
		t.Fatalf("%s: no redirect to %s in\n%s", file, location, header)
	}
	return body
}

// upstreamAt runs an MCP server with a tool of each name at a fixed loopback
// address, unless something else listens there.
func upstreamAt(t *testing.T, address string, tools ...string) (ours bool) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Logf("%v: what the service there answers is not checked", err)
		return false
	}
	s := &http.Server{Handler: upstreamtest.Stateless(t, tools...)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
	return true
}

// TestSeedCommands runs every command of the documentation in its order. It
// logs out before it registers, so the login is run once more in between; and
// it leaves the service disabled, so the refresh is run once more when enabled.
func TestSeedCommands(t *testing.T) {
	t.Parallel()
	ours := upstreamAt(t, "127.0.0.1:8000", "forecast") && upstreamAt(t, "127.0.0.1:8001", "forecast", "warnings")
	s := serve(t, "", "--admin-password", "password")
	c := newCurl(t, s.url)
	cookies := filepath.Join(c.dir, "cookies.txt")

	if body := c.expect(t, "01-login-form.sh", "200 OK", ""); !strings.Contains(body, `name="password"`) {
		t.Errorf("no login form:\n%s", body)
	}
	c.expect(t, "02-login.sh", "303 See Other", "/")
	for line := range strings.Lines(readFile(t, cookies)) {
		if fields := strings.Fields(line); len(fields) == 7 && fields[5] == sessionCookie {
			evidence.secret(fields[6])
		}
	}
	if !strings.Contains(readFile(t, cookies), "#HttpOnly_localhost\tFALSE\t/\tFALSE\t") {
		t.Errorf("cookies.txt:\n%s", readFile(t, cookies))
	}
	c.expect(t, "03-logout.sh", "303 See Other", "/login")
	// The file still holds the cookie, but its session is over.
	c.expect(t, "04-register.sh", "401 Unauthorized", "")
	c.expect(t, "02-login.sh", "303 See Other", "/")

	registered := decode[struct {
		Message string
		Service record
	}](t, c.expect(t, "04-register.sh", "201 Created", ""))
	want := record{
		Name: "Weather Service", Description: "Provides weather forecasts", Path: "/weather", Upstream: "http://localhost:8000",
		Tags: []string{"weather", "forecast"}, NumTools: 3, Stars: 4, IsPython: true, License: "MIT",
	}
	if registered.Message != "Service registered successfully" {
		t.Errorf("message %q", registered.Message)
	}
	same(t, registered.Service, want)
	if again := decode[struct{ Error string }](t, c.expect(t, "04-register.sh", "409 Conflict", "")); again.Error == "" {
		t.Error("a second registration tells no error")
	}

	toggled := decode[toggleAnswer](t, c.expect(t, "05-enable.sh", "200 OK", ""))
	if toggled.Message != "Toggle request for /weather processed." || toggled.Path != "/weather" || !toggled.Enabled || toggled.LastChecked == nil {
		t.Errorf("enable: %+v", toggled)
	}
	if ours && (toggled.Status != "healthy" || toggled.NumTools != 1) {
		t.Errorf("enable: %+v", toggled)
	}
	toggled = decode[toggleAnswer](t, c.expect(t, "06-disable.sh", "200 OK", ""))
	if toggled.Enabled || toggled.Status != "disabled" {
		t.Errorf("disable: %+v", toggled)
	}

	c.expect(t, "07-edit.sh", "303 See Other", "/")
	want = record{
		Name: "Weather API", Description: "Updated weather service", Path: "/weather", Upstream: "http://localhost:8001",
		Tags: []string{"weather", "api"}, NumTools: 5, Stars: 5, IsPython: true, License: "MIT",
	}
	if ours {
		want.NumTools = 1 // A discovery counts more than what people say.
	}
	same(t, decode[record](t, c.expect(t, "08-details.sh", "200 OK", "")), want)
	same(t, decode[map[string]record](t, c.expect(t, "09-details-all.sh", "200 OK", ""))["/weather"], want)
	checkTools(t, c, ours, "forecast")
	if body := c.expect(t, "12-refresh.sh", "400 Bad Request", ""); !strings.Contains(body, "enable it first") {
		t.Errorf("refresh while disabled: %s", body)
	}

	c.expect(t, "05-enable.sh", "200 OK", "")
	refreshed := decode[toggleAnswer](t, c.expect(t, "12-refresh.sh", "200 OK", ""))
	if refreshed.Path != "/weather" || refreshed.LastChecked == nil || ours && (refreshed.Status != "healthy" || refreshed.NumTools != 2) {
		t.Errorf("refresh: %+v", refreshed)
	}
	checkTools(t, c, ours, "forecast", "warnings")

	c.expect(t, "13-flow-login.sh", "303 See Other", "/")
	if all := decode[map[string]record](t, c.expect(t, "14-flow-details-all.sh", "200 OK", "")); len(all) != 1 {
		t.Errorf("all details: %v", all)
	}
	s.stop(t)
}

// toggleAnswer is what toggle and refresh answer.
type toggleAnswer struct {
	Message, Status string
	Path            string  `json:"service_path"`
	Enabled         bool    `json:"new_enabled_state"`
	LastChecked     *string `json:"last_checked_iso"`
	NumTools        int     `json:"num_tools"`
}

// same compares what people set, and the number of tools.
func same(t *testing.T, got, want record) {
	t.Helper()
	if got.Name != want.Name || got.Description != want.Description || got.Path != want.Path || got.Upstream != want.Upstream ||
		!slices.Equal(got.Tags, want.Tags) || got.NumTools != want.NumTools || got.Stars != want.Stars ||
		got.IsPython != want.IsPython || got.License != want.License || got.Enabled != want.Enabled {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// checkTools runs the two tool examples.
func checkTools(t *testing.T, c *curl, ours bool, names ...string) {
	t.Helper()
	type tool struct {
		Name       string
		ServerPath string                `json:"server_path"`
		Parsed     struct{ Main string } `json:"parsed_description"`
	}
	one := decode[struct {
		Path  string `json:"service_path"`
		Tools []tool
	}](t, c.expect(t, "10-tools.sh", "200 OK", ""))
	all := decode[struct {
		Path    string `json:"service_path"`
		Tools   []tool
		Servers map[string][]tool
	}](t, c.expect(t, "11-tools-all.sh", "200 OK", ""))
	if one.Path != "/weather" || all.Path != "all" || len(one.Tools) != len(all.Tools) || len(all.Servers["/weather"]) != len(one.Tools) {
		t.Errorf("tools: %+v\nall: %+v", one, all)
	}
	if !ours {
		return
	}
	for i, name := range names {
		if i >= len(one.Tools) || one.Tools[i].Name != name || one.Tools[i].Parsed.Main != "Tool "+name+"." ||
			all.Tools[i].Name != name || all.Tools[i].ServerPath != "/weather" {
			t.Errorf("want tool %s: %+v\nall: %+v", name, one, all)
		}
	}
}
