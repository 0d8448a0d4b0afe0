package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// The size that has to work on a small machine.
const (
	scaleServices = 1000
	scaleSockets  = 1000
	// scaleToggles is how many services are switched while all sockets listen.
	scaleToggles = 20
	// scalePatience bounds each wait.
	scalePatience = 30 * time.Second
	// What a service and a socket may cost; a socket's includes the client's
	// end of it, which is in the same process.
	maxServiceBytes = 10 << 10
	maxSocketBytes  = 30 << 10
)

// TestScale has 1,000 services of three upstreams, and 1,000 sockets that must
// all know in the end what a plain GET says.
func TestScale(t *testing.T) {
	needFiles(t, 2*scaleSockets+500)
	s := apptest.Start(t, apptest.Config(t))
	client := s.SignedIn(t)
	upstreams := []string{
		upstreamtest.Stateless(t, "add").URL,
		upstreamtest.Stateful(t, "add").URL,
		upstreamtest.SSE(t, "add").URL,
	}

	before := measure(client)
	began := time.Now()
	concurrently(scaleServices, func(i int) {
		post(t, client, s.URL+"/register", http.StatusCreated, url.Values{
			"name": {fmt.Sprintf("Service %d", i)}, "path": {scalePath(i)}, "proxy_pass_url": {upstreams[i%len(upstreams)]},
			"description": {"One of many."}, "tags": {"many,alike"},
		})
		post(t, client, s.URL+"/toggle"+scalePath(i), http.StatusOK, url.Values{"enabled": {"on"}})
	})
	t.Logf("registered and enabled %d services in %s", scaleServices, time.Since(began).Round(time.Millisecond))
	for path, e := range healthOf(t, client, s.URL) {
		if e.Status != "healthy" || e.NumTools != 1 {
			t.Fatalf("%s is %+v", path, e)
		}
	}
	idle := settled(client, before.goroutines+scaleServices/20)
	each := (idle.bytes - before.bytes) / scaleServices
	t.Logf("a service: %d bytes with its tools; goroutines: %d before, %d after", each, before.goroutines, idle.goroutines)
	if each > maxServiceBytes {
		t.Errorf("a service takes %d bytes, more than %d", each, maxServiceBytes)
	}
	if more := idle.goroutines - before.goroutines; more > scaleServices/20 {
		t.Errorf("%d goroutines more for %d idle services", more, scaleServices)
	}

	sockets := make([]*scaleSocket, scaleSockets)
	began = time.Now()
	concurrently(scaleSockets, func(i int) { sockets[i] = dialScale(t, s.URL) })
	if t.Failed() {
		return
	}
	t.Logf("opened %d sockets in %s", scaleSockets, time.Since(began).Round(time.Millisecond))
	open := measure(client)
	each = (open.bytes - idle.bytes) / scaleSockets
	t.Logf("a socket: %d bytes; goroutines: %.2f", each, float64(open.goroutines-idle.goroutines)/scaleSockets)
	if each > maxSocketBytes {
		t.Errorf("a socket takes %d bytes, more than %d", each, maxSocketBytes)
	}

	var messages memo
	var listening sync.WaitGroup
	for _, socket := range sockets {
		listening.Go(func() { socket.listen(t, &messages) })
	}
	agree(t, client, s.URL, sockets)
	var toggling, telling time.Duration
	for i := range scaleToggles {
		began := time.Now()
		post(t, client, s.URL+"/toggle"+scalePath(i), http.StatusOK, nil)
		toggling += time.Since(began)
		await(t, sockets, func(s *scaleSocket) bool { return s.state[scalePath(i)].Status == "disabled" })
		telling += time.Since(began)
	}
	t.Logf("a toggle: %s until it is answered, %s until all sockets know", toggling/scaleToggles, telling/scaleToggles)
	agree(t, client, s.URL, sockets)

	var stats struct {
		Active int `json:"active_connections"`
		Sends  int `json:"failed_sends"`
		Failed int `json:"failed_connections"`
	}
	getJSON(t, client, s.URL+"/ws/stats", &stats)
	if stats.Active != scaleSockets || stats.Sends != 0 || stats.Failed != 0 {
		t.Errorf("the statistics say %+v", stats)
	}

	client.CloseIdleConnections()
	began = time.Now()
	s.Stop(t)
	listening.Wait()
	t.Logf("stopped in %s", time.Since(began).Round(time.Millisecond))
	for i, socket := range sockets {
		if !websocket.IsCloseError(socket.end, websocket.CloseGoingAway) {
			t.Fatalf("socket %d ended with %v", i, socket.end)
		}
	}
}

func scalePath(i int) string { return fmt.Sprintf("/team%d/service%d", i%10, i) }

// scaleEntry is what a socket tells of a service, but for the last check.
type scaleEntry struct {
	Status   string    `json:"status"`
	NumTools int       `json:"num_tools"`
	Since    time.Time `json:"since_iso"`
	Version  uint64    `json:"version"`
}

