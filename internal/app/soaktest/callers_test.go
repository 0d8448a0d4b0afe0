package soaktest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// beginAll begins all kinds of load.
func (w *world) beginAll() {
	for range 6 {
		w.works(10*time.Millisecond, w.callOnce)
	}
	for range 3 {
		w.works(50*time.Millisecond, w.streamOnce)
		w.works(50*time.Millisecond, w.leaveEarly)
	}
	w.works(20*time.Millisecond, w.read)
	w.beginRaw()
	w.beginSockets()
	for _, one := range w.writers {
		w.works(20*time.Millisecond, one.step)
	}
	for _, u := range w.upstreams {
		w.works(3*time.Second, func(r *rand.Rand) { w.turn(u, r) })
	}
}

// turn changes an upstream's mood: every other time it is good again.
func (w *world) turn(u *moody, r *rand.Rand) {
	to := good
	if mood(u.mood.Load()) == good {
		to = mood(r.IntN(int(moods)))
	}
	if err := u.become(to); err != nil {
		w.t.Errorf("%s does not come back: %v", u.path, err)
	}
}

func (w *world) any(r *rand.Rand) *moody { return w.upstreams[r.IntN(len(w.upstreams))] }

// ticket is what tells one call from all others.
func (w *world) ticket() string { return fmt.Sprintf("ticket-%d", w.calls.Add(1)) }

func callOf(ticket string, size int) map[string]any {
	return map[string]any{
		"jsonrpc": "2.0", "id": 1, "method": "tools/call",
		"params": map[string]any{"name": "echo", "arguments": map[string]any{"ticket": ticket, "size": size}},
	}
}

// callOnce calls a tool. If nothing was the matter with anybody meanwhile, the
// answer is the tool's.
func (w *world) callOnce(r *rand.Rand) {
	u, ticket := w.any(r), w.ticket()
	up, epoch := w.up()
	steady, changes := u.steady()
	status, content, err := w.send(context.Background(), http.MethodPost, u.path+"/mcp", callOf(ticket, r.IntN(2000)))
	if answers := err == nil && status == http.StatusOK && bytes.Contains(content, []byte(ticket+" ")); answers {
		w.answered.Store(ticket, u)
		return
	}
	_, epochNow := w.up()
	_, changesNow := u.steady()
	switch {
	case up && steady && epoch == epochNow && changes == changesNow:
		w.t.Errorf("%s of a sound upstream: %d %.300s, %v", ticket, status, content, err)
	case up && epoch == epochNow && err == nil && status != http.StatusOK && status < 502 && status != http.StatusTooManyRequests:
		w.t.Errorf("%s of an upstream that fails: %d %.300s", ticket, status, content)
	}
}

// leaveEarly calls and does not wait for the answer, or not for all of it.
func (w *world) leaveEarly(r *rand.Rand) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.Int64N(int64(20*time.Millisecond))))
	defer cancel()
	_, _, _ = w.send(ctx, http.MethodPost, w.any(r).path+"/mcp", callOf(w.ticket(), r.IntN(1<<20)))
}

// read reads what the registry has.
func (w *world) read(r *rand.Rand) {
	paths := []string{"/api/server_details/all", "/api/tools/all", "/ws/health_status", "/api/server_details/up0", "/metrics", "/"}
	path := paths[r.IntN(len(paths))]
	up, epoch := w.up()
	status, content, err := w.send(context.Background(), http.MethodGet, path, nil)
	if _, now := w.up(); up && epoch == now && (err != nil || status != http.StatusOK) {
		w.t.Errorf("GET %s: %d %.300s, %v", path, status, content, err)
	}
}

// streamOnce listens to a stream for a while. No event may be missing, or come
// twice, and only somebody's trouble ends it.
func (w *world) streamOnce(r *rand.Rand) {
	u := w.any(r)
	w.streams.Add(1)
	up, epoch := w.up()
	steady, changes := u.steady()
	lasting := time.Duration(r.Int64N(int64(2 * time.Second)))
	ctx, leave := context.WithTimeout(context.Background(), lasting)
	defer leave()
	err := w.listen(ctx, u)
	_, epochNow := w.up()
	_, changesNow := u.steady()
	if err != nil && ctx.Err() == nil && up && steady && epoch == epochNow && changes == changesNow {
		w.t.Errorf("a stream of a sound upstream: %v", err)
	}
}

// listen counts along with a stream until it ends.
func (w *world) listen(ctx context.Context, u *moody) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+u.path+"/mcp", http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	req.Header.Set("Accept", "text/event-stream")
	res, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return fmt.Errorf("status %d, %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	lines, next := bufio.NewScanner(res.Body), 1
	for lines.Scan() {
		text, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData {
			continue
		}
		if n, err := strconv.Atoi(text); err != nil || n != next {
			// The last line may be cut short by the end.
			if err := lines.Err(); err == nil && lines.Scan() {
				w.t.Errorf("a stream said %q where %d was to come", text, next)
			}
			return fmt.Errorf("event %q", text)
		}
		next++
	}
	return fmt.Errorf("the stream ended: %w", lines.Err())
}
