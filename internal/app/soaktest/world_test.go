package soaktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// world is the server, its upstreams, and those who use it.
type world struct {
	*program
	t         *testing.T
	seed      uint64
	token     string
	client    *http.Client
	upstreams []*moody
	writers   []*writer

	// epoch is odd while the server is down.
	epoch atomic.Int64
	// working ends when those who make load are to stop.
	working context.Context
	load    sync.WaitGroup
	hands   atomic.Uint64

	calls, streams, writes, sockets, raws atomic.Int64
	answered                              sync.Map // Tickets that got their answer, and the upstream.
}

// newWorld starts the server and registers the upstreams.
func newWorld(t *testing.T, seed uint64, settings ...string) *world {
	t.Helper()
	w := &world{program: newProgram(t), t: t, seed: seed}
	w.settings = settings
	w.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	t.Cleanup(w.client.CloseIdleConnections)
	w.start(t)
	out, err := exec.Command(binary, "token", "create", "--name", "soak", "--scope", "admin", "--data", w.data).Output()
	if err != nil {
		t.Fatal(err)
	}
	w.token = strings.TrimSpace(string(out))
	for i := range 4 {
		u := newMoody(t, fmt.Sprintf("/up%d", i))
		w.upstreams = append(w.upstreams, u)
		w.must(http.MethodPost, "/register", map[string]any{"name": u.path, "path": u.path, "proxy_pass_url": "http://" + u.address + "/mcp"}, http.StatusCreated)
		w.must(http.MethodPost, "/toggle"+u.path, map[string]any{"enabled": true}, http.StatusOK)
	}
	for i := range 3 {
		w.writers = append(w.writers, newWriter(w, i))
	}
	return w
}

// hand is a source of choices for one of those who make load.
func (w *world) hand() *rand.Rand { return rand.New(rand.NewPCG(w.seed, w.hands.Add(1))) }

// errHung says that something took longer than anything may.
var errHung = errors.New("hung")

// send sends a request with a body in JSON, unless it is nil, and reads the
// whole answer, or a mebibyte of it.
func (w *world) send(ctx context.Context, method, path string, body any) (int, []byte, error) {
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errHung)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, w.url+path, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Accept", "application/json, text/event-stream")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := w.client.Do(r)
	if err != nil {
		return 0, nil, w.judged(ctx, method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return 0, nil, w.judged(ctx, method, path, err)
	}
	return res.StatusCode, content, nil
}

// judged is err, which is a fault if it came of waiting too long.
func (w *world) judged(ctx context.Context, method, path string, err error) error {
	if errors.Is(context.Cause(ctx), errHung) {
		w.t.Errorf("%s %s hung", method, path)
	}
	return err
}

// must is send for what cannot fail.
func (w *world) must(method, path string, body any, status int) []byte {
	w.t.Helper()
	got, content, err := w.send(context.Background(), method, path, body)
	if err != nil || got != status {
		w.t.Fatalf("%s %s: %d %s, %v, want %d", method, path, got, content, err, status)
	}
	return content
}

// up says whether the server is up, and gives what to compare afterwards.
func (w *world) up() (bool, int64) {
	n := w.epoch.Load()
	return n%2 == 0, n
}

// works has somebody do something again and again, with pauses, for as long as
// there is to be load.
func (w *world) works(pause time.Duration, do func(r *rand.Rand)) {
	hand := w.hand()
	w.load.Go(func() {
		for w.working.Err() == nil {
			do(hand)
			select {
			case <-time.After(rand.N(pause)):
			case <-w.working.Done():
			}
		}
	})
}

// loadFor makes load for a while, with several ends of the server in between, by
// turns a kill and an orderly stop, and waits until all who made it have stopped.
func (w *world) loadFor(d time.Duration, ends int) {
	w.t.Helper()
	working, stop := context.WithCancel(context.Background())
	w.working = working
	w.beginAll()
	for n := range ends {
		time.Sleep(d / time.Duration(ends+1)) // Load, not a wait for anything.
		w.epoch.Add(1)
		if n%2 == 0 {
			w.kill()
		} else {
			w.stop(w.t)
		}
		w.start(w.t)
		w.epoch.Add(1)
	}
	time.Sleep(d / time.Duration(ends+1))
	stop()
	ended := make(chan struct{})
	go func() {
		w.load.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(2 * patience):
		w.t.Fatal("those who make load do not end")
	}
	w.client.CloseIdleConnections()
}
