package soaktest

import (
	"bytes"
	"net"
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

// program is the server, which is started again and again on the same data and
// at the same address.
type program struct {
	url, address, data string
	settings           []string // Of its environment.

	cmd   *exec.Cmd
	debug string // Where its profiles are, with a trailing slash.
	done  chan struct{}

	mu  sync.Mutex
	log bytes.Buffer // Of all its runs.
}

// Write takes the log.
func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *program) logged(from int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()[from:]
}

// newProgram finds a free address and makes the data directory's name.
func newProgram(t *testing.T) *program {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	p := &program{url: "http://" + address, address: address, data: filepath.Join(t.TempDir(), "data")}
	t.Cleanup(func() {
		if p.cmd != nil {
			p.kill()
		}
		if t.Failed() {
			text := p.logged(0)
			t.Logf("the end of the log:\n%s", text[max(0, len(text)-20_000):])
		}
	})
	return p
}

var profiles = regexp.MustCompile(`profiles are served" url=(\S+)`)

// start starts the server and waits until it is ready.
func (p *program) start(t *testing.T) {
	t.Helper()
	before := len(p.logged(0))
	p.cmd = exec.Command(binary, "serve", "--listen", p.address, "--data", p.data, "--debug-listen", "127.0.0.1:0",
		"--health-interval", "1s", "--health-timeout", "1s", "--upstream-timeout", "3s", "--log-level", "info", "--log-format", "text")
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GORACE=halt_on_error=1"}, p.settings...)
	p.cmd.Stdout, p.cmd.Stderr = p, quiet{p}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done, cmd := make(chan struct{}), p.cmd
	p.done = done
	go func() {
		_ = cmd.Wait()
		close(done)
	}()
	eventually(t, "the server is ready", func() bool {
		select {
		case <-done:
			t.Fatalf("the process ended: %s", cmd.ProcessState)
		default:
		}
		found := profiles.FindStringSubmatch(p.logged(before))
		if found == nil {
			return false
		}
		p.debug = found[1]
		res, err := http.Get(p.url + "/readyz")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// kill ends the process without a word of warning.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
	p.cmd = nil
}

// stop ends the process as a service manager does, which it must take well
// whoever is connected.
func (p *program) stop(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(patience):
		t.Fatalf("the process does not stop")
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("stopped under load: exit code %d", code)
	}
	p.cmd = nil
}

// quiet leaves the access log out.
type quiet struct{ p *program }

// Write takes whole lines, as the program writes them.
func (q quiet) Write(b []byte) (int, error) {
	for line := range strings.Lines(string(b)) {
		if !strings.Contains(line, "level=INFO msg=request ") && !strings.Contains(line, "level=INFO msg=\"a service ") {
			_, _ = q.p.Write([]byte(line))
		}
	}
	return len(b), nil
}

// faults are the lines of the log that no run may have.
func (p *program) faults() (found []string) {
	for line := range strings.Lines(p.logged(0)) {
		for _, bad := range []string{"panic", "DATA RACE", "reached nobody", "level=ERROR", "fatal error", "superfluous"} {
			if strings.Contains(line, bad) {
				found = append(found, strings.TrimSpace(line))
			}
		}
	}
	return found
}

// eventually polls until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}
