package mcpclient

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// expiresSoon is when somebody should think of a new certificate.
	expiresSoon = 14 * 24 * time.Hour
	// slowAnswer is beyond what agents should wait for on each call.
	slowAnswer = 2 * time.Second
)

// findings explain what was seen, what does not work first.
func (x *examination) findings(s *sight, now time.Time) []registry.Finding {
	var l findingList
	l.failure(s)
	if s == x.second {
		l.add(registry.FindingWarning, "Scheme", x.why)
	}
	l.path(s)
	l.tls(x.trace.tls, now)
	l.auth(x, s)
	l.headers(x)
	l.redirects(x.trace.redirects)
	l.address(x)
	l.server(s)
	slices.SortStableFunc(l, func(a, b registry.Finding) int { return weight(b.Kind) - weight(a.Kind) })
	return l
}

func weight(k registry.FindingKind) int { return slices.Index(registry.FindingKinds(), k) }

type findingList []registry.Finding

func (l *findingList) add(kind registry.FindingKind, topic, text string) {
	*l = append(*l, registry.Finding{Kind: kind, Topic: topic, Text: line(text, maxDetail)})
}

// failure tells what was tried in vain.
func (l *findingList) failure(s *sight) {
	if f := s.failure; f != nil && !s.met() && !s.locked && !s.asksForCredentials() {
		l.add(registry.FindingProblem, "Answer", f.detail())
	}
}

// path tells what is wrong with the path of the URL.
func (l *findingList) path(s *sight) {
	if s.at == "" {
		if s.met() && s.detected.Endpoint != s.upstream.String() {
			l.add(registry.FindingNote, "Path", "The endpoint is "+shown(s.detected.Endpoint)+". A check finds it from this URL; the full one says it outright.")
		}
		return
	}
	given := s.upstream.EscapedPath()
	text := "The path of the URL is not the MCP endpoint's, which is " + shown(s.at) + "."
	switch last := given[strings.LastIndexByte(given, '/')+1:]; {
	case last == "messages" || last == "message":
		text = "The URL is where a server of HTTP+SSE takes messages; what to register is its event stream, " + shown(s.at) + "."
	case strings.TrimRight(given, "/") == strings.TrimRight(pathOf(s.at), "/") && strings.HasSuffix(given, "/"):
		text = "The server knows the URL without the slash at its end only: " + shown(s.at) + "."
	case strings.TrimRight(given, "/") == strings.TrimRight(pathOf(s.at), "/"):
		text = "The server knows the URL with a slash at its end only: " + shown(s.at) + "."
	}
	l.add(registry.FindingWarning, "Path", text)
}

// pathOf is the escaped path of a URL that we made.
func pathOf(raw string) string {
	u, err := parseUpstream(raw)
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}

// tls tells what the certificate is.
func (l *findingList) tls(f *registry.TLSFacts, now time.Time) {
	if f == nil {
		return
	}
	text := fmt.Sprintf("certificate of %s, signed by %s, valid until %s", f.Subject, f.Issuer, f.NotAfter.Format(time.DateOnly))
	if len(f.Names) > 0 {
		text += ", for " + strings.Join(f.Names, ", ")
	}
	switch {
	case f.Problem != "":
		l.add(registry.FindingProblem, "TLS", "Refused, "+f.Problem+": "+text+".")
	case f.NotAfter.Sub(now) < expiresSoon:
		l.add(registry.FindingWarning, "TLS", fmt.Sprintf("The certificate expires in %s: renew it. %s, %s.", counted(int(f.NotAfter.Sub(now).Hours()/24), "day"), f.Version, text))
	default:
		l.add(registry.FindingGood, "TLS", f.Version+", "+text+".")
	}
}

