package hostiletest

import (
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

const (
	// stalledClients is how many clients of the bad service do nothing more.
	stalledClients = 1000
	// calls is how many calls a median is of.
	calls = 300
	// maxRatio bounds the median latency of the good service beside the stalled
	// clients, by that without them. The machine has other things to do.
	maxRatio = 5
	tries    = 3
	// maxStalledBytes bounds what a stalled client may cost. Its own end and the
	// upstream's are in the same process.
	maxStalledBytes = 256 << 10
)

// TestStalledClients has a service whose upstream hangs, floods or is dead, and
// 1,000 clients of it that neither read nor leave. Another service's calls take
// as long as before, give or take a machine that others use too, and nothing is
// left in the end.
func TestStalledClients(t *testing.T) {
	if testing.Short() {
		t.Skip("it holds thousands of connections")
	}
	needFiles(t, 6*stalledClients)
	w := newWorld(t)
	w.register(t, "/good", upstreamtest.Serve(t, upstreamtest.Body(http.StatusOK, "application/json", "{}")), nil)
	hanging := newScript(t)
	hanging.do(func(c net.Conn, _ *http.Request) { _, _ = io.Copy(io.Discard, c) })
	w.register(t, "/hanging", hanging.URL, nil)
	flooding := newScript(t)
	flooding.do(func(c net.Conn, _ *http.Request) {
		_ = c.(*net.TCPConn).SetWriteBuffer(32 << 10) // The kernel would take megabytes for each.
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
		part := strings.Repeat("data: x\n\n", 1000)
		for {
			if _, err := io.WriteString(c, part); err != nil {
				return
			}
		}
	})
	w.register(t, "/flooding", flooding.URL, nil)
	open := newScript(t)
	open.do(func(c net.Conn, _ *http.Request) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n")
		_, _ = io.Copy(io.Discard, c)
	})
	w.register(t, "/open", open.URL, nil)
	w.register(t, "/dead", upstreamtest.ClosedURL(t), nil)

	w.median(t) // Warm up.
	before := count()
	var ratio float64
	for range tries {
		alone := w.median(t)
		conns := w.stall(t)
		stop := w.knockOn(t, "/dead")
		beside := w.median(t)
		stop()
		held := count()
		each := (int64(held.bytes) - int64(before.bytes)) / stalledClients
		ratio = float64(beside) / float64(alone)
		t.Logf("a call takes %s alone, %s beside %d stalled clients (%.1f times); each costs %d bytes and %.1f goroutines",
			alone, beside, stalledClients, ratio, each, float64(held.goroutines-before.goroutines)/stalledClients)
		if each > maxStalledBytes {
			t.Errorf("a stalled client costs %d bytes, more than %d", each, maxStalledBytes)
		}
		for _, c := range conns {
			_ = c.Close()
		}
		w.settle(t, before.goroutines+50)
		if ratio < maxRatio {
			return
		}
	}
	t.Errorf("calls of another service take %.1f times as long", ratio)
}

// stall connects the clients: of five, two wait for an answer, two hold a stream,
// and one does not read it.
func (w *world) stall(t *testing.T) []net.Conn {
	t.Helper()
	conns := make([]net.Conn, stalledClients)
	services := []string{"/hanging", "/flooding", "/open", "/open", "/hanging"}
	for i := range conns {
		conns[i] = w.dial(t)
		_ = conns[i].(*net.TCPConn).SetReadBuffer(32 << 10)
		if _, err := io.WriteString(conns[i], w.request(services[i%len(services)])); err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.Now().Add(patience)
	for {
		res, err := w.admin.Get(w.URL + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		streams := 0
		for line := range strings.SplitSeq(string(text), "\n") {
			if strings.HasPrefix(line, "mcpgateway_gateway_open_streams{") {
				n, _ := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
				streams += int(n)
			}
		}
		if streams >= stalledClients*3/5 {
			return conns
		}
		if time.Now().After(deadline) {
			t.Fatalf("only %d streams are open", streams)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// knockOn calls a service again and again until it is stopped.
func (w *world) knockOn(t *testing.T, path string) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				res, err := w.admin.Get(w.GatewayURL + path)
				if err != nil {
					t.Errorf("%s: %v", path, err)
					return
				}
				_ = res.Body.Close()
				if res.StatusCode != http.StatusBadGateway {
					t.Errorf("%s: %s", path, res.Status)
					return
				}
			}
		}
	})
	return func() {
		close(done)
		running.Wait()
	}
}

// median is how long calls of the good service take.
func (w *world) median(t *testing.T) time.Duration {
	t.Helper()
	took := make([]time.Duration, calls)
	for i := range took {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.GatewayURL+"/good/mcp", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", w.bearer)
		began := time.Now()
		res, err := w.admin.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		took[i] = time.Since(began)
		if res.StatusCode != http.StatusOK {
			t.Fatal(res.Status)
		}
	}
	slices.Sort(took)
	return took[calls/2]
}

// counts are the process's.
type counts struct {
	goroutines int
	bytes      uint64
}

func count() counts {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return counts{runtime.NumGoroutine(), m.HeapInuse + m.StackInuse}
}

// settle waits until there are no more goroutines than that.
func (w *world) settle(t *testing.T, most int) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > most {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left, of %d at most", runtime.NumGoroutine(), most)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// needFiles skips the test where so many files may not be open, unless nothing
// may be skipped.
func needFiles(t *testing.T, n uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur >= n {
		return
	}
	if os.Getenv("CI") == "true" || os.Getenv("CI") == "1" {
		t.Fatalf("only %d files may be open, and this takes %d", limit.Cur, n)
	}
	t.Skipf("SKIPPED: only %d files may be open, and this takes %d", limit.Cur, n)
}
