package mcpclient

import (
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// maxSteps bounds the requests that an examination tells of.
	maxSteps = 64
	// maxRedirectsTold bounds the redirects that it tells of.
	maxRedirectsTold = 16
	// maxProblem and maxMediaType bound what a step says, in bytes.
	maxProblem   = 200
	maxMediaType = 80
)

// trace is what is learned from the traffic of talks: in a check the steps
// alone, in an examination all of it. A nil trace, as that of a watch or a call,
// learns nothing.
type trace struct {
	// most bounds the steps; thorough is false in a check.
	most     int
	thorough bool
	// told, unless nil, hears of the steps as they come, without the values of
	// headers.
	told    func(registry.Progress)
	headers registry.Headers

	steps     []registry.Step
	began     time.Time // of the last step
	full      bool      // the last step is not among steps
	redirects []registry.Redirect
	tls       *registry.TLSFacts
	auth      *registry.AuthFacts
	// gateway is true once somebody answered as this program does.
	gateway bool
	// refused is where the first redirect led that was not followed.
	refused *url.URL

	// mu guards peer: the transport dials on a goroutine of its own.
	mu   sync.Mutex
	peer netip.Addr
}

// connected hears of each connection.
func (t *trace) connected(to net.Addr) {
	if t == nil || !t.thorough {
		return
	}
	if at, err := netip.ParseAddrPort(to.String()); err == nil {
		t.mu.Lock()
		t.peer = at.Addr().Unmap()
		t.mu.Unlock()
	}
}

// address is that of the last connection; not valid before one.
func (t *trace) address() netip.Addr {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.peer
}

// answered hears of each request and the response, or the error, that came of
// it.
func (t *trace) answered(r request, began time.Time, resp *http.Response, err error) {
	if t == nil {
		return
	}
	step := registry.Step{Method: r.method, URL: shown(r.url), Purpose: r.rpc, Took: time.Since(began)}
	var media string
	if err != nil {
		status, _ := explain(err)
		step.Problem = line(status.Reason, maxProblem)
	} else {
		media, _, _ = mime.ParseMediaType(resp.Header.Get("Content-Type"))
		step.Status, step.MediaType = resp.StatusCode, line(media, maxMediaType)
	}
	if t.began = began; len(t.steps) < t.most {
		t.steps = append(t.steps, step)
		t.tell(len(t.steps), true, step)
	} else {
		t.full = true
	}
	switch {
	case !t.thorough:
	case err != nil:
		t.handshakeFailed(err)
	default:
		t.handshake(resp.TLS)
		t.challenged(resp)
		t.gateway = t.gateway || isGateway(resp, media)
	}
}

// redirected hears of each redirect; next is nil where it names no usable URL.
func (t *trace) redirected(r request, next *url.URL, followed bool) {
	if t == nil || !t.thorough {
		return
	}
	to := ""
	if next != nil {
		to = shown(next.String())
	}
	if !followed && t.refused == nil {
		t.refused = next
	}
	if len(t.redirects) < maxRedirectsTold {
		t.redirects = append(t.redirects, registry.Redirect{From: shown(r.url), To: to, Followed: followed})
	}
}

// failed says of the last step why what it brought was of no use.
func (t *trace) failed(f *failure) {
	if t == nil || len(t.steps) == 0 || t.full {
		return
	}
	step := &t.steps[len(t.steps)-1]
	_, what, found := strings.Cut(f.tried, ": ")
	if !found {
		what = f.tried
	}
	what = strings.TrimPrefix(what, strings.TrimSpace(fmt.Sprintf("HTTP %d %s", step.Status, http.StatusText(step.Status))))
	what = strings.Trim(what, " ()")
	if what == "" && step.Status < http.StatusBadRequest {
		what = notMCP
	}
	if what != "" && what != step.Problem {
		step.Problem, step.Took = line(what, maxProblem), time.Since(t.began)
		t.tell(len(t.steps), true, *step)
	}
}

// begun hears of each request before it is sent.
func (t *trace) begun(r request) {
	if t == nil || len(t.steps) >= t.most {
		return
	}
	t.tell(len(t.steps)+1, false, registry.Step{Method: r.method, URL: shown(r.url), Purpose: r.rpc})
}

func (t *trace) tell(number int, ended bool, step registry.Step) {
	if t.told == nil {
		return
	}
	steps := []registry.Step{step}
	redactSteps(steps, t.headers)
	t.told(registry.Progress{Number: number, Ended: ended, Step: steps[0]})
}

// last is the latest request; zero before one.
func (t *trace) last() registry.Step {
	if len(t.steps) == 0 {
		return registry.Step{}
	}
	return t.steps[len(t.steps)-1]
}

// challenged notes how a server asks for credentials.
func (t *trace) challenged(resp *http.Response) {
	if resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusForbidden {
		return
	}
	const most, longest = 4, 32
	facts := &registry.AuthFacts{Status: resp.StatusCode}
	for _, challenge := range resp.Header.Values("WWW-Authenticate") {
		scheme, _, _ := strings.Cut(strings.TrimSpace(challenge), " ")
		if isToken(scheme) && len(scheme) <= longest && len(facts.Schemes) < most {
			facts.Schemes = append(facts.Schemes, scheme)
		}
	}
	t.auth = facts
}

// isGateway says whether a response has the marks of our own: the realm of our
// challenges, or a problem (RFC 9457) with the id of a request.
func isGateway(resp *http.Response, media string) bool {
	for _, challenge := range resp.Header.Values("WWW-Authenticate") {
		if strings.Contains(challenge, `realm="mcpgateway"`) {
			return true
		}
	}
	id := resp.Header.Get("X-Request-Id")
	return media == "application/problem+json" && len(id) == 26 && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// isToken says whether s is made of letters, digits and dashes, as every
// registered authentication scheme is.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-')
	})
}