// auth tells how the server wants to be called.
func (l *findingList) auth(x *examination, s *sight) {
	f := x.trace.auth
	if f == nil || s.met() || x.trace.gateway {
		return
	}
	text := fmt.Sprintf("It answers %d.", f.Status)
	switch {
	case len(f.Schemes) > 0:
		text = fmt.Sprintf("It answers %d and asks for %s.", f.Status, strings.Join(f.Schemes, " or "))
	case f.Status == 403:
		text += " Some servers refuse a host name this way that they do not know as theirs."
	}
	if x.refusesHeaders(s) {
		l.add(registry.FindingWarning, "Authentication", text+" It does not take the credentials in upstream_headers.")
		return
	}
	l.add(registry.FindingWarning, "Authentication", text+" upstream_headers, which the gateway keeps encrypted and adds to each request, can carry credentials, in a header such as Authorization or X-Api-Key.")
}

// headers warns of credentials that others on the network can read.
func (l *findingList) headers(x *examination) {
	addr := x.trace.address()
	if u := x.first.upstream; u != nil && u.Scheme == "http" && !x.target.Headers.IsZero() && addr.IsValid() && !addr.IsLoopback() {
		l.add(registry.FindingWarning, "Headers", "The upstream_headers travel unencrypted: over http:// everybody on the way can read them.")
	}
}

// redirects tells of each once.
func (l *findingList) redirects(list []registry.Redirect) {
	var told []string
	for _, r := range list {
		kind, text := registry.FindingNote, r.From+" leads to "+r.To+", within the same origin, and was followed."
		switch {
		case r.To == "":
			kind, text = registry.FindingProblem, r.From+" redirects to no usable URL."
		case !r.Followed:
			kind, text = registry.FindingProblem, r.From+" leads to "+r.To+", another origin. It was not followed: if that is the server, register that URL."
		}
		if !slices.Contains(told, text) {
			told = append(told, text)
			l.add(kind, "Redirect", text)
		}
	}
}

// address tells what the way to the server means.
func (l *findingList) address(x *examination) {
	if addr := x.trace.address(); x.client.elsewhere && addr.IsValid() && addr.IsLoopback() {
		l.add(registry.FindingNote, "Address", addr.String()+" is the machine's own: only a gateway on the same machine reaches it.")
	}
}

// server tells what answered.
func (l *findingList) server(s *sight) {
	if !s.met() {
		return
	}
	d := s.detected
	switch {
	case d.Transport == registry.HTTPSSE:
		l.add(registry.FindingNote, "Transport", "HTTP+SSE, which revision 2025-03-26 replaced by streamable HTTP. It works; the server may offer the newer one too.")
	case d.Stateless:
		l.add(registry.FindingGood, "Transport", "Streamable HTTP, stateless.")
	default:
		l.add(registry.FindingGood, "Transport", "Streamable HTTP, revisions with initialize.")
	}
	if len(d.Versions) > 0 {
		l.add(registry.FindingGood, "Protocol", "It speaks "+strings.Join(d.Versions, ", ")+".")
	}
	if who := strings.TrimSpace(d.ServerName + " " + d.ServerVersion); who != "" {
		l.add(registry.FindingGood, "Server", "It calls itself "+who+".")
	}
	l.tools(s)
	kind, text := registry.FindingGood, "The first answer took "+lasting(s.latency)+"."
	if s.latency > slowAnswer {
		kind, text = registry.FindingWarning, text+" Agents would wait that long for each call."
	}
	l.add(kind, "Latency", text)
}

// lasting says how long something took: "0.6 ms", "1.2 s".
func lasting(d time.Duration) string {
	if d >= time.Second {
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64) + " ms"
}

// tools tells what is offered.
func (l *findingList) tools(s *sight) {
	switch {
	case s.tools == nil:
		l.add(registry.FindingWarning, "Tools", s.detail)
	case len(s.tools.Tools) == 0:
		l.add(registry.FindingNote, "Tools", "It offers none.")
	default:
		names := summaryOf(s.tools).Names
		text := counted(len(s.tools.Tools), "tool") + ": " + strings.Join(names, ", ")
		if len(s.tools.Tools) > len(names) {
			text += " and others"
		}
		l.add(registry.FindingGood, "Tools", text+".")
	}
	if s.tools != nil && s.detail != "" {
		l.add(registry.FindingNote, "Tools", s.detail)
	}
}
