package httpserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// walk is an upstream whose checks, once held, take their steps when told to.
type walk struct {
	mu   sync.Mutex
	held bool
	next chan struct{}
	// began has a value for each held check.
	began chan struct{}
}

func newWalk() *walk {
	return &walk{next: make(chan struct{}), began: make(chan struct{}, 8)}
}

func (k *walk) hold() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = true
}

// check takes two steps, and waits before the end of each.
func (k *walk) check(ctx context.Context, target registry.Target, discover bool) registry.Outcome {
	k.mu.Lock()
	held := k.held
	k.mu.Unlock()
	if !held {
		return healthy("alpha")(ctx, target, discover)
	}
	k.began <- struct{}{}
	told := registry.ToldTo(ctx)
	for i, purpose := range []string{"server/discover", "tools/list"} {
		step := registry.Step{Method: "POST", URL: target.Upstream, Purpose: purpose}
		told(registry.Progress{Number: i + 1, Step: step})
		select {
		case <-k.next:
		case <-ctx.Done():
			return registry.Outcome{Status: registry.Status{Kind: registry.Error, Reason: "cancelled"}}
		}
		step.Status, step.Took = 200, time.Millisecond
		told(registry.Progress{Number: i + 1, Ended: true, Step: step})
	}
	return healthy("alpha")(ctx, target, discover)
}

// events is a stream that is read as it comes.
type events struct {
	t      *testing.T
	res    *http.Response
	lines  *bufio.Scanner
	cancel context.CancelFunc
}

// streamed asks for a check in steps. It returns once the answer began.
func (c *caller) streamed(t *testing.T, path string) *events {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.e.url+"/api/refresh"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(r.Header, c.header)
	r.Header.Set("Accept", "text/event-stream")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = res.Body.Close() })
	if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("status %d, %s", res.StatusCode, got)
	}
	return &events{t, res, bufio.NewScanner(res.Body), cancel}
}

// next is the next event; no name at the end.
func (e *events) next() (name, data string) {
	e.t.Helper()
	for e.lines.Scan() {
		line := e.lines.Text()
		if v, ok := strings.CutPrefix(line, "event: "); ok {
			name = v
		} else if v, ok := strings.CutPrefix(line, "data: "); ok {
			data = v
		} else if line == "" {
			return name, data
		}
	}
	return "", ""
}

// step expects one about the purpose.
func (e *events) step(number int, purpose string, ended bool) {
	e.t.Helper()
	name, data := e.next()
	var got gen.CheckStep
	if err := json.Unmarshal([]byte(data), &got); name != "step" || err != nil {
		e.t.Fatalf("event %q: %s", name, data)
	}
	if got.Number != number || got.Ended != ended || *got.Step.Purpose != purpose || (got.Step.Status != nil) != ended {
		e.t.Errorf("got %s, want step %d, %s, ended %t", data, number, purpose, ended)
	}
}

func (e *events) result(status string) {
	e.t.Helper()
	name, data := e.next()
	var got gen.RefreshResult
	if err := json.Unmarshal([]byte(data), &got); name != "result" || err != nil || got.Status != status {
		e.t.Fatalf("event %q: %s", name, data)
	}
	if name, data := e.next(); name != "" {
		e.t.Errorf("after the result there is %s: %s", name, data)
	}
}

func TestRefreshInSteps(t *testing.T) {
	k := newWalk()
	e := newEdge(t, setup{check: k.check})
	c := e.signedIn(t)
	c.register("/team/weather")
	c.form("/toggle/team/weather", "enabled=on").is(http.StatusOK)
	k.hold()
	first := c.streamed(t, "/team/weather")
	first.step(1, "server/discover", false) // While it runs.
	k.next <- struct{}{}
	first.step(1, "server/discover", true)
	first.step(2, "tools/list", false)
	// Who joins gets what there is.
	second := c.streamed(t, "/team/weather")
	second.step(1, "server/discover", true)
	second.step(2, "tools/list", false)
	k.next <- struct{}{}
	for _, stream := range []*events{first, second} {
		stream.step(2, "tools/list", true)
		stream.result("healthy")
	}
	if len(k.began) != 1 {
		t.Errorf("%d checks ran", len(k.began))
	}
}

