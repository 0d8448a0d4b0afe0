package soaktest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// What TestMemoryIsBounded asks of a process, in bytes: bodies that together are
// several times what it may use, and imports that are each as large as may be.
const (
	bodyBytes   = 24 << 20
	bodies      = 40
	importBytes = 1<<20 - 100
	imports     = 24
	openStreams = 300
	memoryLimit = 96 << 20
	mostMemory  = 3 * memoryLimit // With the program itself, stacks, and the kernel's delay.
)

// TestMemoryIsBounded floods the process with what is large and what is many, all
// at once, and looks at the most memory that it ever had.
func TestMemoryIsBounded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: what a process holds is read from Linux's /proc")
	}
	w := newWorld(t, 1, "GOMEMLIMIT="+strconv.Itoa(memoryLimit))
	sink := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		rw.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(rw, strconv.FormatInt(n, 10))
	}))
	t.Cleanup(sink.Close)
	w.must(http.MethodPost, "/register", map[string]any{"name": "sink", "path": "/sink", "proxy_pass_url": sink.URL}, http.StatusCreated)
	w.must(http.MethodPost, "/toggle/sink", map[string]any{"enabled": true}, http.StatusOK)

	listening, leave := context.WithCancel(t.Context())
	var streams, flood sync.WaitGroup
	for range openStreams {
		streams.Go(func() { _ = w.listen(listening, w.upstreams[0]) })
	}
	for range bodies {
		flood.Go(func() {
			// A machine that has more to do may have the upstream answer too late.
			status, text := w.pour(t, "/sink/mcp", bodyBytes)
			if status != http.StatusGatewayTimeout && (status != http.StatusOK || text != strconv.Itoa(bodyBytes)) {
				t.Errorf("a large body: %d %.200s", status, text)
			}
		})
	}
	for range imports {
		flood.Go(func() {
			if status, text := w.pour(t, "/api/import", importBytes); status >= 500 && status != http.StatusServiceUnavailable {
				t.Errorf("a large import: %d %.200s", status, text)
			}
		})
	}
	flood.Wait()
	leave()
	streams.Wait()
	w.client.CloseIdleConnections()

	status, err := os.ReadFile("/proc/" + strconv.Itoa(w.cmd.Process.Pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	most := number(t, string(status), `VmHWM:\s+(\d+) kB`) << 10
	t.Logf("at most %.1f MB resident, with a limit of %.1f MB", float64(most)/1e6, memoryLimit/1e6)
	if most > mostMemory {
		t.Errorf("the process had %d bytes, want at most %d", most, mostMemory)
	}
	for _, line := range w.faults() {
		t.Error("log: " + line)
	}
}

// pour sends so many bytes of JSON.
func (w *world) pour(t *testing.T, path string, size int64) (int, string) {
	body := io.MultiReader(strings.NewReader(`{"text":"`), io.LimitReader(endless('x'), size-11), strings.NewReader(`"}`))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+path, body)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	r.ContentLength = size
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	res, err := w.client.Do(r)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return res.StatusCode, string(text)
}

// endless is one byte again and again.
type endless byte

// Read fills b.
func (e endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(e)
	}
	return len(b), nil
}
