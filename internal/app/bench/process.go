package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Bounds of how long a process may take to begin and to end.
const (
	startWithin = time.Minute
	stopWithin  = 30 * time.Second
)

// process is a program with whatever children it starts: they share its group.
type process struct {
	name  string
	cmd   *exec.Cmd
	log   string        // What it writes to standard error.
	ended chan struct{} // Closed.
	told  bool          // Its early end has been reported.
}

// start starts a program, whose standard error goes to a file. The setup, if
// not nil, may change the command before.
func (b *bench) start(name string, setup func(*exec.Cmd) error, program string, args ...string) (*process, error) {
	log, err := os.CreateTemp(b.dir, strings.ReplaceAll(name, " ", "-")+"-*.log")
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()                  // The process has its own.
	cmd := exec.CommandContext(b.ctx, program, args...) //nolint:gosec // G204: programs of this benchmark
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "HOME="+b.dir, "XDG_DATA_HOME="+b.dir, "XDG_CONFIG_HOME="+b.dir)
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p := &process{name: name, cmd: cmd, log: log.Name(), ended: make(chan struct{})}
	cmd.Cancel = func() error { return p.signal(syscall.SIGKILL) }
	if setup != nil {
		if err := setup(cmd); err != nil {
			return nil, err
		}
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		_ = cmd.Wait() // The state says how it ended.
		close(p.ended)
	}()
	b.running = append(b.running, p)
	return p, nil
}

// signal reaches the process and its children.
func (p *process) signal(s syscall.Signal) error { return syscall.Kill(-p.cmd.Process.Pid, s) }

// stop ends the process in order, or by force once it takes too long.
func (p *process) stop() error {
	select {
	case <-p.ended:
		if p.told {
			return nil
		}
		return fmt.Errorf("%s ended early: %s\n%s", p.name, p.cmd.ProcessState, p.tail())
	default:
	}
	if err := p.signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", p.name, err)
	}
	select {
	case <-p.ended: // Programs differ in what they call success.
		return nil
	case <-time.After(stopWithin):
		_ = p.signal(syscall.SIGKILL)
		<-p.ended
		return fmt.Errorf("%s did not end within %s", p.name, stopWithin)
	}
}

// tail is the end of what the process wrote.
func (p *process) tail() string {
	text, _ := os.ReadFile(p.log)
	return string(text[max(0, len(text)-2000):])
}

// end stops one process before the part ends.
func (b *bench) end(p *process) error {
	b.running = slices.DeleteFunc(b.running, func(r *process) bool { return r == p })
	return p.stop()
}

// stopAll stops all processes, the newest first.
func (b *bench) stopAll() error {
	var failed error
	for _, p := range slices.Backward(b.running) {
		failed = errors.Join(failed, p.stop())
	}
	b.running = nil
	return failed
}

// freeAddress is a loopback address that nobody listened at a moment ago.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // Loopback: it takes no time.
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// listening waits until somebody listens at the address.
func (b *bench) listening(p *process, address string) error {
	return b.until(p, func() bool {
		conn, err := net.Dial("tcp", address) //nolint:noctx // Loopback: it takes no time.
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
}

// until polls until the process is ready.
func (b *bench) until(p *process, ready func() bool) error {
	for deadline := time.Now().Add(startWithin); !ready(); time.Sleep(time.Millisecond) {
		select {
		case <-p.ended:
			p.told = true
			return fmt.Errorf("%s does not start: %s\n%s", p.name, p.cmd.ProcessState, p.tail())
		case <-b.ctx.Done():
			return b.ctx.Err()
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready within %s\n%s", p.name, startWithin, p.tail())
		}
	}
	return nil
}
