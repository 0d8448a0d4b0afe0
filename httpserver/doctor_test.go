package httpserver_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// examiner is a setup whose server examines with the function.
func examiner(examine func(context.Context, registry.Target) registry.Examination) setup {
	return setup{adjust: func(o *httpserver.Options) { o.Examine = examine }}
}

func TestDoctorExaminesRealServers(t *testing.T) {
	client := mcpclient.New(mcpclient.Options{Timeout: 30 * time.Second, Version: "test"})
	me := newEdge(t, examiner(client.Examine)).signedIn(t)
	ask := func(url string) (x gen.Examination) {
		t.Helper()
		decode(t, []byte(me.json("/api/doctor", `{"url":"`+url+`"}`).is(http.StatusOK).body), &x)
		return x
	}
	for name, up := range map[string]*upstreamtest.Upstream{
		"stateless": upstreamtest.Stateless(t, "alpha"), "stateful": upstreamtest.Stateful(t, "alpha"), "sse": upstreamtest.SSE(t, "alpha"),
	} {
		x := ask(up.Origin())
		if x.Verdict != "ok" || x.Status != "healthy" || x.Register.ProxyPassURL != up.URL || *x.Endpoint != up.URL || x.Tools.Count != 1 ||
			x.Server.Name != "upstreamtest" || *x.LatencyMs <= 0 || len(x.Steps) < 2 || len(x.Findings) == 0 {
			t.Errorf("%s: %+v", name, x)
		}
	}
	if x := ask(upstreamtest.ClosedURL(t)); x.Verdict != "failed" || x.Status != "unhealthy: connection refused" || x.Register != nil || x.Tools != nil || x.LatencyMs != nil {
		t.Errorf("a closed port: %+v", x)
	}
	if x := ask(upstreamtest.Serve(t, upstreamtest.Body(401, "text/plain", ""))); x.Verdict != "attention" || x.Auth.Status != 401 {
		t.Errorf("a locked server: %+v", x)
	}
	if got := strings.TrimSpace(me.get("/api/server_details/all").is(http.StatusOK).body); got != "{}" {
		t.Errorf("something was registered: %s", got)
	}
}

func TestDoctorShowsEverything(t *testing.T) {
	at := time.Date(2026, 8, 1, 9, 0, 0, 5, time.UTC)
	var got registry.Target
	me := newEdge(t, examiner(func(_ context.Context, target registry.Target) registry.Examination {
		got = target
		return registry.Examination{
			URL: target.Upstream, Verdict: registry.VerdictFailed, Summary: "No.", Status: registry.Status{Kind: registry.Unhealthy, Reason: "TLS: wrong host"},
			TLS:       &registry.TLSFacts{Subject: "CN=a", Issuer: "CN=b", Names: []string{"a"}, NotBefore: at, NotAfter: at, Problem: "wrong host"},
			Redirects: []registry.Redirect{{From: "http://a", To: "", Followed: false}},
			Steps:     []registry.Step{{Method: "GET", URL: "http://a", Problem: "x"}},
			Findings:  []registry.Finding{{Kind: registry.FindingProblem, Topic: "TLS", Text: "<b>bad</b>"}},
		}
	})).signedIn(t)
	a := me.json("/api/doctor", `{"url":" https://a ","upstream_headers":{"x-api-key":"hunter2"}}`).is(http.StatusOK)
	if got.Upstream != "https://a" || len(got.Headers.Names()) != 1 || strings.Contains(a.body, "hunter2") {
		t.Errorf("asked about %+v, answered %s", got, a.body)
	}
	var x gen.Examination
	decode(t, []byte(a.body), &x)
	if *x.TLS.Problem != "wrong host" || x.TLS.Version != nil || x.Redirects[0].To != nil || x.Steps[0].Status != nil || *x.Steps[0].Problem != "x" || x.Findings[0].Kind != "problem" {
		t.Errorf("%+v", x)
	}
}

func TestDoctorRefusesBadInput(t *testing.T) {
	e := newEdge(t, examiner(func(context.Context, registry.Target) registry.Examination {
		t.Error("it was examined")
		return registry.Examination{}
	}))
	me := e.signedIn(t)
	for body, fields := range map[string][]string{
		``:                         {"url"},
		`{}`:                       {"url"},
		`{"url":"ftp://x"}`:        {"url"},
		`{"url":"http://u:p@x"}`:   {"url"},
		`{"url":7}`:                {"url"},
		`{"url":"http://x","a":1}`: {"a"},
		`{"url":"http://x","upstream_headers":{"Host":"hunter2"}}`: {"upstream_headers"},
		`{"url":"x","upstream_headers":{"a b":"hunter2"}}`:         {"url", "upstream_headers"},
		`{"url":"http://x","upstream_headers":7}`:                  {"upstream_headers"},
	} {
		a := me.json("/api/doctor", body)
		a.refuses(fields...)
		if strings.Contains(a.body, "hunter2") {
			t.Errorf("%s: the answer has the value: %s", body, a.body)
		}
	}
	e.stranger(t).json("/api/doctor", `{"url":"http://x"}`).problem(http.StatusUnauthorized)
}

// TestDoctorIsBusy: eight at a time, and room again when one of them ends.
func TestDoctorIsBusy(t *testing.T) {
	const places = 8
	began, end := make(chan struct{}, places), make(chan struct{})
	me := newEdge(t, examiner(func(_ context.Context, target registry.Target) registry.Examination {
		if target.Upstream == "http://slow" {
			began <- struct{}{}
			<-end
		}
		return registry.Examination{URL: target.Upstream, Verdict: registry.VerdictOK, Status: registry.Status{Kind: registry.Healthy}}
	})).signedIn(t)
	done := make(chan int, places)
	for range places {
		go func() { done <- me.json("/api/doctor", `{"url":"http://slow"}`).status }()
		<-began
	}
	a := me.json("/api/doctor", `{"url":"http://x"}`)
	if p := a.problem(http.StatusServiceUnavailable); p.Title != "Busy" || a.header.Get("Retry-After") == "" {
		t.Errorf("%+v", p)
	}
	close(end)
	for range places {
		if status := <-done; status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
	me.json("/api/doctor", `{"url":"http://x"}`).is(http.StatusOK)
}
