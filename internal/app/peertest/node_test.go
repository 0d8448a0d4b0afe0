package peertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What testdata/npm installs, and the programs in it.
const (
	packages      = "../../../testdata/npm/node_modules"
	everything    = packages + "/@modelcontextprotocol/server-everything/dist/index.js"
	inspector     = packages + "/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
	mcpRemote     = packages + "/mcp-remote/dist/proxy.js"
	exerciseMJS   = "../../../testdata/npm/exercise.mjs"
	programsLimit = 2 * time.Minute
)

var errNoNode = errors.New("the MCP clients from npm and a Node 22.19 are not installed: run make deps, or name a Node in MCPGATEWAY_NODE")

// node finds the Node that runs what is from npm. Without it, or without the
// packages, the test is skipped, and fails where CI=true says that nothing may
// be.
func node(tb testing.TB) string {
	tb.Helper()
	program, err := findNode()
	switch {
	case errors.Is(err, errNoNode) && os.Getenv("CI") != "true" && os.Getenv("CI") != "1":
		tb.Skipf("SKIPPED: %v", err)
	case err != nil:
		tb.Fatal(err)
	}
	return program
}

// findNode looks where scripts/lib.sh looks.
func findNode() (string, error) {
	if _, err := os.Stat(everything); err != nil {
		return "", errNoNode
	}
	if named := os.Getenv("MCPGATEWAY_NODE"); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("MCPGATEWAY_NODE: %w", err)
		}
		return path, nil
	}
	installed, err := filepath.Glob(packages + "/node-linux-*/bin/node")
	if err != nil {
		return "", err
	}
	for _, path := range append(installed, "node") {
		version, err := exec.Command(path, "-p", "process.versions.node").Output()
		if err == nil && newEnough(string(version)) {
			return path, nil
		}
	}
	return "", errNoNode
}

func newEnough(version string) bool {
	var major, minor int
	_, err := fmt.Sscanf(version, "%d.%d", &major, &minor)
	return err == nil && (major > 22 || major == 22 && minor >= 19)
}

// command is a program for Node that ends, with all that it started, when the
// context does. Its home is a folder of the test's own, and it has nothing to
// open a browser with.
func command(ctx context.Context, tb testing.TB, program string, args ...string) *exec.Cmd {
	tb.Helper()
	c := exec.CommandContext(ctx, node(tb), append([]string{program}, args...)...)
	home := tb.TempDir()
	c.Env = []string{"HOME=" + home, "MCP_REMOTE_CONFIG_DIR=" + home, "PATH=/nonexistent", "BROWSER=/nonexistent/browser", "NO_COLOR=1"}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 5 * time.Second
	return c
}

// output runs such a program to its end and returns what it printed.
func output(tb testing.TB, program string, args ...string) ([]byte, error) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), programsLimit)
	defer cancel()
	c := command(ctx, tb, program, args...)
	var out, problems bytes.Buffer
	c.Stdout, c.Stderr = &out, &problems
	if err := c.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("%w: %s", err, problems.Bytes())
	}
	return out.Bytes(), nil
}

// startEverything runs server-everything until the test ends and returns the
// URL of its endpoint. kind is stateful or sse.
func startEverything(tb testing.TB, kind string) string {
	tb.Helper()
	mode, path := "streamableHttp", "/mcp"
	if kind == sse {
		mode, path = "sse", "/sse"
	}
	port := freePort(tb)
	ctx, cancel := context.WithCancel(context.Background())
	c := command(ctx, tb, everything, mode)
	c.Env = append(c.Env, "PORT="+strconv.Itoa(port))
	var log bytes.Buffer
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		cancel()
		tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Wait() // It is killed.
	}()
	tb.Cleanup(func() {
		cancel()
		<-ended
		if tb.Failed() {
			tb.Logf("the end of what server-everything %s said:\n%s", mode, last(log.String(), 2000))
		}
	})
	url := "http://127.0.0.1:" + strconv.Itoa(port)
	if err := answers(tb.Context(), url, ended); err != nil {
		tb.Fatalf("server-everything %s: %v", mode, err)
	}
	return url + path
}

// freePort is a port that was free a moment ago: server-everything tells
// nobody which one it took.
func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", ":0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	addr, _ := l.Addr().(*net.TCPAddr)
	return addr.Port
}

// answers returns when something speaks HTTP at url.
func answers(ctx context.Context, url string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			return res.Body.Close()
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ended:
			return errors.New("it ended")
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", err)
		}
	}
}

func last(s string, n int) string { return strings.ToValidUTF8(s[max(0, len(s)-n):], "") }

// logger hands what a program says to the test's log, a line each.
type logger struct{ tb testing.TB }

// Write never fails.
func (l *logger) Write(p []byte) (int, error) {
	l.tb.Logf("%s", bytes.TrimRight(p, "\n"))
	return len(p), nil
}
