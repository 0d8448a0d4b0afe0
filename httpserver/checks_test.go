package httpserver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// hanging says that a check began and then never answers.
func hanging(began chan<- struct{}) script {
	var once atomic.Bool
	return func(ctx context.Context, _ registry.Target, _ bool) registry.Outcome {
		if !once.Swap(true) {
			close(began)
		}
		<-ctx.Done()
		return registry.Outcome{Status: registry.Status{Kind: registry.Unhealthy, Reason: "timeout"}}
	}
}

func TestToggleAnswersTheOutcome(t *testing.T) {
	for status, outcome := range map[string]registry.Outcome{
		"healthy":                       {Status: registry.Status{Kind: registry.Healthy}},
		"unhealthy: connection refused": {Status: registry.Status{Kind: registry.Unhealthy, Reason: "connection refused"}, Detail: "Nobody listens."},
		"auth-required":                 {Status: registry.Status{Kind: registry.AuthRequired}},
		"error: blocked address":        {Status: registry.Status{Kind: registry.Error, Reason: "blocked address"}},
	} {
		t.Run(status, func(t *testing.T) {
			e := newEdge(t, setup{check: func(context.Context, registry.Target, bool) registry.Outcome { return outcome }})
			c := e.signedIn(t)
			c.register("/weather")
			r := toggled(c.form("/toggle/weather", "enabled=on"))
			if r.Status != status || !r.NewEnabledState || r.LastCheckedISO == nil || r.ServicePath != "/weather" || r.Message != "Toggle request for /weather processed." {
				t.Errorf("the answer is %+v", r)
			}
			if s := c.record("/weather"); s.Health.Status != status || outcome.Detail != "" && *s.Health.Detail != outcome.Detail {
				t.Errorf("the record is %+v", s.Health)
			}
			var refreshed gen.RefreshResult
			decode(t, []byte(c.post("/api/refresh/weather").is(http.StatusOK).body), &refreshed)
			if refreshed.Status != status || refreshed.ServicePath != "/weather" || refreshed.LastCheckedISO == nil {
				t.Errorf("the refresh is %+v", refreshed)
			}
			off := toggled(c.post("/toggle/weather"))
			if off.NewEnabledState || off.Status != "disabled" || off.LastCheckedISO == nil {
				t.Errorf("switched off it is %+v", off)
			}
			c.post("/api/refresh/weather").problem(http.StatusBadRequest)
		})
	}
}

func TestToggleDoesNotWaitForever(t *testing.T) {
	began := make(chan struct{})
	e := newEdge(t, setup{check: hanging(began), adjust: func(o *httpserver.Options) {
		o.CheckTimeout = time.Millisecond - time.Second // What is waited is a second longer.
	}})
	c := e.signedIn(t)
	c.register("/weather")
	if r := toggled(c.form("/toggle/weather", "enabled=on")); r.Status != "checking" || !r.NewEnabledState || r.LastCheckedISO != nil {
		t.Errorf("the answer is %+v", r)
	}
	<-began
	var refreshed gen.RefreshResult
	decode(t, []byte(c.post("/api/refresh/weather").is(http.StatusOK).body), &refreshed)
	if refreshed.Status != "checking" {
		t.Errorf("the refresh is %+v", refreshed)
	}
	if r := toggled(c.post("/toggle/weather")); r.Status != "disabled" {
		t.Errorf("switched off it is %+v", r)
	}
}

func TestSwitchingOffEndsTheWait(t *testing.T) {
	began := make(chan struct{})
	e := newEdge(t, setup{check: hanging(began)})
	c := e.signedIn(t)
	c.register("/weather")
	on := make(chan gen.ToggleResult, 1)
	waiting := e.signedIn(t)
	go func() { on <- toggled(waiting.form("/toggle/weather", "enabled=on")) }()
	<-began
	c.post("/toggle/weather").is(http.StatusOK)
	if r := <-on; r.NewEnabledState || r.Status != "disabled" {
		t.Errorf("the one who waited was told %+v", r)
	}
}

// realChecker asks upstreams as the program does.
func realChecker(e *setup) {
	e.checker = mcpclient.New(mcpclient.Options{
		Dialer:  mcpclient.NewDialer(mcpclient.DialerOptions{Timeout: 5 * time.Second}),
		Timeout: 5 * time.Second,
		Version: "test",
		Logger:  discard,
	})
}