// scaleSocket folds what one socket says.
type scaleSocket struct {
	conn *websocket.Conn
	end  error

	mu    sync.Mutex
	state map[string]scaleEntry
}

func dialScale(t *testing.T, base string) *scaleSocket {
	dialer := websocket.Dialer{ReadBufferSize: 256, WriteBufferPool: &sync.Pool{}}
	conn, res, err := dialer.Dial("ws"+strings.TrimPrefix(base, "http")+"/ws/health_status", nil)
	if err != nil {
		t.Errorf("dial: %v (%v)", err, res)
		return nil
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &scaleSocket{conn: conn, state: make(map[string]scaleEntry)}
}

func (s *scaleSocket) listen(t *testing.T, messages *memo) {
	for {
		_, message, err := s.conn.ReadMessage()
		if err != nil {
			s.end = err
			return
		}
		news, err := messages.decode(message)
		if err != nil {
			t.Errorf("a message that is no JSON: %v", err)
			return
		}
		s.mu.Lock()
		for path, e := range news {
			s.state[path] = e
			if e.Status == "removed" {
				delete(s.state, path)
			}
		}
		s.mu.Unlock()
	}
}

// memo decodes each message once: all sockets get the same.
type memo struct {
	mu      sync.Mutex
	decoded map[string]map[string]scaleEntry
}

func (m *memo) decode(message []byte) (map[string]scaleEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	news, ok := m.decoded[string(message)]
	if ok {
		return news, nil
	}
	err := json.Unmarshal(message, &news)
	if m.decoded == nil {
		m.decoded = make(map[string]map[string]scaleEntry)
	}
	m.decoded[string(message)] = news
	return news, err
}

// agree waits until all sockets know what a plain GET says.
func agree(t *testing.T, client *http.Client, base string, sockets []*scaleSocket) {
	t.Helper()
	want := healthOf(t, client, base)
	await(t, sockets, func(s *scaleSocket) bool { return maps.Equal(s.state, want) })
}

// await waits until ok is true of every socket, which is locked meanwhile.
func await(t *testing.T, sockets []*scaleSocket, ok func(*scaleSocket) bool) {
	t.Helper()
	locked := func(s *scaleSocket) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return ok(s)
	}
	deadline := time.Now().Add(scalePatience)
	for i, socket := range sockets {
		for !locked(socket) {
			if time.Now().After(deadline) {
				t.Fatalf("socket %d knows otherwise than the server", i)
			}
			time.Sleep(time.Millisecond)
		}
	}
}

func healthOf(t *testing.T, client *http.Client, base string) map[string]scaleEntry {
	t.Helper()
	var state map[string]scaleEntry
	getJSON(t, client, base+"/ws/health_status", &state)
	if len(state) != scaleServices {
		t.Fatalf("the server knows %d services", len(state))
	}
	return state
}

func getJSON(t *testing.T, client *http.Client, address string, into any) {
	t.Helper()
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", address, res.Status, err)
	}
}

func post(t *testing.T, client *http.Client, address string, status int, form url.Values) {
	res, err := client.PostForm(address, form)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = res.Body.Close() }()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != status {
		t.Errorf("POST %s: %s: %s", address, res.Status, body)
	}
}

// concurrently runs do for 0 to n-1, a few at a time.
func concurrently(n int, do func(i int)) {
	var next atomic.Int64
	var working sync.WaitGroup
	for range 16 {
		working.Go(func() {
			for i := int(next.Add(1) - 1); i < n; i = int(next.Add(1) - 1) {
				do(i)
			}
		})
	}
	working.Wait()
}

// cost is what the process takes.
type cost struct{ bytes, goroutines int }

// measure counts live heap and stacks, without connections that only idle.
func measure(client *http.Client) cost {
	client.CloseIdleConnections()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return cost{bytes: int(m.HeapAlloc + m.StackInuse), goroutines: runtime.NumGoroutine()}
}

// settled measures once the goroutines have come down to the number, or in the
// end as things are.
func settled(client *http.Client, goroutines int) cost {
	c := measure(client)
	for deadline := time.Now().Add(scalePatience); c.goroutines > goroutines && time.Now().Before(deadline); c = measure(client) {
		time.Sleep(50 * time.Millisecond)
	}
	return c
}

// needFiles makes sure that the process may open n files. Go has raised its
// soft limit to the hard one already.
func needFiles(t *testing.T, n uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(errors.Join(errors.New("read the limit of open files"), err))
	}
	if limit.Cur >= n {
		return
	}
	message := fmt.Sprintf("the limit of open files is %d; raise it to %d with ulimit -n", limit.Cur, n)
	if slices.Contains([]string{"1", "true"}, os.Getenv("CI")) {
		t.Fatal(message)
	}
	t.Skip(message)
}
