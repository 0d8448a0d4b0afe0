package soaktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// health is what a subscriber hears of a service.
type health struct {
	Status  string `json:"status"`
	Tools   int    `json:"num_tools"`
	Since   string `json:"since_iso"`
	Version uint64 `json:"version"`
}

// beginSockets begins those who subscribe for a while only, and those who do
// not read.
func (w *world) beginSockets() {
	for range 4 {
		w.works(50*time.Millisecond, func(r *rand.Rand) {
			f := &follower{}
			if conn := f.connect(w); conn != nil {
				w.sockets.Add(1)
				_ = conn.SetReadDeadline(time.Now().Add(time.Duration(r.Int64N(int64(time.Second)))))
				f.read(conn)
				_ = conn.Close()
			}
		})
		w.works(50*time.Millisecond, w.stall)
	}
}

// stall subscribes and reads nothing.
func (w *world) stall(r *rand.Rand) {
	dialer := websocket.Dialer{NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.DialTimeout(network, address, patience)
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(4 << 10)
		}
		return conn, err
	}}
	conn, res, err := dialer.Dial(w.socketURL(), nil)
	if res != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		return
	}
	w.sockets.Add(1)
	select {
	case <-time.After(time.Duration(r.Int64N(int64(3 * time.Second)))):
	case <-w.working.Done():
	}
	_ = conn.Close()
}

func (w *world) socketURL() string {
	return strings.Replace(w.url, "http", "ws", 1) + "/ws/health_status"
}

// follower subscribes and comes back whenever it is cut off, to the end.
type follower struct {
	mu    sync.Mutex
	conn  *websocket.Conn
	ended bool
	heard map[string]health
	fault string
}

// follow begins to follow. The returned function ends that.
func (w *world) follow() (f *follower, end func()) {
	f = &follower{}
	var following sync.WaitGroup
	following.Go(func() {
		for !f.over() {
			if conn := f.connect(w); conn != nil {
				f.read(conn)
				_ = conn.Close()
			}
			time.Sleep(20 * time.Millisecond) // The server may be down.
		}
	})
	return f, func() {
		f.mu.Lock()
		f.ended = true
		if f.conn != nil {
			_ = f.conn.Close()
		}
		f.mu.Unlock()
		following.Wait()
	}
}

func (f *follower) over() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ended
}

func (f *follower) connect(w *world) *websocket.Conn {
	dialer := websocket.Dialer{HandshakeTimeout: patience}
	conn, res, err := dialer.Dial(w.socketURL(), http.Header{})
	if res != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		_ = conn.Close()
		return nil
	}
	f.conn, f.heard = conn, make(map[string]health)
	return conn
}

// read takes in what is said until the connection ends.
func (f *follower) read(conn *websocket.Conn) {
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var said map[string]health
		err = json.Unmarshal(text, &said)
		f.mu.Lock()
		if err != nil {
			f.fault = fmt.Sprintf("a message that is none: %.200s", text)
		}
		for path, h := range said {
			if before := f.heard[path]; h.Version < before.Version {
				f.fault = fmt.Sprintf("%s went back from version %d to %d", path, before.Version, h.Version)
			}
			f.heard[path] = h
			if h.Status == "removed" {
				delete(f.heard, path)
			}
		}
		f.mu.Unlock()
	}
}

// knows waits until what the follower heard last is what the registry has.
func (f *follower) knows(t *testing.T, w *world) {
	t.Helper()
	var heard, truth map[string]health
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		truth = nil
		if err := json.Unmarshal(w.must(http.MethodGet, "/ws/health_status", nil, http.StatusOK), &truth); err != nil {
			t.Fatal(err)
		}
		f.mu.Lock()
		heard = maps.Clone(f.heard)
		fault := f.fault
		f.mu.Unlock()
		if fault != "" {
			t.Fatal(fault)
		}
		if maps.Equal(heard, truth) {
			return
		}
	}
	t.Errorf("a subscriber heard last\n%v\nand the registry has\n%v", heard, truth)
}