// Somebody who reads nothing, and somebody who leaves, hold up neither the
// check nor those who wait for it.
func TestRefreshInStepsWaitsForNobody(t *testing.T) {
	k := newWalk()
	e := newEdge(t, setup{check: k.check})
	c := e.signedIn(t)
	c.register("/weather")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	k.hold()
	slow := c.streamed(t, "/weather")
	gone := c.streamed(t, "/weather")
	gone.step(1, "server/discover", false)
	gone.cancel()
	for range 2 {
		k.next <- struct{}{}
	}
	stop := make(chan struct{})
	var going sync.WaitGroup
	going.Go(func() {
		for {
			select {
			case k.next <- struct{}{}:
			case <-stop:
				return
			}
		}
	})
	stream := c.streamed(t, "/weather") // Joins, or begins another.
	for name, _ := stream.next(); name != "result"; name, _ = stream.next() {
		if name == "" {
			t.Fatal("the stream ended without a result")
		}
	}
	close(stop)
	going.Wait()
	if s := c.record("/weather"); s.Health.Status != "healthy" {
		t.Errorf("the status is %s", s.Health.Status)
	}
	// The slow one finds how it ended, whatever it missed.
	steps := make(map[int]bool)
	name, data := slow.next()
	for ; name == "step"; name, data = slow.next() {
		var step gen.CheckStep
		decode(t, []byte(data), &step)
		steps[step.Number] = step.Ended
	}
	if name != "result" || len(steps) != 2 || !steps[1] || !steps[2] {
		t.Errorf("the slow one got steps %v, and at the end %q", steps, name)
	}
}

// A service that is switched off under a check ends the answer.
func TestRefreshInStepsOfAServiceThatIsSwitchedOff(t *testing.T) {
	k := newWalk()
	e := newEdge(t, setup{check: k.check})
	c := e.signedIn(t)
	c.register("/weather")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	k.hold()
	stream := c.streamed(t, "/weather")
	stream.step(1, "server/discover", false)
	c.post("/toggle/weather").is(http.StatusOK)
	stream.result("disabled")

	asked := c.with("Accept", "text/event-stream")
	asked.post("/api/refresh/weather").problem(http.StatusBadRequest)
	asked.post("/api/refresh/nosuch").problem(http.StatusNotFound)
	e.program(t, auth.ScopeGateway).with("Accept", "text/event-stream").post("/api/refresh/weather").problem(http.StatusForbidden)
	e.stranger(t).with("Accept", "text/event-stream").post("/api/refresh/weather").problem(http.StatusUnauthorized)
}

// A service that is deleted under a check is a problem, and an event.
func TestRefreshInStepsOfAServiceThatGoes(t *testing.T) {
	k := newWalk()
	e := newEdge(t, setup{check: k.check})
	c := e.signedIn(t)
	c.register("/weather")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	k.hold()
	stream := c.streamed(t, "/weather")
	stream.step(1, "server/discover", false)
	c.delete("/api/server_details/weather").is(http.StatusNoContent)
	name, data := stream.next()
	var p gen.Problem
	if err := json.Unmarshal([]byte(data), &p); name != "problem" || err != nil || p.Status != http.StatusNotFound || p.Title != "No such service" {
		t.Errorf("event %q: %s", name, data)
	}
}

// Whoever likes something else as well gets that, and the document holds.
func TestRefreshInStepsIsAskedFor(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.signedIn(t)
	c.register("/weather")
	c.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	for accept, want := range map[string]string{
		"text/event-stream":                         "text/event-stream",
		"text/event-stream, application/json":       "text/event-stream",
		"text/event-stream;q=0.5, application/json": "application/json",
		"text/event-stream;q=0":                     "application/json",
		"*/*":                                       "application/json",
	} {
		a := c.with("Accept", accept).post("/api/refresh/weather").is(http.StatusOK)
		if got := a.header.Get("Content-Type"); got != want {
			t.Errorf("Accept %s: got %s, want %s", accept, got, want)
		}
		if want == "text/event-stream" && !strings.HasSuffix(a.body, "\n\n") {
			t.Errorf("the body is %q", a.body)
		}
	}
}
