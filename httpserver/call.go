package httpserver

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
)

// call is what the server knows about one request beyond HTTP.
type call struct {
	request *http.Request
	// began is when it came, method and path what it asked for.
	began        time.Time
	method, path string
	// id is X-Request-Id, taken over or made.
	id string
	// client is the address that called, by a trusted proxy's word if there
	// is one; tls says whether it came encrypted.
	client netip.Addr
	tls    bool
	// address is client as a text.
	address string
	// session is the token of the cookie, token the one of Authorization; empty
	// without one, and never both.
	session, token string
	// presented is what Authorization: Bearer says, good or not, and program
	// whether there is such a header.
	presented string
	program   bool
	principal auth.Principal
	// wantsPage is true for a browser that asked for HTML. Whoever brings a
	// token is a program.
	wantsPage bool
	// proxied is true for a request to a service.
	proxied bool
	// route is the pattern that matched, for logs and metrics.
	route string
	// report is what the gateway found out about a proxied request. Of one that
	// was refused it has the service, for the log alone.
	report gateway.Report
	// cause is why an upstream could not be reached; callers do not see it.
	cause error
	// failure is an error that the caller did not get to see.
	failure error
}

type callKey struct{}

// callOf is the request's call; every request has one.
func callOf(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return &call{}
	}
	return c
}

// begin fills in what is known of a request as soon as it comes.
func (s *Server) begin(c *call, r *http.Request) {
	c.request, c.began, c.method, c.path = r, time.Now(), r.Method, r.URL.Path
	c.id = requestID(r.Header.Get("X-Request-Id"))
	c.client, c.tls = s.origin(r)
	c.address = c.client.String()
	c.presented, c.program = bearer(r)
	c.wantsPage = !c.program && prefersHTML(r.Header.Values("Accept"))
}

// origin is the address of the caller and whether it came by TLS. The word of
// a trusted proxy counts: the last address of X-Forwarded-For that is not
// itself one.
func (s *Server) origin(r *http.Request) (netip.Addr, bool) {
	peer := peerOf(r)
	encrypted := r.TLS != nil
	if !s.trusts(peer) {
		return peer, encrypted
	}
	if proto := r.Header.Get("X-Forwarded-Proto"); proto != "" {
		// Each proxy on the way may have added how it was called; the first
		// was called by the caller.
		first, _, _ := strings.Cut(proto, ",")
		encrypted = strings.EqualFold(strings.TrimSpace(first), "https")
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		peer = addr.Unmap()
		if !s.trusts(peer) {
			break
		}
	}
	return peer, encrypted
}

// peerOf is the address that a connection came from.
func peerOf(r *http.Request) netip.Addr {
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return peer.Addr().Unmap()
	}
	peer, _ := netip.ParseAddr(r.RemoteAddr)
	return peer.Unmap()
}

func (s *Server) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(s.o.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// requestID takes over an id of 1 to 128 letters, digits, dots, underscores
// and dashes, and makes one otherwise: the id is logged and sent back.
func requestID(given string) string {
	fine := func(r rune) bool {
		return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || strings.ContainsRune("._-", r)
	}
	if given == "" || len(given) > 128 || strings.ContainsFunc(given, func(r rune) bool { return !fine(r) }) {
		return newRequestID()
	}
	return given
}

// base32 are the digits of RFC 4648, section 6.
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// newRequestID has 128 random bits in 26 digits. It has to be unique and may be
// guessed: the system's randomness would cost more and give nothing.
func newRequestID() string {
	var text [26]byte
	one, two := rand.Uint64(), rand.Uint64() //nolint:gosec // G404: as said above.
	for i := range len(text) / 2 {
		text[2*i], text[2*i+1] = base32[one%32], base32[two%32]
		one, two = one/32, two/32
	}
	return string(text[:])
}

func contextWithRouting(ctx context.Context, routing *chi.Context) context.Context {
	return context.WithValue(ctx, chi.RouteCtxKey, routing)
}
