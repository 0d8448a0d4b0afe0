package httpserver

import (
	"encoding/json"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// entry is what a listener knows of a service, but for the last check.
type entry struct {
	Status   string    `json:"status"`
	NumTools int       `json:"num_tools"`
	Since    time.Time `json:"since_iso"`
	Version  uint64    `json:"version"`
}

// listener folds the messages of a socket as a dashboard does.
type listener struct {
	tb    testing.TB
	conn  *websocket.Conn
	ended chan struct{}

	mu       sync.Mutex
	state    map[string]entry
	messages [][]byte
	removals map[string]int
	failure  error
}

func fold(tb testing.TB, conn *websocket.Conn) *listener {
	l := &listener{tb: tb, conn: conn, ended: make(chan struct{}), state: map[string]entry{}, removals: map[string]int{}}
	go l.run()
	tb.Cleanup(func() {
		_ = conn.Close()
		<-l.ended
	})
	return l
}

func (l *listener) run() {
	defer close(l.ended)
	for {
		kind, message, err := l.conn.ReadMessage()
		l.mu.Lock()
		if err != nil {
			l.failure = err
			l.mu.Unlock()
			return
		}
		if kind != websocket.TextMessage {
			l.tb.Errorf("a message of kind %d", kind)
		}
		l.take(message)
		l.mu.Unlock()
	}
}

func (l *listener) take(message []byte) {
	l.messages = append(l.messages, message)
	if len(message) > actors.MaxMessageBytes {
		l.tb.Errorf("a message of %d bytes", len(message))
	}
	var news map[string]entry
	if err := json.Unmarshal(message, &news); err != nil {
		l.tb.Errorf("a message that is no JSON: %v", err)
	}
	for path, e := range news {
		known, ok := l.state[path]
		if ok && e.Version < known.Version {
			l.tb.Errorf("%s went back from version %d to %d", path, known.Version, e.Version)
		}
		if e.Status != registry.StatusRemoved {
			l.state[path] = e
			continue
		}
		if !ok {
			l.tb.Errorf("%s was removed, of which nothing was known", path)
		}
		l.removals[path]++
		delete(l.state, path)
	}
}

func (l *listener) folded() map[string]entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.state)
}

func (l *listener) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.messages)
}

func (l *listener) err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failure
}

// closeCode waits for the end and is the code of the close frame, or 0.
func (l *listener) closeCode() int {
	l.tb.Helper()
	select {
	case <-l.ended:
	case <-time.After(patience):
		l.tb.Fatal("the socket did not end")
	}
	if closed, ok := l.err().(*websocket.CloseError); ok { //nolint:errorlint // As the library returns it.
		return closed.Code
	}
	return 0
}
