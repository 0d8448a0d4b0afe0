package mcpclient

import (
	"fmt"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxNamesTold bounds the tools that are named.
const maxNamesTold = 10

// report is what the examination comes to.
func (x *examination) report(now time.Time) registry.Examination {
	t := x.trace
	r := registry.Examination{
		URL:       x.target.Upstream,
		Status:    registry.Status{Kind: registry.Healthy},
		TLS:       t.tls,
		Auth:      t.auth,
		Redirects: t.redirects,
		Steps:     t.steps,
		Latency:   x.first.latency,
	}
	if x.first.failure != nil {
		r.Status = x.first.failure.status
	}
	s := x.answering()
	if s.met() {
		r.Detected, r.Tools, r.Latency = s.detected, summaryOf(s.tools), s.latency
	}
	r.Verdict, r.Summary, r.Register = x.verdict(s)
	r.Summary = line(r.Summary, maxDetail)
	if _, err := registry.ParseUpstream("", r.Register); err != nil {
		r.Register = "" // What a server redirects to may be odd.
	}
	r.Findings = x.findings(s, now)
	return r
}

// answering is the sight to tell of: the second only where it shows more.
func (x *examination) answering() *sight {
	if s := x.second; s != nil && (s.met() || s.locked || s.asksForCredentials() || s.secure && !x.first.secure) {
		return s
	}
	return x.first
}

// asksForCredentials says whether the URL itself is locked.
func (s *sight) asksForCredentials() bool {
	return s.failure != nil && s.failure.status.Kind == registry.AuthRequired
}

// refusesHeaders says whether the headers that were given went to s. Where it
// asks for credentials, they are not what it wants.
func (x *examination) refusesHeaders(s *sight) bool {
	return s == x.first && !x.target.Headers.IsZero()
}

// verdict is what s comes to, why, and what to register.
func (x *examination) verdict(s *sight) (registry.Verdict, string, string) {
	given := x.target.Upstream
	asked := given
	if s == x.second {
		asked = s.upstream.String()
	}
	wants := "asks for credentials: register %s with upstream_headers that carry them."
	if x.refusesHeaders(s) {
		wants = "does not take the credentials in upstream_headers: register %s with others."
	}
	switch {
	case x.trace.gateway && !s.met():
		return registry.VerdictFailed, "This is an MCP gateway itself: register the server behind it.", ""
	case s.asksForCredentials() && asked == given:
		return registry.VerdictAttention, "A server is there and " + fmt.Sprintf(wants, "the URL"), given
	case s.asksForCredentials():
		return registry.VerdictAttention, "A server is at " + shown(asked) + " instead and " + fmt.Sprintf(wants, "that URL"), asked
	case s.locked:
		return registry.VerdictAttention, "This URL is no MCP endpoint, but " + shown(s.at) + " may be one and " + fmt.Sprintf(wants, "it"), s.at
	case s.met() && (s.at != "" || s == x.second):
		return registry.VerdictAttention, "No MCP server answers at this URL, but one does at " + shown(s.detected.Endpoint) + ": register that.", s.detected.Endpoint
	case s.met() && s.tools == nil:
		return registry.VerdictAttention, s.detail, s.detected.Endpoint
	case s.met() && s.detected.Endpoint == given:
		return registry.VerdictOK, "An MCP server answers at this URL" + offers(s) + ".", given
	case s.met():
		return registry.VerdictOK, fmt.Sprintf("An MCP server answers at %s%s; the gateway finds it from this URL too.", shown(s.detected.Endpoint), offers(s)), s.detected.Endpoint
	}
	f := s.failure
	if f.status.Kind == registry.Error {
		return registry.VerdictFailed, fmt.Sprintf("The URL cannot be asked: %s. %s", f.status.Reason, f.hint), ""
	}
	return registry.VerdictFailed, fmt.Sprintf("No MCP server answers: %s. %s", f.status.Reason, f.hint), ""
}

func offers(s *sight) string {
	return " and offers " + counted(len(s.tools.Tools), "tool")
}

// counted is "1 tool", "2 tools".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func summaryOf(d *registry.Discovery) *registry.ToolSummary {
	if d == nil {
		return nil
	}
	s := &registry.ToolSummary{Count: len(d.Tools), Truncated: d.Truncated}
	for _, tool := range d.Tools[:min(len(d.Tools), maxNamesTold)] {
		s.Names = append(s.Names, line(tool.Name, maxNameBytes))
	}
	return s
}
