package gateway_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a gateway on a real listener, without the edge before it: the caller
// is whom the header Test-Caller names.
type world struct {
	*gateway.Gateway
	t      *testing.T
	routes *gateway.Routes
	board  *traffic.Board
	url    string
	// failures takes the services whose upstreams failed.
	failures chan registry.Path

	mu       sync.Mutex
	services map[registry.Path]*registry.Service
	reports  []gateway.Report
}

func newWorld(t *testing.T, adjust ...func(*gateway.Options)) *world {
	t.Helper()
	w := &world{
		t: t, board: traffic.NewBoard(),
		failures: make(chan registry.Path, 100),
		services: make(map[registry.Path]*registry.Service),
	}
	w.routes = gateway.NewRoutes(w.board)
	o := gateway.Options{
		Routes:     w.routes,
		Dial:       new(net.Dialer).DialContext,
		SessionKey: [32]byte{1},
		Box:        secret.NewBox([32]byte{2}),
		OnFailure:  func(p registry.Path) { w.failures <- p },
	}
	for _, f := range adjust {
		f(&o)
	}
	w.Gateway = gateway.New(o)
	server := httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	w.url = server.URL
	t.Cleanup(func() {
		w.Gateway.Close()
		server.Close()
	})
	return w
}

// serve does of the edge what a test needs: errors become statuses.
func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	c := gateway.Caller{
		Principal: auth.NewUser(r.Header.Get("Test-Caller")), RequestID: "id-1",
		ForwardedFor: "203.0.113.9", ForwardedHost: r.Host, ForwardedProto: "http",
	}
	gateway.Protect(out.Header())
	var report gateway.Report
	err := func() error {
		defer func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.reports = append(w.reports, report)
		}()
		return w.Forward(out, r, &c, &report)
	}()
	status := http.StatusInternalServerError
	switch upstream, failed := errors.AsType[*gateway.UpstreamError](err); {
	case err == nil:
		return
	case failed:
		status = http.StatusBadGateway
		out.Header().Set("Test-Reason", upstream.Reason)
	case errors.Is(err, gateway.ErrUpstreamTimeout):
		status = http.StatusGatewayTimeout
	case errors.Is(err, gateway.ErrDisabled), errors.Is(err, gateway.ErrTooManyOpen):
		status = http.StatusServiceUnavailable
	case errors.Is(err, registry.ErrNotFound), errors.Is(err, gateway.ErrUnknownSession):
		status = http.StatusNotFound
	case isA[*registry.InvalidError](err):
		status = http.StatusBadRequest
	case isA[*gateway.MethodError](err):
		status = http.StatusMethodNotAllowed
		wrong, _ := errors.AsType[*gateway.MethodError](err)
		out.Header().Set("Test-Stream", wrong.Stream)
	case isA[*http.MaxBytesError](err):
		status = http.StatusRequestEntityTooLarge
	case errors.Is(err, gateway.ErrCallerGone):
		status = 499
	}
	out.WriteHeader(status)
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// register puts a service at path, enabled; change may adjust it.
func (w *world) register(path, upstream string, change ...func(*registry.Service)) {
	s := &registry.Service{Path: registry.Path(path), Upstream: upstream, Enabled: true}
	for _, f := range change {
		f(s)
	}
	w.mu.Lock()
	before := w.services[s.Path]
	w.services[s.Path] = s
	w.mu.Unlock()
	w.routes.Update(before, s)
}

// detected says what a check found.
func detected(transport registry.Transport, endpoint string) func(*registry.Service) {
	return func(s *registry.Service) {
		s.Detected = registry.Detected{Transport: transport, Endpoint: endpoint}
	}
}

// answer is a response, read.
type answer struct {
	*http.Response
	body string
	err  error // What reading the body ended with.
}

// send sends a request by a caller and reads the answer. Redirects are not
// followed.
func (w *world) send(method, target, body string, header ...string) answer {
	w.t.Helper()
	res := w.open(w.t.Context(), method, target, strings.NewReader(body), header...)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return answer{res, string(text), err}
}

// open sends a request and leaves the body to be read.
func (w *world) open(ctx context.Context, method, target string, body io.Reader, header ...string) *http.Response {
	w.t.Helper()
	if s, ok := body.(*strings.Reader); ok && s.Len() == 0 {
		body = nil
	}
	r, err := http.NewRequestWithContext(ctx, method, w.url+target, body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Test-Caller", "me")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return res
}

// lastReport is that of the request that ended last.
func (w *world) lastReport() gateway.Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reports[len(w.reports)-1]
}

// serving starts an upstream.
func serving(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// eventually waits for a condition that another goroutine brings about.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(deadline) {
			t.Fatal("never: " + what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
