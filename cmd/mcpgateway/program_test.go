package main_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is one run of the binary.
type program struct {
	cmd      *exec.Cmd
	out, err output
	// done is closed when the process has ended and all its output is read.
	done chan struct{}
}

// start runs the binary with the arguments, and with the settings as the only
// ones in its environment. A run that goes on at the test's end is killed.
func start(t *testing.T, settings []string, args ...string) *program {
	t.Helper()
	return startReading(t, settings, "", args...)
}

func startReading(t *testing.T, settings []string, stdin string, args ...string) *program {
	t.Helper()
	p := &program{cmd: exec.Command(binary, args...), done: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GORACE=halt_on_error=1"}, settings...)
	p.cmd.Dir = t.TempDir()
	p.cmd.Stdin = strings.NewReader(stdin)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // ProcessState tells the same.
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // It may have ended.
		<-p.done
		evidence.log(p.err.String())
		if t.Failed() {
			t.Logf("mcpgateway %s\nstandard output:\n%s\nstandard error:\n%s", strings.Join(args, " "), &p.out, &p.err)
		}
	})
	return p
}

// run runs a command to its end and returns its exit code and output.
func run(t *testing.T, settings []string, args ...string) (code int, out, err string) {
	t.Helper()
	p := start(t, settings, args...)
	return p.wait(t), p.out.String(), p.err.String()
}

// wait waits for the process to end. The code is -1 if a signal killed it.
func (p *program) wait(t *testing.T) (code int) {
	t.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("the process did not end in %s", patience)
		return 0
	}
}

func (p *program) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatalf("send %s: %v", s, err)
	}
}

// stop ends the process as a service manager would.
func (p *program) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	if code := p.wait(t); code != 0 {
		t.Fatalf("SIGTERM: exit code %d, want 0", code)
	}
}

// server is a run of serve or demo that is ready.
type server struct {
	*program
	url, data string
}

var listening = regexp.MustCompile(`msg"?[=:]"?listening.*?url"?[=:]"?(https?://[^"\s]+)`)

// serve runs a server on a free loopback port and waits until it is ready. The
// data directory is made if it is empty.
func serve(t *testing.T, data string, args ...string) *server {
	t.Helper()
	return ready(t, start(t, nil, serveArgs(&data, t, args...)...), data)
}

func serveArgs(data *string, t *testing.T, args ...string) []string {
	if *data == "" {
		*data = filepath.Join(t.TempDir(), "data")
	}
	return append([]string{"serve", "--listen", "127.0.0.1:0", "--data", *data}, args...)
}

// ready waits until p answers /readyz with 200.
func ready(t *testing.T, p *program, data string) *server {
	t.Helper()
	s := &server{program: p, data: data}
	eventually(t, "the server listens", func() bool {
		p.alive(t)
		found := listening.FindStringSubmatch(p.err.String())
		if found != nil {
			s.url = found[1]
		}
		return found != nil
	})
	client := httpClient(t, nil)
	eventually(t, "the server is ready", func() bool {
		p.alive(t)
		res, err := client.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
	return s
}

// alive fails the test if the process has ended.
func (p *program) alive(t *testing.T) {
	t.Helper()
	select {
	case <-p.done:
		t.Fatalf("the process ended too early: %s", p.cmd.ProcessState)
	default:
	}
}

// eventually polls until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// output is what a process has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

// String is all of it.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
