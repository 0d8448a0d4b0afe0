package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// wrkScript makes wrk send what the environment says, and print its summary
// as JSON.
//
//go:embed load.lua
var wrkScript []byte

// roundTime is how long a round of load takes; wrk knows whole seconds only.
const roundTime = time.Second

// firesAtMost is how often a round is tried in which nothing was answered: a
// machine that stood still says nothing of anybody.
const firesAtMost = 3

// target is where calls of a tool go.
type target struct {
	url     string // With the path.
	token   string // May be empty.
	session string
}

// shot is what came of a round of load.
type shot struct {
	calls    int
	took     time.Duration
	p50, p99 time.Duration
}

// perSecond is the rate of calls.
func (s shot) perSecond() float64 { return float64(s.calls) / s.took.Seconds() }

// prepare makes the one call that gives the session, and fails unless the
// answer is exactly the upstream's.
func (t *target) prepare() error {
	req, err := http.NewRequest(http.MethodPost, t.url, bytes.NewReader([]byte(callBody))) //nolint:noctx // The client has a timeout.
	if err != nil {
		return err
	}
	for name, value := range t.headers() {
		req.Header.Set(name, value)
	}
	client := &http.Client{Transport: new(http.Transport), Timeout: time.Minute}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || string(body) != answerBody {
		return fmt.Errorf("%s answered %s: %s", t.url, res.Status, body[:min(len(body), 500)])
	}
	t.session = res.Header.Get("Mcp-Session-Id")
	return nil
}

// headers are those of a client of MCP.
func (t *target) headers() map[string]string {
	h := map[string]string{
		"Accept":               "application/json, text/event-stream",
		"Content-Type":         "application/json",
		"Mcp-Protocol-Version": "2025-11-25",
		"User-Agent":           "python-httpx/0.28.1",
	}
	if t.token != "" {
		h["Authorization"] = "Bearer " + t.token
	}
	if t.session != "" {
		h["Mcp-Session-Id"] = t.session
	}
	return h
}

// fire calls the tool over so many connections for roundTime: by wrk or, where
// that is not installed, by this program itself. An answer that is no success,
// or is too short, is an error.
func (b *bench) fire(t *target, conns int) (shot, error) {
	for range firesAtMost {
		var s shot
		var err error
		if installed("wrk") {
			s, err = b.wrk(t, conns)
		} else {
			s, err = t.fireByHand(conns)
		}
		if err != nil || s.calls > 0 {
			return s, err
		}
		b.warn("a round of %d connections to %s: no call was answered in %s, so it was repeated", conns, t.url, s.took)
	}
	return shot{}, fmt.Errorf("no call to %s was answered over %d connections in %d rounds", t.url, conns, firesAtMost)
}

// wrk runs wrk with one thread: it takes little of the machine.
func (b *bench) wrk(t *target, conns int) (shot, error) {
	script := b.path("load.lua")
	if err := os.WriteFile(script, wrkScript, 0o600); err != nil {
		return shot{}, err
	}
	cmd := exec.CommandContext(b.ctx, "wrk", "--threads", "1", "--connections", strconv.Itoa(conns), //nolint:gosec // G204: wrk
		"--duration", fmt.Sprintf("%.0fs", roundTime.Seconds()), "--script", script, t.url)
	cmd.Env = append(os.Environ(), "BENCH_BODY="+callBody, "BENCH_TOKEN="+t.token, "BENCH_SESSION="+t.session)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return shot{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	var said struct {
		Requests, Bytes, Micros, P50, P99, Bad, Broken int
	}
	if i := bytes.LastIndex(out, []byte("\n{")); i < 0 || json.Unmarshal(out[i:], &said) != nil {
		return shot{}, fmt.Errorf("wrk said\n%s", out)
	}
	if said.Bad+said.Broken > 0 || said.Bytes < said.Requests*messageBytes {
		return shot{}, fmt.Errorf("calls to %s failed: %+v", t.url, said)
	}
	micros := func(n int) time.Duration { return time.Duration(n) * time.Microsecond }
	return shot{said.Requests, micros(said.Micros), micros(said.P50), micros(said.P99)}, nil
}