func TestRefreshCountsAnew(t *testing.T) {
	var s setup
	realChecker(&s)
	e := newEdge(t, s)
	c := e.signedIn(t)
	upstream := upstreamtest.Stateless(t, "one", "two")
	form := least("/real")
	form.Set("proxy_pass_url", upstream.URL)
	form.Set("num_tools", "9")
	c.form("/register", form.Encode()).is(http.StatusCreated)
	if n := c.record("/real").NumTools; n != 9 {
		t.Errorf("before the first discovery there are %d tools", n)
	}
	if r := toggled(c.form("/toggle/real", "enabled=on")); r.Status != "healthy" || r.NumTools != 2 {
		t.Errorf("switched on it is %+v", r)
	}
	upstream.AddTool("three", "Third.\n\nArgs:\n    x: One.\nReturns:\n    Two.\nRaises:\n    Three.")
	var refreshed gen.RefreshResult
	decode(t, []byte(c.post("/api/refresh/real").is(http.StatusOK).body), &refreshed)
	if refreshed.Status != "healthy" || refreshed.NumTools != 3 || refreshed.Message != "Refresh request for /real processed." {
		t.Errorf("the refresh is %+v", refreshed)
	}
	var tools gen.ServiceTools
	decode(t, []byte(c.get("/api/tools/real").is(http.StatusOK).body), &tools)
	if tools.ServicePath != "/real" || len(tools.Tools) != 3 {
		t.Fatalf("the tools are %+v", tools)
	}
	for _, tool := range tools.Tools {
		if tool.Name == "three" {
			if d := tool.ParsedDescription; d.Main != "Third." || *d.Args != "x: One." || *d.Returns != "Two." || *d.Raises != "Three." {
				t.Errorf("parsed as %+v", d)
			}
		}
	}
	upstream.Close()
	decode(t, []byte(c.post("/api/refresh/real").is(http.StatusOK).body), &refreshed)
	if refreshed.Status != "unhealthy: connection refused" || refreshed.NumTools != 3 {
		t.Errorf("after its end the refresh is %+v", refreshed)
	}
	c.post("/toggle/real")
	decode(t, []byte(c.get("/api/tools/real").is(http.StatusOK).body), &tools)
	if len(tools.Tools) != 3 {
		t.Error("a disabled service has lost its tools")
	}
}

// What an upstream says of itself is shown as text, and fits the document.
func TestHostileTools(t *testing.T) {
	var s setup
	realChecker(&s)
	e := newEdge(t, s)
	c := e.signedIn(t)
	form := least("/hostile")
	form.Set("proxy_pass_url", upstreamtest.Serve(t, upstreamtest.Scripted(func(string) string {
		return `{"tools":[
			{"name":"<script>alert(1)</script>","title":"<img src=x onerror=alert(1)>","description":"</pre><script>alert(2)</script>","inputSchema":{"a":"</script><script>alert(3)"}},
			{"name":"list","inputSchema":[1],"annotations":7,"outputSchema":"x"},
			{"name":"none"},
			{"name":"null","inputSchema":null,"description":null},
			{"name":7}, 8, null, {}]}`
	})))
	c.form("/register", form.Encode()).is(http.StatusCreated)
	if r := toggled(c.form("/toggle/hostile", "enabled=on")); r.Status != "healthy" || r.NumTools != 4 {
		t.Fatalf("switched on it is %+v", r)
	}
	c.get("/api/server_details/hostile").is(http.StatusOK)
	c.get("/api/server_details/all").is(http.StatusOK)
	var all gen.AllTools
	decode(t, []byte(c.get("/api/tools/all").is(http.StatusOK).body), &all)
	if all.ServicePath != "all" || len(all.Tools) != 4 || len(all.Servers["/hostile"]) != 4 || all.Tools[0].ServerPath != "/hostile" || all.Tools[0].ServerName != "N" {
		t.Errorf("all tools are %+v", all)
	}
	for _, tool := range all.Tools {
		if !json.Valid(tool.Schema) || tool.ParsedDescription.Main == "" {
			t.Errorf("the tool is %+v", tool)
		}
	}
	for _, target := range []string{"/tools/hostile", "/"} {
		page := c.get(target).page(http.StatusOK).body
		for _, markup := range []string{"<script>alert", "<img src=x"} {
			if contains(page, markup) {
				t.Errorf("%s has %s", target, markup)
			}
		}
	}
}
