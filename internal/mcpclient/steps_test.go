package mcpclient

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// told is the steps without what differs from run to run.
func told(t *testing.T, out registry.Outcome) []string {
	t.Helper()
	if len(out.Steps) > registry.MaxSteps {
		t.Errorf("%d steps", len(out.Steps))
	}
	var all []string
	for _, s := range out.Steps {
		if s.Took <= 0 {
			t.Errorf("%+v took no time", s)
		}
		path := s.URL[strings.LastIndex(s.URL, "/"):]
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %d %s", s.Method, path, s.Purpose, s.Status, s.Problem)))
	}
	return all
}

// A known upstream takes one step, and one more to list its tools.
func TestStepsOfAKnownUpstream(t *testing.T) {
	up := upstreamtest.Stateless(t, "alpha")
	known := patient().Check(t.Context(), registry.Target{Upstream: up.URL}, false).Detected
	for discover, want := range map[bool][]string{
		false: {"POST /mcp server/discover 200"},
		true:  {"POST /mcp server/discover 200", "POST /mcp tools/list 200"},
	} {
		out := patient().Check(t.Context(), registry.Target{Upstream: up.URL, Detected: known}, discover)
		if diff := cmp.Diff(want, told(t, out)); diff != "" {
			t.Errorf("discover %t (-want +got):\n%s", discover, diff)
		}
	}
}

// What is no longer where it was is looked for, first there, then as if it were
// new.
func TestStepsOfASearch(t *testing.T) {
	at := upstreamtest.Serve(t, http.NotFoundHandler())
	known := registry.Detected{Transport: registry.StreamableHTTP, Endpoint: at + "/was/mcp"}
	out := patient().Check(t.Context(), registry.Target{Upstream: at + "/now?key=hunter2", Detected: known}, true)
	want := []string{
		"POST /mcp server/discover 404",
		"POST /now?… server/discover 404",
		"POST /mcp?… server/discover 404",
		"GET /now?…  404",
		"GET /sse?…  404",
	}
	if diff := cmp.Diff(want, told(t, out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if strings.Contains(fmt.Sprint(out), "hunter2") {
		t.Errorf("it tells the key: %+v", out)
	}
}

func TestStepsOfAClosedPort(t *testing.T) {
	out := patient().Check(t.Context(), registry.Target{Upstream: upstreamtest.ClosedURL(t) + "/x"}, false)
	if diff := cmp.Diff([]string{"POST /x server/discover 0 connection refused"}, told(t, out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A server that sends callers around takes no more memory than others, and the
// last step that is told gets no other's problem.
func TestStepsAreBounded(t *testing.T) {
	var asked int
	at := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, fmt.Sprintf("/%d", asked), http.StatusTemporaryRedirect)
	}))
	out := patient().Check(t.Context(), registry.Target{Upstream: at}, false)
	if asked <= registry.MaxSteps || len(out.Steps) != registry.MaxSteps {
		t.Errorf("%d steps of %d requests", len(out.Steps), asked)
	}
	if last := out.Steps[registry.MaxSteps-1]; last.Problem != "" || last.Status != http.StatusTemporaryRedirect {
		t.Errorf("the last is %+v", last)
	}
}

// An upstream that puts the key where steps would show it does not publish it.
func TestStepsShowNoHeaders(t *testing.T) {
	at := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		w.Header().Set("Content-Type", "text/"+key)
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/"+key, http.StatusTemporaryRedirect)
			return
		}
		http.Error(w, key, http.StatusInternalServerError)
	}))
	var told []registry.Progress
	ctx := registry.WithProgress(t.Context(), func(p registry.Progress) { told = append(told, p) })
	out := patient().Check(ctx, withKey(t, at), false)
	if len(told) < 4 || strings.Contains(fmt.Sprintf("%+v", told), apiKey) {
		t.Errorf("told %+v", told)
	}
	if len(out.Steps) != 2 || strings.Contains(fmt.Sprintf("%+v", out), apiKey) {
		t.Errorf("got %+v", out)
	}
	if !strings.Contains(out.Steps[1].URL, "[redacted]") {
		t.Errorf("the second step is %+v: this test shows nothing", out.Steps[1])
	}
}

// What is told while a check runs comes to the same as its steps in the end.
func TestStepsAreToldAsTheyCome(t *testing.T) {
	up := upstreamtest.Stateful(t, "alpha")
	var told []registry.Progress
	began := make(map[int]bool)
	ctx := registry.WithProgress(t.Context(), func(p registry.Progress) {
		if !p.Ended {
			if began[p.Number] || p.Number != len(told)+1 || p.Step.Status != 0 || p.Step.Method == "" {
				t.Errorf("began %+v after %d steps", p, len(told))
			}
			began[p.Number] = true
			return
		}
		if !began[p.Number] {
			t.Errorf("%+v never began", p)
		}
		if p.Number > len(told) {
			told = append(told, p)
		}
		told[p.Number-1] = p
	})
	out := patient().Check(ctx, registry.Target{Upstream: up.URL}, true)
	var steps []registry.Step
	for _, p := range told {
		steps = append(steps, p.Step)
	}
	if diff := cmp.Diff(out.Steps, steps); diff != "" || len(steps) < 3 {
		t.Errorf("told (-in the end +meanwhile):\n%s", diff)
	}
}
