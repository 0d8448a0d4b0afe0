package proxybench

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"
)

// profileVariable names a folder for a CPU and an allocation profile of each
// process; none are taken without it.
const profileVariable = "MCPGATEWAY_PROXYBENCH_PROFILE"

// usage is what a process has used since its start.
type usage struct {
	CPU           time.Duration // User and system.
	Allocs, Bytes uint64        // Of the heap.
}

func (u usage) since(before usage) usage {
	return usage{CPU: u.CPU - before.CPU, Allocs: u.Allocs - before.Allocs, Bytes: u.Bytes - before.Bytes}
}

// process is a copy of the test binary in a role.
type process struct {
	url    string
	ask    io.WriteCloser
	answer *json.Decoder
}

// start starts a process, which ends with the benchmark. What it writes to
// standard error goes to a file, as a service's log does.
func start(b *testing.B, role string, args ...string) *process {
	b.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	log, err := os.Create(filepath.Join(b.TempDir(), role+".log"))
	if err != nil {
		b.Fatal(err)
	}
	cmd.Stderr = log
	ask, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	p := &process{ask: ask, answer: json.NewDecoder(out)}
	b.Cleanup(func() {
		if err := errors.Join(ask.Close(), cmd.Wait(), log.Close()); err != nil {
			b.Errorf("the %s did not end well: %v", role, err)
		}
	})
	if err := p.answer.Decode(&p.url); err != nil {
		text, _ := os.ReadFile(log.Name())
		b.Fatalf("the %s does not start: %v\n%s", role, err, text)
	}
	return p
}

// used asks the process what it has used.
func (p *process) used(b *testing.B) usage {
	b.Helper()
	if _, err := p.ask.Write([]byte("\n")); err != nil {
		b.Fatal(err)
	}
	var u usage
	if err := p.answer.Decode(&u); err != nil {
		b.Fatal(err)
	}
	return u
}

// serve is the other end: it serves on a free port, and reports.
func serve(role string, h http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	return errors.Join(report(role, "http://"+listener.Addr().String()), server.Close())
}

// report tells where the process listens and, whenever asked, what it has used,
// until nobody asks any more.
func report(role, url string) error {
	finish, err := profile(role)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(url); err != nil {
		return err
	}
	for asked := bufio.NewScanner(os.Stdin); asked.Scan(); {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			return err
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		u := usage{CPU: time.Duration(r.Utime.Nano() + r.Stime.Nano()), Allocs: m.Mallocs, Bytes: m.TotalAlloc}
		if err := out.Encode(u); err != nil {
			return err
		}
	}
	return finish()
}

// profile begins the profiles that were asked for.
func profile(role string) (finish func() error, err error) {
	folder := os.Getenv(profileVariable)
	if folder == "" {
		return func() error { return nil }, nil
	}
	cpu, err := os.Create(filepath.Join(folder, role+".cpu"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		allocs, err := os.Create(filepath.Join(folder, role+".allocs"))
		if err != nil {
			return err
		}
		return errors.Join(pprof.Lookup("allocs").WriteTo(allocs, 0), allocs.Close(), cpu.Close())
	}, nil
}
